import { must } from '../../shared/assert.ts';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { ExchangeReply, JobInput, LeaseGroup, ResultGroup } from '../../shared/model/exchange.ts';
import { POLICY, type Policy } from '../../shared/model/policy.ts';
import { encodeOutput, NO_SCORE } from '../../shared/protocol/output.ts';
import { decodeFrame } from '../../shared/protocol/frames.ts';
import { pcg32, type Rng } from '../../shared/rng.ts';
import { loadKernel } from '../../wasm/load-node.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { openKernel, type Kernel } from '../../wasm/runtime/kernel.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';
import { openTask, type TaskInput } from '../../wasm/runtime/run-task.ts';
import { secretsFrom } from '../adapters/secrets.ts';
import { Coordinator, type Ports } from '../core/coordinator.ts';
import type { AuditExecutor, Listener, OutboxRow, Store } from '../core/ports.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';

/** A coordinator on `:memory:` with a clock in hand, kernels that really run, and audits that come back at once. */
export interface World {
  coordinator: Coordinator;
  readonly store: SqliteStore;
  readonly ports: Ports & { readonly audit: { -readonly [K in keyof AuditExecutor]: AuditExecutor[K] } };
  readonly kernels: Kernels;
  readonly incidents: unknown[];
  readonly delivered: OutboxRow[];
  kernelHash: Uint8Array;
  now: number;
  /** Units that work was last announced for. */
  woken: number;
  /** Everything queued is decided and every audit asked for has come back. */
  settle(): Promise<void>;
  /** Drops the coordinator as a crash does and starts another on the same store. */
  restart(): Promise<void>;
}

export type Kernels = (kind: string) => Kernel;

export interface WorldOptions {
  readonly policy?: Partial<Policy>;
  readonly store?: SqliteStore;
  /** Wraps the store the coordinator sees: counts commits, fails them. */
  readonly around?: (store: Store) => Store;
  readonly rng?: Rng;
}

export const START = Date.UTC(2026, 0, 5, 12);

const testPolicy = (changes: Partial<Policy> = {}): Policy => ({
  ...POLICY,
  probationTasks: 0, // where it is not the subject
  leases: { ...POLICY.leases, relinkGraceMs: 0, ...changes.leases },
  ...changes,
});

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const store = options.store ?? SqliteStore.open(':memory:');
  const opened = new Map<string, Kernel>();
  const kernels: Kernels = (kind) => {
    if (!opened.has(kind)) opened.set(kind, openKernel(loadKernel(kind).module));
    return must(opened.get(kind), kind);
  };
  const incidents: unknown[] = [];
  const delivered: OutboxRow[] = [];
  let audits = 0;
  const listener: Listener = {
    workAvailable: (units) => void (world.woken = units),
    jobChanged: () => undefined,
    accountChanged: () => undefined,
    deliver: (row) => void delivered.push(row),
    incident: (id, error) => void incidents.push({ id, error }),
  };
  const world = {
    now: START,
    woken: 0,
    store,
    kernels,
    incidents,
    delivered,
    kernelHash: loadKernel('tiny').hash,
    async settle() {
      do {
        await world.coordinator.settled();
        await new Promise((resolve) => setImmediate(resolve));
      } while (audits > 0);
      await world.coordinator.settled();
    },
    async restart() {
      world.coordinator.stop();
      await world.coordinator.settled();
      world.coordinator = await Coordinator.start(ports, testPolicy(options.policy));
    },
  } as World;
  const ports: World['ports'] = {
    store: options.around?.(store) ?? store,
    secrets: { ...secretsFrom(new Uint8Array(32)), rng: options.rng ?? pcg32(1n) },
    audit: {
      async rerun({ kind, jobInput, roundInput, chunk }) {
        audits++;
        await Promise.resolve();
        audits--;
        return runChunk(kernels(kind), jobInput, roundInput, chunk);
      },
      async rerunTask({ kind, jobInput, roundInput, task }) {
        audits++;
        await Promise.resolve();
        audits--;
        return runWhole(kernels(kind), { jobInput, roundInput, taskIndex: task, scoreToBeat: NO_SCORE });
      },
    },
    listener,
    clock: () => world.now,
    soon: (run) => setImmediate(run),
    kindNamed,
    kernelHash: (kind) => (kind === 'tiny' ? world.kernelHash : undefined),
  };
  Object.assign(world, { ports });
  world.coordinator = await Coordinator.start(ports, testPolicy(options.policy));
  return world;
}

/** Files a request of `units` units for the tiny kind. */
export async function submitTiny(
  world: World,
  accountId: AccountId,
  key = 'k',
  units = 4,
): Promise<ReturnType<Coordinator['submitJob']>> {
  const kind = must(kindNamed('tiny'), 'kind tiny');
  const read = kind.read({ numbers: Array.from({ length: 500 }, (_, i) => (i * 7919) % 1009), units });
  if (!read.ok) throw new Error(read.error.message);
  return world.coordinator.submitJob({
    accountId,
    kind,
    kernelHash: world.kernelHash,
    spec: read.value,
    idempotencyKey: key,
    requestDigest: world.ports.secrets.sha256(kind.spec.encode(read.value)),
  });
}

/** A phone of the test: does what it leased when told, honestly unless told otherwise. */
export class Phone {
  readonly id: DeviceId;
  readonly accountId: AccountId;
  readonly publicKey: Uint8Array;
  readonly #world: World;
  readonly #inputs = new Map<string, JobInput>();
  seq = 0;
  /** What it reports, in hundredths of a percent of the device. */
  duty = 150;
  held: LeaseGroup[] = [];

  constructor(world: World, id: DeviceId, accountId: AccountId, publicKey: Uint8Array) {
    this.#world = world;
    this.publicKey = publicKey;
    this.id = id;
    this.accountId = accountId;
  }

  static async enrol(world: World, name = 'Driver', cores = 8): Promise<Phone> {
    const account = await world.coordinator.openAccount(name, 'driver');
    const publicKey = Uint8Array.from({ length: 65 }, (_, i) => (i < 4 ? (account.id >> (8 * i)) & 255 : 7));
    const enrolled = await world.coordinator.enrolDevice({ accountId: account.id, publicKey, cores });
    if (!enrolled.ok) throw new Error(enrolled.error);
    const device = enrolled.value;
    await world.coordinator.consent({
      accountId: account.id,
      deviceId: device.id,
      version: POLICY.consentVersion,
      isGranted: true,
    });
    return new Phone(world, device.id, account.id, publicKey);
  }

  /** Computes all it holds. `lie` falsifies that many chunks of every result. */
  work(lie = 0): ResultGroup[] {
    return this.held.map(({ jobId, round, blockId, firstTask, terms, scoreToBeat, leases }) => ({
      blockId,
      terms,
      results: leases.map(({ taskIndex, token }) => {
        const input = must(this.#inputs.get(`${jobId}:${round}`), `input of job ${jobId}`);
        const output = this.run({ ...input, task: firstTask + taskIndex, scoreToBeat });
        return { taskIndex, token, cpuMs: 1, output: spoil(output, lie) };
      }),
    }));
  }

  /** Runs one task in the real kernel. */
  run(task: Omit<TaskInput, 'taskIndex'> & { readonly kind: string; readonly task: number }): Uint8Array {
    return runWhole(this.#world.kernels(task.kind), { ...task, taskIndex: task.task });
  }

  /** One exchange: `groups` in, up to `want` leases out. */
  async exchange(groups: readonly ResultGroup[], want: number, seq = ++this.seq): Promise<ExchangeReply> {
    const report = { reason: 0, duty: this.duty, bytesToday: 0 };
    const reply = await this.#world.coordinator.exchange({ deviceId: this.id, seq, groups, want, report } as never);
    if (!reply.ok) throw new Error(reply.error);
    const frame = decodeFrame(reply.value, 65_536);
    if (!frame.ok || frame.value.type !== 'reply') throw new Error('expected a reply frame');
    this.held = [...frame.value.leases];
    for (const { jobId, round } of this.held) {
      const input = this.#world.coordinator.inputFor(this.id, jobId, round);
      if (input) this.#inputs.set(`${jobId}:${round}`, input);
    }
    return frame.value;
  }
}

function runWhole(kernel: Kernel, input: TaskInput): Uint8Array {
  const run = openTask(kernel, input);
  while (!run.advance(1_000_000));
  return run.output();
}

/** Makes the digests of the last `count` chunks wrong, leaving the best chunk and its candidate alone. */
function spoil(output: Uint8Array, count: number): Uint8Array {
  if (count === 0) return output;
  const digests = Array.from({ length: 64 }, (_, i) => ({
    score: new DataView(output.buffer, output.byteOffset).getUint32(i * 8, true) + (i >= 64 - count ? 1_000_000 : 0),
    hash: new DataView(output.buffer, output.byteOffset).getUint32(i * 8 + 4, true),
  }));
  return encodeOutput(digests, output.length > 512 ? output.slice(512) : undefined);
}
