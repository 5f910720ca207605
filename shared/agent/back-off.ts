import { unit, type Rng } from '../rng.ts';
import { MINUTE, SECOND } from '../time.ts';

const FIRST_MS = 1 * SECOND;
const LONGEST_MS = 5 * MINUTE;

/** The most that `failures` in a row make anyone wait. */
export const ceilingMs = (failures: number): number => Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);

/**
 * How long to wait before linking again: exponential with full jitter, uniform over [0, ceiling), which spreads a fleet
 * that lost its server better than a fixed part plus noise (AWS Architecture Blog, "Exponential backoff and jitter",
 * 2015). The first ceiling is a second, so that phones come back within the server's grace after a restart.
 */
export const backOffMs = (failures: number, rng: Rng): number => Math.floor(unit(rng) * ceilingMs(failures));
