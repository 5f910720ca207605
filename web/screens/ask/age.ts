const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How old something is, in the unit a person would say, and after how many ms that changes. */
export interface Age {
  readonly unit: 'now' | 'minutes' | 'hours' | 'days';
  readonly count: number;
  readonly changesInMs: number;
  /** How long it has been, in ms. */
  readonly passedMs: number;
}

/** Whole units that have passed. A clock that was set back makes nothing younger than now. */
export function ageOf(at: number, now: number): Age {
  const passed = Math.max(0, now - at);
  if (passed < MINUTE_MS) return { unit: 'now', count: 0, changesInMs: MINUTE_MS - passed, passedMs: passed };
  const [unit, ms] =
    passed < HOUR_MS
      ? (['minutes', MINUTE_MS] as const)
      : passed < DAY_MS
        ? (['hours', HOUR_MS] as const)
        : (['days', DAY_MS] as const);
  return { unit, count: Math.floor(passed / ms), changesInMs: ms - (passed % ms), passedMs: passed };
}
