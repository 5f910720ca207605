import { must } from '../../shared/assert.ts';
import {
  bestChunk,
  candidateOf,
  digestAt,
  DIGESTS_BYTES,
  equalDigests,
  NO_SCORE,
  type Digest,
} from '../../shared/protocol/output.ts';
import type { LiveJob } from './live-jobs.ts';

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

/** A chunk whose digest is not what two builds of the kernel say, or that contradicts itself. */
export interface Finding {
  readonly chunk: number;
  readonly claimed: Digest;
  readonly expected: Digest;
  /** How many of the task's 64 chunks are wrong; 1 where nobody looked further. */
  readonly wrongChunks: number;
}

/** Positions in `chunks` at which a result says something else than a re-run. Kernels are deterministic: it is wrong there. */
export const wrongAt = (output: Uint8Array, chunks: readonly number[], seen: readonly Digest[]): readonly number[] =>
  chunks.flatMap((chunk, i) => (equalDigests(digestAt(output, chunk), must(seen[i], 'a digest per chunk')) ? [] : [i]));

/**
 * What an output without a certificate is found by: what its candidate hashes to, against its own best digest. The score is
 * one no kernel gives, so that no re-run of the chunk ever equals it: its digest may be right, its candidate is not.
 */
export function certificateFinding(live: LiveJob, output: Uint8Array): Finding {
  const isWhole = output.length >= DIGESTS_BYTES;
  const { chunk, digest: expected } = isWhole ? bestChunk(output) : { chunk: 0, digest: NO_DIGEST };
  const candidate = isWhole ? candidateOf(output) : undefined;
  const hash = candidate && live.kind.certify(live.spec, live.job.blindKey, candidate)?.hash;
  return { chunk, claimed: { score: NO_SCORE, hash: hash ?? 0 }, expected, wrongChunks: 1 };
}

const NO_DIGEST: Digest = { score: NO_SCORE, hash: 0 };
