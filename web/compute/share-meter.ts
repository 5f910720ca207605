/** The shares shown: one a second, the last minute. */
const SECONDS = 60;

/**
 * What share of the device the worker took, second by second, from what it measured of itself. A report says how much
 * was computed since the last one; it is spread evenly over the time between, because slices are five a second and
 * reports one.
 */
export class ShareMeter {
  /** Milliseconds of computing in each second since the page opened; older seconds are dropped. */
  readonly #busy = new Map<number, number>();
  readonly #cores: number;
  readonly #startedAt: number;
  #reportedAt: number;

  constructor(cores: number, now: number) {
    this.#cores = cores;
    this.#startedAt = now;
    this.#reportedAt = now;
  }

  /** `busyMs` more were computed, until now. */
  add(busyMs: number, now: number): void {
    const from = Math.min(now, Math.max(this.#reportedAt, now - SECONDS * 1000));
    this.#reportedAt = now;
    if (busyMs <= 0) return;
    // A report may come right after another: then it all belongs to now.
    const spanMs = Math.max(now - from, 1);
    for (let second = Math.floor(from / 1000); second * 1000 < from + spanMs; second++) {
      const overlap = Math.min(from + spanMs, (second + 1) * 1000) - Math.max(from, second * 1000);
      this.#busy.set(second, (this.#busy.get(second) ?? 0) + (busyMs * overlap) / spanMs);
    }
    const oldest = Math.floor(now / 1000) - SECONDS - 1;
    for (const second of this.#busy.keys()) if (second < oldest) this.#busy.delete(second);
  }

  /** Time passes and nothing is computed: the next report's time begins here. */
  rest(now: number): void {
    this.#reportedAt = now;
  }

  /** Percent of the device per whole second, newest last. Up to a minute; fewer on a young page. */
  shares(now: number): readonly number[] {
    const end = Math.floor(now / 1000);
    const first = Math.max(end - SECONDS, Math.ceil(this.#startedAt / 1000));
    return Array.from({ length: Math.max(0, end - first) }, (_, i) => {
      return (this.#busy.get(first + i) ?? 0) / (10 * this.#cores);
    });
  }
}
