import type { Rng } from '../../../shared/rng.ts';

/**
 * sfc32 (Doty-Humphrey, PractRand): 128 bits of state in plain 32-bit arithmetic. A trial draws tens of millions of
 * numbers, and pcg32 with its BigInt would take half of its time.
 */
export function quickRng(seed: number, stream: number): Rng {
  let [a, b, c, counter] = [seed | 0, stream | 0, 0x9e3779b9 | 0, 1];
  const u32 = (): number => {
    const drawn = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + drawn) | 0;
    return drawn >>> 0;
  };
  for (let i = 0; i < 15; i++) u32();
  return { u32 };
}
