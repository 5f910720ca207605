import { must } from '../../../shared/assert.ts';
import { viewOf } from '../../../shared/bytes.ts';
import { type Rng, permutation } from '../../../shared/rng.ts';
import type { Blinded } from '../../kind.ts';
import { type TinySpec, packNumbers } from './codec.ts';

export const columnCountOf = (spec: TinySpec): number => spec.units * 64;

/**
 * Shuffles which column is which. Columns with one number more than the rest come first and are shuffled among
 * themselves, so that no filler is needed. The key lists, for each shuffled column, the asker's column as a u16.
 */
export function blindTiny(spec: TinySpec, rng: Rng): Blinded {
  const columnCount = columnCountOf(spec);
  const longer = spec.numbers.length % columnCount;
  const originals = [
    ...permutation(rng, longer),
    ...permutation(rng, columnCount - longer).map((column) => column + longer),
  ];
  const key = new Uint8Array(columnCount * 2);
  originals.forEach((original, column) => viewOf(key).setUint16(column * 2, original, true));

  const shuffled = spec.numbers.map((_, position) => {
    const column = position % columnCount;
    const original = must(originals[column], 'a column');
    return must(spec.numbers[position - column + original], 'a number in every row of a column');
  });
  return { jobInput: packNumbers(columnCount, shuffled), key };
}

/** The asker's column for a shuffled one. */
export const originalColumn = (key: Uint8Array, column: number): number => viewOf(key).getUint16(column * 2, true);
