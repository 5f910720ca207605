import { MINUTE, SECOND } from '../../../shared/time.ts';

/** A chunk of every kind is made to take this long on a server core; what is assumed before any was measured. */
const EXPECTED_CHUNK_MS = 13;
/** A chunk's weight in the mean: what is older than two units or so counts for little. */
const WEIGHT = 1 / 64;
const SPAN_MS = 5 * SECOND;

/**
 * How fast the threads are and how busy they have been, from the chunks' own times. The mean is exponential and begins at
 * what is expected, so a cold start or one bad moment moves it by a 64th, not to where it was.
 */
export class Pace {
  #chunkMs = EXPECTED_CHUNK_MS;
  /** Milliseconds at work, by five seconds. */
  readonly #busyMs = new Map<number, number>();

  /** A chunk has come back. */
  took(ms: number): void {
    this.#chunkMs += (ms - this.#chunkMs) * WEIGHT;
  }

  /** A thread was at work until now, whatever came of it. */
  wasBusy(ms: number, now: number): void {
    const span = Math.floor(now / SPAN_MS);
    this.#busyMs.set(span, (this.#busyMs.get(span) ?? 0) + ms);
    for (const old of this.#busyMs.keys()) if (old * SPAN_MS <= now - MINUTE - SPAN_MS) this.#busyMs.delete(old);
  }

  /** Mean of late. */
  get chunkMs(): number {
    return this.#chunkMs;
  }

  /** Milliseconds all threads together were at work in the last minute, to five seconds. */
  busyMs(now: number): number {
    const oldest = Math.floor((now - MINUTE) / SPAN_MS);
    let sum = 0;
    for (const [span, ms] of this.#busyMs) if (span > oldest) sum += ms;
    return sum;
  }
}
