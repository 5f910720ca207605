import type { BlockModel, JobModel } from './audited-world.ts';
import { digestOfColumn, digestsIn, firstUnitOf, hashOf, lowest, type NaiveDigest } from './naive-tiny.ts';

/** What the numbers say of a result, by the auditor's own sums. */

export const columnOf = ({ job, round, firstTask }: BlockModel, taskIndex: number, chunk: number): number =>
  (firstUnitOf(job.asked.units, job.roundCount, round.planned) + firstTask + taskIndex) * 64 + chunk;

export const truthOf = (block: BlockModel, taskIndex: number, chunk: number): NaiveDigest =>
  digestOfColumn(block.job.sums, columnOf(block, taskIndex, chunk));

export const isSame = (a: NaiveDigest | undefined, b: NaiveDigest): boolean =>
  a?.score === b.score && a.hash === b.hash;

/** Which of the chunks asked about a result says something else of. */
export const wrongAmong = (
  block: BlockModel,
  taskIndex: number,
  digests: readonly NaiveDigest[],
  chunks: readonly number[],
): readonly number[] => chunks.filter((chunk) => !isSame(digests[chunk], truthOf(block, taskIndex, chunk)));

export const ALL_CHUNKS: readonly number[] = Array.from({ length: 64 }, (_, i) => i);

/** No certificate: not what an output looks like, or a candidate that its best digest does not name. */
export function contradictsItself(job: JobModel, output: Uint8Array): boolean {
  if (output.length < 512) return true;
  const digests = digestsIn(output);
  const best = digests[lowest(digests)];
  if (!best || best.score === 0xffff_ffff) return true;
  if (output.length === 512) return false;
  const candidate = output.subarray(512);
  const column =
    (candidate[0] ?? 0) + 256 * (candidate[1] ?? 0) + 65_536 * ((candidate[2] ?? 0) + 256 * (candidate[3] ?? 0));
  return candidate.length !== 4 || column >= job.sums.length || hashOf(candidate) !== best.hash;
}
