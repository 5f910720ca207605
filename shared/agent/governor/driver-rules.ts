import { DAY, MINUTE } from '../../time.ts';
import type { Facts } from './facts.ts';
import type { Rest } from './ruling.ts';
import type { DriverLimits, Signals } from './signals.ts';

/** An unknown battery is not charging. */
export const chargingOnlyRule = ({ battery }: Facts, limits: DriverLimits): Rest =>
  limits.chargingOnly && !battery?.isCharging ? [{ when: 'charging' }] : undefined;

export const pausedRule = ({ pausedUntil }: DriverLimits, now: number): Rest =>
  pausedUntil !== undefined && now < pausedUntil ? [{ when: 'time', at: pausedUntil }] : undefined;

export const measuringRule = ({ measuringUntil }: Signals, now: number): Rest =>
  measuringUntil !== undefined && now < measuringUntil ? [{ when: 'time', at: measuringUntil }] : undefined;

export function hoursRule({ minuteOfDay, midnightAt }: Signals, { hours }: DriverLimits, now: number): Rest {
  if (!hours || isInHours(minuteOfDay, hours.from, hours.to)) return undefined;
  const dayStartsAt = minuteOfDay < hours.from ? midnightAt - DAY : midnightAt;
  // From midnight and not from the minute, so that the countdown does not jump. On a day of 23 or 25 hours it is one hour
  // off until the hour is changed. The minute may lag the clock by one call: what begins now does not begin in the past.
  return [{ when: 'time', at: Math.max(dayStartsAt + hours.from * MINUTE, now) }];
}

function isInHours(minute: number, from: number, to: number): boolean {
  if (from === to) return true;
  return from < to ? from <= minute && minute < to : from <= minute || minute < to;
}
