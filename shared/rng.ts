/** A source of 32-bit numbers. Pure code takes one as an argument; nothing here reads entropy. */
export interface Rng {
  /** Uniform over 0 … 2^32 - 1. */
  u32(): number;
}

/**
 * PCG-XSH-RR 64/32 (O'Neill 2014): 64-bit congruential state, permuted 32-bit output. Chosen over xorshift32, which
 * left measurably longer tours. BigInt is slow here and does not matter: kernels carry their own in WebAssembly.
 */
export function pcg32(seed: bigint, stream = 0n): Rng {
  const mask = 0xffff_ffff_ffff_ffffn;
  const increment = ((stream << 1n) | 1n) & mask;
  let state = 0n;
  const u32 = (): number => {
    const old = state;
    state = (old * 6364136223846793005n + increment) & mask;
    const xorshifted = Number((((old >> 18n) ^ old) >> 27n) & 0xffff_ffffn);
    const rotation = Number(old >> 59n);
    return ((xorshifted >>> rotation) | (xorshifted << (-rotation & 31))) >>> 0;
  };
  u32();
  state = (state + seed) & mask;
  u32();
  return { u32 };
}

/** Uniform over 0 … bound - 1, without modulo bias (Lemire's rejection). */
export function below(rng: Rng, bound: number): number {
  const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
  for (;;) {
    const n = rng.u32();
    if (n < limit) return n % bound;
  }
}

/** Uniform over [0, 1), in steps of 2^-32. */
export const unit = (rng: Rng): number => rng.u32() / 0x1_0000_0000;

/** A uniformly random order of 0 … count - 1 (Fisher-Yates). */
export function permutation(rng: Rng, count: number): Uint16Array {
  const order = Uint16Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = below(rng, i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
