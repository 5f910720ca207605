import { assert } from '../../../shared/assert.ts';
import { viewOf } from '../../../shared/bytes.ts';
import type { VerifiedChunks } from '../../../shared/model/device.ts';

/** What SQLite keeps, and how a column is read as the type the schema gives it. */
export type Cell = number | string | Uint8Array | null;
export type Row = Readonly<Record<string, Cell>>;

export const num = (row: Row, column: string): number => row[column] as number;
export const text = (row: Row, column: string): string => row[column] as string;
export const flag = (row: Row, column: string): boolean => row[column] === 1;
export const maybeNum = (row: Row, column: string): number | undefined => (row[column] as number | null) ?? undefined;

/** better-sqlite3 gives Buffers, whose `slice` shares memory; the model means plain arrays. */
export function blob(row: Row, column: string): Uint8Array {
  const bytes = row[column] as Uint8Array;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Task indices as u16, little-endian: two bytes a unit. */
export function packIndices(indices: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(indices.length * 2);
  indices.forEach((index, i) => {
    assert(index >= 0 && index < 1024, `a task index is 0 … 1023, got ${index}`);
    bytes[2 * i] = index & 255;
    bytes[2 * i + 1] = index >> 8;
  });
  return bytes;
}

export const unpackIndices = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8));

/** The span, then a count a span, newest first; each u32, little-endian. */
export function packVerified({ span, counts }: VerifiedChunks): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * counts.length);
  const view = viewOf(bytes);
  [span, ...counts].forEach((value, i) => {
    assert(Number.isInteger(value) && value >= 0 && value < 2 ** 32, `spans and counts are u32, got ${value}`);
    view.setUint32(4 * i, value, true);
  });
  return bytes;
}

export function unpackVerified(bytes: Uint8Array): VerifiedChunks {
  const view = viewOf(bytes);
  return {
    span: view.getUint32(0, true),
    counts: Array.from({ length: bytes.length / 4 - 1 }, (_, i) => view.getUint32(4 + 4 * i, true)),
  };
}
