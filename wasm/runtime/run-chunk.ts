import type { Digest } from '../../shared/protocol/output.ts';
import { ALL_OPS, type Kernel } from './kernel.ts';

export interface ChunkResult {
  readonly digest: Digest;
  readonly candidate: Uint8Array;
}

/**
 * One chunk, alone, in one go: what an audit re-runs, and where the candidate a round rests on comes from. `chunkIndex`
 * counts over the round: taskIndex * 64 + chunk.
 */
export function runChunk(
  kernel: Kernel,
  jobInput: Uint8Array,
  roundInput: Uint8Array,
  chunkIndex: number,
): ChunkResult {
  kernel.load(jobInput, roundInput);
  while (kernel.prepare(ALL_OPS) > 0);
  kernel.startChunk(chunkIndex);
  while (kernel.step(ALL_OPS) > 0);
  return { digest: kernel.digest(), candidate: kernel.candidate() };
}
