/**
 * What the tiny kind computes, once more and in the plainest way: no import, no shared code, so that an error of the
 * kernel, its codec or its blinding does not agree with itself. A job's numbers stand in 64 × units columns; chunk i of
 * the job sums column i; the smallest sum wins.
 */
export interface NaiveDigest {
  readonly score: number;
  readonly hash: number;
}

/** Sums of all columns, in column order. */
export function columnSums(numbers: readonly number[], columnCount: number): readonly number[] {
  const sums: number[] = [];
  for (let column = 0; column < columnCount; column++) {
    let sum = 0;
    for (let i = column; i < numbers.length; i += columnCount) sum += numbers[i] ?? 0;
    sums.push(sum);
  }
  return sums;
}

/** The numbers in a job's input: u32 columns, u32 count, then three bytes a number, least first. */
export function numbersIn(jobInput: Uint8Array): readonly number[] {
  const byte = (at: number): number => jobInput[at] ?? 0;
  const count = byte(4) + 256 * byte(5) + 65_536 * byte(6);
  const numbers: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = 8 + 3 * i;
    numbers.push(byte(at) + 256 * byte(at + 1) + 65_536 * byte(at + 2));
  }
  return numbers;
}

/** What an honest device says of one column. */
export function digestOfColumn(sums: readonly number[], column: number): NaiveDigest {
  let hash = columnHashes.get(column);
  if (hash === undefined) columnHashes.set(column, (hash = hashOf(columnBytes(column))));
  return { score: sums[column] ?? 0, hash };
}

/** A column's bytes are the same in every job. */
const columnHashes = new Map<number, number>();

export const columnBytes = (column: number): readonly number[] => [column % 256, Math.floor(column / 256), 0, 0];

/** FNV-1a with 32 bits, in exact integers. */
export function hashOf(bytes: Iterable<number>): number {
  let hash = 2_166_136_261n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 16_777_619n) % 4_294_967_296n;
  return Number(hash);
}

/** The 64 digests at the head of an output. */
export function digestsIn(output: Uint8Array): readonly NaiveDigest[] {
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
  return Array.from({ length: 64 }, (_, chunk) => ({
    score: view.getUint32(8 * chunk, true),
    hash: view.getUint32(8 * chunk + 4, true),
  }));
}

/** The first of the lowest. */
export function lowest(digests: readonly NaiveDigest[]): number {
  let best = 0;
  digests.forEach(({ score }, i) => {
    if (score < (digests[best]?.score ?? 0)) best = i;
  });
  return best;
}

/** The first unit of a round, counted from 1: the units are dealt to the rounds in order, as evenly as whole units go. */
export const firstUnitOf = (units: number, rounds: number, round: number): number =>
  Math.floor((units * (round - 1)) / Math.max(1, Math.min(rounds, units)));
