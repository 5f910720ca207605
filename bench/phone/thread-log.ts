/** What worker threads had had, in ms of CPU, when they were looked at; a thread that is missing had ended. */
export interface ThreadLook {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly threads: ReadonlyMap<string, number>;
}

export interface Stopping {
  /**
   * From the touch to the last look at which a thread had had CPU since the look before, had begun or had ended; 0 when none
   * did after the touch. Never less than it was: a change is dated when it was seen.
   */
  readonly stopMs: number;
  /** CPU of all worker threads later than 100 ms after the touch, in ms. */
  readonly lateCpuMs: number;
}

/** The promise: no worker-thread CPU this long after the touch. */
export const STOP_MS = 100;

export function stoppingOf(looks: readonly ThreadLook[], touchedAt: number): Stopping {
  let [stopMs, lateCpuMs] = [0, 0];
  for (const [i, { at, threads }] of looks.entries()) {
    const before = looks[i - 1];
    if (!before || at <= touchedAt) continue;
    const spentMs = spentBetween(before.threads, threads);
    const hasEnded = [...before.threads.keys()].some((thread) => !threads.has(thread));
    const hasBegun = [...threads.keys()].some((thread) => !before.threads.has(thread));
    if (spentMs > 0 || hasEnded || hasBegun) stopMs = at - touchedAt;
    if (before.at >= touchedAt + STOP_MS) lateCpuMs += spentMs;
  }
  return { stopMs, lateCpuMs };
}

/** A thread that began in between brings all it has had. */
function spentBetween(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  let spentMs = 0;
  for (const [thread, ms] of after) spentMs += Math.max(0, ms - (before.get(thread) ?? 0));
  return spentMs;
}
