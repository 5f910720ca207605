import { MINUTE } from '../time.ts';

/** Hours of a day that come again each day: minutes since midnight. `to` is outside; before `from` it is after midnight; equal = all day. */
export interface Hours {
  readonly from: number;
  readonly to: number;
}

const DAY_MINUTES = 24 * 60;

const onCircle = (minutes: number): number => ((minutes % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;

export const isInHours = (minute: number, { from, to }: Hours): boolean => {
  if (from === to) return true;
  return from < to ? from <= minute && minute < to : from <= minute || minute < to;
};

/** Whether every minute of `inner` is one of `outer`. */
export function areHoursWithin(inner: Hours, outer: Hours): boolean {
  const length = ({ from, to }: Hours): number => onCircle(to - from) || DAY_MINUTES;
  if (length(outer) === DAY_MINUTES) return true;
  // On a circle: the way from the outer start to the inner end is no longer than the outer span.
  return onCircle(inner.from - outer.from) + length(inner) <= length(outer);
}

/** Whether there is a minute of both: then one of them begins in the other. */
export const doMeet = (a: Hours, b: Hours): boolean => isInHours(a.from, b) || isInHours(b.from, a);

/** How somebody's clock stands, and when it is set next. Instants are on any one clock, in ms. */
export interface LocalClock {
  /** Minutes since midnight. */
  readonly minute: number;
  /** When it said midnight, had it never been set since. */
  readonly dayStartsAt: number;
  /** Summer time begins or ends: at this instant it goes ahead by so many minutes. Two within two days do not happen. */
  readonly change?: ClockChange | undefined;
}

export interface ClockChange {
  readonly at: number;
  readonly minutes: number;
}

/** When all of these hours are open at once for the first time after now, now being outside. Nothing when they never meet. */
export function opensAt(all: readonly Hours[], { minute, dayStartsAt, change }: LocalClock): number | undefined {
  const at = nextStart(all, minute, dayStartsAt);
  if (!change || (at !== undefined && at < change.at)) return at;
  const setStartsAt = dayStartsAt - change.minutes * MINUTE;
  const minuteThen = Math.floor((change.at - setStartsAt) / MINUTE);
  return areOpen(all, minuteThen) ? change.at : nextStart(all, minuteThen, setStartsAt);
}

/** They open together when one of them does: of those minutes, the first at which all are open. */
function nextStart(all: readonly Hours[], minute: number, dayStartsAt: number): number | undefined {
  const starts = all
    .map(({ from }) => minute + (onCircle(from - minute) || DAY_MINUTES))
    .filter((start) => areOpen(all, start));
  return starts.length === 0 ? undefined : dayStartsAt + Math.min(...starts) * MINUTE;
}

const areOpen = (all: readonly Hours[], minute: number): boolean =>
  all.every((hours) => isInHours(onCircle(minute), hours));
