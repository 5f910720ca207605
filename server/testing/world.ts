import { must } from '../../shared/assert.ts';
import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { ExchangeReply, JobInput, LeaseGroup, ResultGroup } from '../../shared/model/exchange.ts';
import { POLICY, type Policy } from '../../shared/model/policy.ts';
import { bestChunk, candidateOf, CHUNKS_PER_TASK, digestAt, encodeOutput } from '../../shared/protocol/output.ts';
import { decodeFrame } from '../../shared/protocol/frames.ts';
import { pcg32, type Rng } from '../../shared/rng.ts';
import { loadKernel, loadSecondKernel } from '../../wasm/load-node.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { openKernel, type Kernel } from '../../wasm/runtime/kernel.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';
import { openTask, type TaskInput } from '../../wasm/runtime/run-task.ts';
import { secretsFrom } from '../adapters/secrets.ts';
import { Coordinator, type Ports } from '../core/coordinator.ts';
import { gateChunks } from '../core/draws.ts';
import type { AuditExecutor, Listener, OutboxRow, RerunRequest, Store } from '../core/ports.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';

/** A coordinator on `:memory:` with a clock in hand, kernels that really run, and audits that come back at once. */
export interface World {
  coordinator: Coordinator;
  readonly store: SqliteStore;
  readonly ports: Ports & { readonly audit: { -readonly [K in keyof AuditExecutor]: AuditExecutor[K] } };
  readonly kernels: Kernels;
  readonly incidents: unknown[];
  readonly delivered: OutboxRow[];
  /** Everything that was re-run. */
  readonly reruns: Pick<RerunRequest, 'task' | 'chunks' | 'build'>[];
  readonly banned: Set<DeviceId>;
  readonly erased: Set<AccountId>;
  kernelHash: Uint8Array;
  now: number;
  /** Units that work was last announced for. */
  woken: number;
  /** Everything queued is decided and every audit asked for has come back. */
  settle(): Promise<void>;
  /** Drops the coordinator as a crash does and starts another on the same store. */
  restart(): Promise<void>;
}

export type Kernels = (kind: string, build?: RerunRequest['build']) => Kernel;

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
  throttle: { ...POLICY.throttle, burstUnits: 10_000 }, // nor here: tests compute in no time
  leases: { ...POLICY.leases, relinkGraceMs: 0, ...changes.leases },
  ...changes,
});

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const store = options.store ?? SqliteStore.open(':memory:');
  const opened = new Map<string, Kernel>();
  const kernels: Kernels = (kind, build = 'first') => {
    const name = `${kind} ${build}`;
    const load = build === 'first' ? loadKernel : loadSecondKernel;
    if (!opened.has(name)) opened.set(name, openKernel(load(kind).module));
    return must(opened.get(name), name);
  };
  const incidents: unknown[] = [];
  const delivered: OutboxRow[] = [];
  const listener: Listener = {
    workAvailable: (units) => void (world.woken = units),
    jobChanged: () => undefined,
    programmeChanged: () => undefined,
    policyChanged: () => undefined,
    auditWaiting: () => undefined,
    accountChanged: () => undefined,
    accountErased: (id) => void world.erased.add(id),
    deliver: (row) => void delivered.push(row),
    deviceBanned: (id) => void world.banned.add(id),
    incident: (id, error) => void incidents.push({ id, error }),
  };
  const world = {
    now: START,
    woken: 0,
    store,
    kernels,
    incidents,
    delivered,
    reruns: [] as World['reruns'],
    banned: new Set<DeviceId>(),
    erased: new Set<AccountId>(),
    kernelHash: loadKernel('tiny').hash,
    async settle() {
      // A verdict leads to the next re-run: over when several turns in a row have led to nothing.
      for (let quiet = 0; quiet < 4; quiet++) {
        const before = world.reruns.length;
        await world.coordinator.settled();
        await new Promise((resolve) => setImmediate(resolve));
        if (world.reruns.length > before) quiet = 0;
      }
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
      async rerun({ kind, jobInput, roundInput, task, chunks, build }) {
        await Promise.resolve();
        world.reruns.push({ task, chunks, build });
        const kernel = kernels(kind, build);
        const runs = chunks.map((chunk) => runChunk(kernel, jobInput, roundInput, task * CHUNKS_PER_TASK + chunk));
        return { digests: runs.map(({ digest }) => digest), candidate: must(runs.at(-1), 'a chunk').candidate };
      },
      unitsPerSecond: () => 1.2,
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

/** How a phone of the test does its work, honest or not. */
export interface Manner {
  /** What it says a unit took. It was calibrated at 1 ms. */
  readonly cpuMs?: number;
  /** Where it lies: in the chunk that a gate of one draws and then anywhere, or nowhere that any gate would look. */
  readonly aim?: 'seen' | 'unseen';
  /** Keeps the best candidate of every result to itself. */
  readonly hidesBest?: boolean;
  /** Claims, where no gate looks, a score that nobody can beat. */
  readonly plants?: boolean;
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
    await world.coordinator.calibrate({ accountId: account.id, deviceId: device.id, chunkMs: 1 / CHUNKS_PER_TASK });
    await world.coordinator.consent({
      accountId: account.id,
      deviceId: device.id,
      version: POLICY.consentVersion,
      isGranted: true,
    });
    return new Phone(world, device.id, account.id, publicKey);
  }

  /** Computes all it holds. `lie` falsifies that many chunks of every result. */
  work(lie = 0, manner: Manner = {}): ResultGroup[] {
    return this.held.map(({ jobId, round, blockId, firstTask, terms, scoreToBeat, leases }) => ({
      blockId,
      terms,
      results: leases.map(({ taskIndex, token }) => {
        const input = must(this.#inputs.get(`${jobId}:${round}`), `input of job ${jobId}`);
        const output = this.run({ ...input, task: firstTask + taskIndex, scoreToBeat });
        const result = { deviceId: this.id, seq: this.seq + 1, blockId, taskIndex };
        const gate = (count: number): readonly number[] => gateChunks(this.#world.ports.secrets, result, count);
        return { taskIndex, token, cpuMs: manner.cpuMs ?? 1, output: told(output, lie, manner, gate) };
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

/** What a phone hands in for an output, given which chunks a gate of so many would draw. */
function told(output: Uint8Array, lie: number, manner: Manner, gate: (count: number) => readonly number[]): Uint8Array {
  const unseen = CHUNKS.filter((chunk) => !gate(MOST_GATE_CHUNKS).includes(chunk)).toReversed();
  const order = { any: CHUNKS.toReversed(), seen: [...gate(1), ...unseen], unseen }[manner.aim ?? 'any'];
  const lies = new Set(order.slice(0, lie));
  if (manner.hidesBest) lies.add(bestChunk(output).chunk);
  const said = lies.size === 0 ? output : belittled(output, lies);
  if (!manner.plants) return said;
  const digests = CHUNKS.map((chunk) => (chunk === unseen[0] ? { score: 0, hash: 1 } : digestAt(said, chunk)));
  return encodeOutput(digests, undefined);
}

/** Adds to the scores of some chunks. The candidate travels only while it is still the best: a liar knows what is checked. */
function belittled(output: Uint8Array, lies: ReadonlySet<number>): Uint8Array {
  const digests = CHUNKS.map((chunk) => {
    const { score, hash } = digestAt(output, chunk);
    return { score: lies.has(chunk) ? score + 1_000_000 : score, hash };
  });
  const said = encodeOutput(digests, undefined);
  const isStillBest = bestChunk(said).chunk === bestChunk(output).chunk;
  return isStillBest ? encodeOutput(digests, candidateOf(output)) : said;
}

const CHUNKS: readonly number[] = Array.from({ length: CHUNKS_PER_TASK }, (_, chunk) => chunk);
const MOST_GATE_CHUNKS = 16;
