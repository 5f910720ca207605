import { randomBytes } from 'node:crypto';
import { must } from '../../shared/assert.ts';
import { equalBytes, viewOf } from '../../shared/bytes.ts';
import { jobId, type DeviceId } from '../../shared/ids.ts';
import type { SelfTest, SelfTestAnswer } from '../../shared/protocol/app.ts';
import { CHUNKS_PER_TASK, equalDigests, type Digest } from '../../shared/protocol/output.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import { below, pcg32, permutation } from '../../shared/rng.ts';
import { MINUTE } from '../../shared/time.ts';
import type { AuditExecutor, Secrets } from '../core/ports.ts';
import { GOLDEN_KIND, type GoldenInput } from './golden-input.ts';

export interface SelfTestParts {
  readonly audit: Pick<AuditExecutor, 'rerun'>;
  readonly secrets: Pick<Secrets, 'auditMac'>;
  readonly input: GoldenInput;
  /** SHA-256 of the kernel of `GOLDEN_KIND`. */
  readonly kernelHash: Uint8Array;
  readonly clock: () => number;
  /** Goes into every ticket, new at each start of the server; a test gives its own. */
  readonly start?: Uint8Array;
}

/** 24 chunks of 33 ms: most of a second on the reference phone, 0.3 s of ours. */
export const TEST_CHUNKS = 24;
/** The round they are drawn from: 65,536 chunks, too many to pass on from phone to phone. */
const TEST_TASKS = 1_024;
/** Compared a few at a time: one wrong digest and the rest need not be run here. */
const AT_ONCE = 4;
const LASTS_MS = 5 * MINUTE;
/** No job has this id before four thousand million have been asked; executors know the input by it. */
const GOLDEN_JOB = jobId(0xffff_ffff);

/** | 0 f64 drawn at | 8 chance | 16 the first half of the MAC over both and the device | */
const TICKET_BYTES = 32;
const MAC_AT = 16;
const START_BYTES = 16;

interface Draw {
  readonly task: number;
  /** In the task, 0 … 63. */
  readonly chunks: readonly number[];
}

/**
 * The golden self-test of opting in: the phone computes chunks of a sample request, drawn for it and for this once, and every
 * digest has to be ours. Nothing is kept of what was drawn: the ticket proves it (HMAC), and the second half of the same MAC
 * draws. What is kept, for five minutes, is which tickets were used; of earlier starts nothing is kept, and none of their
 * tickets holds: a phone that asked before a restart asks once more. A test that fails says nothing against the phone.
 */
export class SelfTests {
  readonly #parts: SelfTestParts;
  readonly #start: Uint8Array;
  readonly #used = new Map<string, number>();

  constructor(parts: SelfTestParts) {
    this.#parts = parts;
    this.#start = parts.start ?? randomBytes(START_BYTES);
  }

  draw(deviceId: DeviceId): SelfTest {
    const { clock, input, kernelHash } = this.#parts;
    const head = new Uint8Array(MAC_AT);
    viewOf(head).setFloat64(0, clock(), true);
    head.set(randomBytes(8), 8);
    const mac = this.#mac(deviceId, head);
    const { task, chunks } = drawFrom(mac);
    const hash = Buffer.from(kernelHash).toString('hex');
    return {
      ticket: Buffer.concat([head, mac.subarray(0, MAC_AT)]).toString('base64url'),
      kind: GOLDEN_KIND,
      kernelHash: hash,
      kernelUrl: `/kernels/${hash}.wasm`,
      jobInput: Buffer.from(input.jobInput).toString('base64url'),
      roundInput: Buffer.from(input.roundInput).toString('base64url'),
      chunks: chunks.map((chunk) => task * CHUNKS_PER_TASK + chunk),
    };
  }

  /** How many milliseconds a chunk takes the device, if it computes as we do. A ticket is used up whatever comes of it. */
  async check(
    deviceId: DeviceId,
    { ticket, digests, chunkMs }: SelfTestAnswer,
  ): Promise<Result<number, 'self_test_missing' | 'self_test_failed'>> {
    const drawn = this.#use(deviceId, ticket);
    if (!drawn) return refuse('self_test_missing');
    const { task, chunks, agoMs } = drawn;
    if (digests.length !== chunks.length) return refuse('self_test_failed');
    for (let from = 0; from < chunks.length; from += AT_ONCE) {
      const ours = await this.#rerun(task, chunks.slice(from, from + AT_ONCE));
      const theirs = digests.slice(from, from + AT_ONCE);
      if (!ours.every((digest, i) => equalDigests(digest, must(theirs[i], 'a digest'))))
        return refuse('self_test_failed');
    }
    // It cannot have taken longer than since the draw, whatever the phone's clock says.
    return ok(Math.min(chunkMs, Math.max(1, agoMs) / chunks.length));
  }

  /** What a ticket stands for; nothing if it is not of this start, not this device's, too old or used. */
  #use(deviceId: DeviceId, ticket: string): (Draw & { readonly agoMs: number }) | undefined {
    const bytes = new Uint8Array(Buffer.from(ticket, 'base64url'));
    if (bytes.length !== TICKET_BYTES) return undefined;
    const head = bytes.subarray(0, MAC_AT);
    const mac = this.#mac(deviceId, head);
    if (!equalBytes(bytes.subarray(MAC_AT), mac.subarray(0, MAC_AT))) return undefined;
    const now = this.#parts.clock();
    const agoMs = now - viewOf(head).getFloat64(0, true);
    for (const [old, until] of this.#used) if (until <= now) this.#used.delete(old);
    const name = Buffer.from(head).toString('base64url');
    if (agoMs >= LASTS_MS || this.#used.has(name)) return undefined;
    this.#used.set(name, now + LASTS_MS);
    return { ...drawFrom(mac), agoMs };
  }

  async #rerun(task: number, chunks: readonly number[]): Promise<readonly Digest[]> {
    const { audit, input } = this.#parts;
    const { digests } = await audit.rerun({
      kind: GOLDEN_KIND,
      jobId: GOLDEN_JOB,
      round: 1,
      ...input,
      task,
      chunks,
      urgency: 'answer',
      build: 'first',
    });
    return digests;
  }

  #mac(deviceId: DeviceId, head: Uint8Array): Uint8Array {
    return this.#parts.secrets.auditMac(Buffer.concat([Buffer.from(`self-test ${deviceId} `), this.#start, head]));
  }
}

/** The half of the MAC that no ticket shows. */
function drawFrom(mac: Uint8Array): Draw {
  const rng = pcg32(viewOf(mac).getBigUint64(MAC_AT, true));
  const task = below(rng, TEST_TASKS);
  return { task, chunks: [...permutation(rng, CHUNKS_PER_TASK).subarray(0, TEST_CHUNKS)] };
}
