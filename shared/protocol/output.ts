import { assert } from '../assert.ts';
import { viewOf } from '../bytes.ts';

/**
 * What an executor returns for one task, the same bytes on the wire, in the store and in an audit:
 *
 * | offset | bytes | meaning                                                                  |
 * |--------|-------|--------------------------------------------------------------------------|
 * | 0      | 512   | 64 digests, one a chunk: u32 score (lower is better), u32 candidate hash |
 * | 512    | 0 … n | the best chunk's candidate, only if it beats the lease's score to beat   |
 *
 * Little-endian. Ties go to the lowest chunk.
 */
export const CHUNKS_PER_TASK = 64;
const DIGEST_BYTES = 8;
export const DIGESTS_BYTES = CHUNKS_PER_TASK * DIGEST_BYTES;

/** The score a first round has to beat: every candidate does (a kernel never scores 2^32 - 1). */
export const NO_SCORE = 0xffff_ffff;

export interface Digest {
  /** Lower is better, 0 … 2^32 - 2. */
  readonly score: number;
  /** FNV-1a of the candidate's bytes. */
  readonly hash: number;
}

export const equalDigests = (a: Digest, b: Digest): boolean => a.score === b.score && a.hash === b.hash;

/** The digest of one of the 64 chunks. */
export function digestAt(output: Uint8Array, chunk: number): Digest {
  assert(chunk >= 0 && chunk < CHUNKS_PER_TASK, `a chunk is 0 … 63, got ${chunk}`);
  const view = viewOf(output);
  return { score: view.getUint32(chunk * DIGEST_BYTES, true), hash: view.getUint32(chunk * DIGEST_BYTES + 4, true) };
}

/** The chunk with the lowest score, and its digest. */
export function bestChunk(output: Uint8Array): { readonly chunk: number; readonly digest: Digest } {
  let chunk = 0;
  for (let i = 1; i < CHUNKS_PER_TASK; i++) if (digestAt(output, i).score < digestAt(output, chunk).score) chunk = i;
  return { chunk, digest: digestAt(output, chunk) };
}

/** The candidate an output carries, or nothing. */
export const candidateOf = (output: Uint8Array): Uint8Array | undefined =>
  output.length > DIGESTS_BYTES ? output.subarray(DIGESTS_BYTES) : undefined;

/** Builds an output from 64 digests; `candidate` is the best chunk's, or nothing when it beats nothing. */
export function encodeOutput(digests: readonly Digest[], candidate: Uint8Array | undefined): Uint8Array {
  assert(digests.length === CHUNKS_PER_TASK, `expected 64 digests, got ${digests.length}`);
  const output = new Uint8Array(DIGESTS_BYTES + (candidate?.length ?? 0));
  const view = viewOf(output);
  digests.forEach((digest, i) => {
    view.setUint32(i * DIGEST_BYTES, digest.score, true);
    view.setUint32(i * DIGEST_BYTES + 4, digest.hash, true);
  });
  if (candidate) output.set(candidate, DIGESTS_BYTES);
  return output;
}
