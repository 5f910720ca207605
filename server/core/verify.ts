import { equalBytes, viewOf } from '../../shared/bytes.ts';
import type { StoredResult } from '../../shared/model/job.ts';
import {
  bestChunk,
  candidateOf,
  CHUNKS_PER_TASK,
  digestAt,
  DIGESTS_BYTES,
  equalDigests,
  NO_SCORE,
} from '../../shared/protocol/output.ts';
import type { Rerun } from './facts.ts';
import type { LiveJob } from './live-jobs.ts';
import type { Secrets } from './ports.ts';

/** What we think of one result. `inconclusive`: the check could not be made, and says nothing about the device. */
export type Verdict = 'valid' | 'invalid' | 'inconclusive';

/**
 * The certificate of every result, at once and on the coordinator's thread (10 µs at 1,000 stops): the output has its
 * shape, and a candidate, if it carries one, is a candidate and is the one its best digest names. Its score is not judged
 * here: scores are blinded, and a rounding may differ by one; the audit compares those bit for bit.
 */
export function certificateHolds(live: LiveJob, output: Uint8Array): boolean {
  if (output.length < DIGESTS_BYTES) return false;
  const { digest } = bestChunk(output);
  if (digest.score === NO_SCORE) return false; // no kernel scores this
  const candidate = candidateOf(output);
  if (!candidate) return true;
  return live.kind.certify(live.spec, live.job.blindKey, candidate)?.hash === digest.hash;
}

/**
 * The chunk of a result that is re-run: HMAC(audit secret, device ‖ seq ‖ block ‖ task) mod 64. Drawn only after the result
 * is committed, so nobody can do just that chunk; keyed, so nobody can foresee it; a function, so a restart draws the same.
 */
export function auditChunk(secrets: Secrets, result: Omit<StoredResult, 'output'>): number {
  const bytes = new Uint8Array(16);
  const view = viewOf(bytes);
  view.setUint32(0, result.deviceId, true);
  view.setUint32(4, result.seq, true);
  view.setUint32(8, result.blockId, true);
  view.setUint32(12, result.taskIndex, true);
  return secrets.auditMac(bytes)[0]! % CHUNKS_PER_TASK;
}

/** Compares a re-run with what the device said. Kernels are deterministic: any difference is wrong work. */
export function judge(result: StoredResult, seen: Rerun): Verdict {
  const isSame =
    seen.chunks === 'one'
      ? equalDigests(digestAt(result.output, seen.chunk), seen.digest)
      : equalBytes(result.output.subarray(0, DIGESTS_BYTES), seen.digests.subarray(0, DIGESTS_BYTES));
  return isSame ? 'valid' : 'invalid';
}
