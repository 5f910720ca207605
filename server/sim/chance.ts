import { below, unit, type Rng } from '../../shared/rng.ts';

/** Draws from a seeded source. Each part of a simulation has a stream of its own, so that one more draw moves no other. */
export const happens = (rng: Rng, probability: number): boolean => probability > 0 && unit(rng) < probability;

/** A whole number from `from` to `to`, both included. */
export const between = (rng: Rng, from: number, to: number): number => from + below(rng, Math.floor(to) - from + 1);

export function pick<T>(rng: Rng, among: readonly T[]): T {
  return among[below(rng, among.length)] as T;
}

export function randomBytes(rng: Rng, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => rng.u32() & 255);
}
