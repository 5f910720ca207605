/**
 * Keeps a duty: after each slice it says when the next may begin. Pure; its whole state is that one instant.
 *
 * Wall time is charged, with 0.2 ms for each wake (timer, messages and scheduling cost that much, measured), so that a busy
 * phone, which stretches slices, is asked for less and never for more. Debt is carried by the instant itself. A late timer
 * is not made up for: the next period counts from when the slice really began. Tried before and refused: sleeping
 * t·(1/d − 1) ran 24 % under; charging ops at a calibrated cost ran 14 % over when other processes wanted the core.
 */
export const SLICE_MS = 16;

/** A slice is over by then unless the phone took the core away. */
const LONGEST_SLICE_MS = 20;
const WAKE_MS = 0.2;
/** Five wakes a second at most. */
const LEAST_PERIOD_MS = 200;
const WINDOW_MS = 60_000;
/** What measures longer was no computing: the phone slept or the page was frozen in the middle of it. */
const MOST_CHARGED_MS = 1_000;

/**
 * The share to aim at so that no window of 60 s exceeds `duty`: a window that begins and ends with a slice holds one more
 * than it has paid for. A tenth of a percent of the budget at 8 % of a core, two at 1.5 %.
 */
export const aimedShare = (duty: number): number =>
  Math.max(duty / 2, (duty * WINDOW_MS - LONGEST_SLICE_MS) / (WINDOW_MS - LONGEST_SLICE_MS));

/** When the next slice may begin, after one from `startedAt` to `endedAt`; at a duty of 1 at once. The duty is above 0. */
export function nextSliceAt(duty: number, startedAt: number, endedAt: number): number {
  if (duty >= 1) return endedAt;
  const spentMs = Math.min(endedAt - startedAt, MOST_CHARGED_MS) + WAKE_MS;
  return startedAt + Math.max(LEAST_PERIOD_MS, spentMs / aimedShare(duty));
}

/** `nextAt` after work outside a slice (setting a kernel up) that took `spentMs` until `now`. */
export function charged(duty: number, nextAt: number, now: number, spentMs: number): number {
  if (duty >= 1 || duty <= 0) return nextAt; // nothing to pay with, or nothing to pay
  return Math.max(nextAt, now) + Math.min(spentMs, MOST_CHARGED_MS) / aimedShare(duty);
}
