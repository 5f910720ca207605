import { assert } from '../../../shared/assert.ts';
import { below, type Rng } from '../../../shared/rng.ts';

/** What the makers of cases draw with: all of it comes from one seed, so a case is its seed and its number. */
export function among<T>(rng: Rng, items: readonly T[]): T {
  assert(items.length > 0, 'something to draw from');
  return items[below(rng, items.length)] as T; // which may be null, and meant
}

export const chance = (rng: Rng, percent: number): boolean => below(rng, 100) < percent;

/** From `least` to `most`, both included. */
export const between = (rng: Rng, least: number, most: number): number => least + below(rng, most - least + 1);

export function noise(rng: Rng, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let at = 0; at < count; at += 4) {
    const word = rng.u32();
    for (let i = at; i < Math.min(at + 4, count); i++) bytes[i] = word >>> (8 * (i - at));
  }
  return bytes;
}

/** Falls off quickly: mostly few, sometimes the most there may be, now and then anything between. */
export function few(rng: Rng, most: number): number {
  if (chance(rng, 85)) return below(rng, Math.min(most, 3) + 1);
  return chance(rng, 50) ? most : below(rng, most + 1);
}
