/** Bitmaps of a block's slots: 128 bytes, 1,024 bits, never changed in place (a failed commit must leave them alone). */

export const BLOCK_TASKS = 1024;
export const emptyBitmap = (): Uint8Array => new Uint8Array(BLOCK_TASKS / 8);

export const hasBit = (bitmap: Uint8Array, index: number): boolean => (bitmap[index >> 3]! & (1 << (index & 7))) !== 0;

export function withBits(bitmap: Uint8Array, indices: Iterable<number>): Uint8Array {
  const next = bitmap.slice();
  for (const index of indices) next[index >> 3]! |= 1 << (index & 7);
  return next;
}

export function withoutBits(bitmap: Uint8Array, indices: Iterable<number>): Uint8Array {
  const next = bitmap.slice();
  for (const index of indices) next[index >> 3]! &= ~(1 << (index & 7));
  return next;
}

export function countBits(bitmap: Uint8Array): number {
  let count = 0;
  for (let byte of bitmap) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}
