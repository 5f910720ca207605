import type { LongTask } from './page-probe.ts';

/** How long the page must be quiet to count as interactive. */
export const QUIET_MS = 5_000;

/** When a page answers from then on: its control is there, and no long task begins within five seconds of that or of the last. */
export function interactiveAt(controlAt: number, tasks: readonly Pick<LongTask, 'at' | 'ms'>[]): number {
  let quietFrom = controlAt;
  for (const { at, ms } of tasks.toSorted((a, b) => a.at - b.at))
    if (at < quietFrom + QUIET_MS) quietFrom = Math.max(quietFrom, at + ms);
  return quietFrom;
}

/** The value that `share` of all do not exceed (nearest rank); nothing of none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}
