import { viewOf } from '../../../shared/bytes.ts';
import type { Codec } from '../../kind.ts';

export interface TinySpec {
  /** 1 … 4,096 numbers, each below 2^20, so that a column's sum fits a score with room. */
  readonly numbers: readonly number[];
  /** 1 … 64: the numbers stand in 64 × units columns, one a chunk. */
  readonly units: number;
}

export interface TinyAnswer {
  /** The column with the smallest sum: the numbers at positions ≡ column mod 64 × units. */
  readonly column: number;
  readonly sum: number;
}

export const MAX_NUMBERS = 4096;
export const MAX_NUMBER = (1 << 20) - 1;
export const MAX_UNITS = 64;
const HEADER_BYTES = 8;
const NUMBER_BYTES = 3;

/** u32 first, u32 count, then 3 bytes a number: the layout of a job's input, and of a stored spec. */
export function packNumbers(first: number, numbers: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + numbers.length * NUMBER_BYTES);
  const view = viewOf(bytes);
  view.setUint32(0, first, true);
  view.setUint32(4, numbers.length, true);
  numbers.forEach((number, i) => {
    const at = HEADER_BYTES + i * NUMBER_BYTES;
    view.setUint16(at, number & 0xffff, true);
    view.setUint8(at + 2, number >> 16);
  });
  return bytes;
}

export const tinySpecCodec: Codec<TinySpec> = {
  encode: (spec) => packNumbers(spec.units, spec.numbers),
  decode(bytes) {
    const view = viewOf(bytes);
    const units = view.getUint32(0, true);
    const count = view.getUint32(4, true);
    if (units < 1 || units > MAX_UNITS) throw new RangeError(`expected 1 to ${MAX_UNITS} units, got ${units}`);
    if (count < 1 || count > MAX_NUMBERS || bytes.length !== HEADER_BYTES + count * NUMBER_BYTES) {
      throw new RangeError(`expected ${count} numbers in ${bytes.length} bytes`);
    }
    const numbers = Array.from({ length: count }, (_, i) => {
      const at = HEADER_BYTES + i * NUMBER_BYTES;
      return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
    });
    const tooLarge = numbers.find((number) => number > MAX_NUMBER);
    if (tooLarge !== undefined) throw new RangeError(`expected numbers up to ${MAX_NUMBER}, got ${tooLarge}`);
    return { numbers, units };
  },
};

export const tinyAnswerCodec: Codec<TinyAnswer> = {
  encode(answer) {
    const bytes = new Uint8Array(8);
    viewOf(bytes).setUint32(0, answer.column, true);
    viewOf(bytes).setUint32(4, answer.sum, true);
    return bytes;
  },
  decode(bytes) {
    if (bytes.length !== 8) throw new RangeError(`expected 8 bytes, got ${bytes.length}`);
    return { column: viewOf(bytes).getUint32(0, true), sum: viewOf(bytes).getUint32(4, true) };
  },
};
