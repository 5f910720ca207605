import { isInHours, opensAt } from '../../model/hours.ts';
import { DAY } from '../../time.ts';
import type { Facts } from './facts.ts';
import { isOnWifi } from './network-rules.ts';
import type { Rest } from './ruling.ts';
import type { DriverLimits, RestCode, Signals } from './signals.ts';

/** An unknown battery is not charging. */
export const chargingOnlyRule = ({ battery }: Facts, limits: DriverLimits): Rest =>
  limits.chargingOnly && !battery?.isCharging ? [{ when: 'charging' }] : undefined;

export const pausedRule = ({ pausedUntil }: DriverLimits, now: number): Rest =>
  pausedUntil !== undefined && now < pausedUntil ? [{ when: 'time', at: pausedUntil }] : undefined;

export const measuringRule = ({ measuringUntil }: Signals, now: number): Rest =>
  measuringUntil !== undefined && now < measuringUntil ? [{ when: 'time', at: measuringUntil }] : undefined;

/** Inside the driver's own hours and those agreed to. The end is when both are open for the first time. */
export function hoursRule(signals: Signals, { hours, agreed }: DriverLimits, now: number): Rest {
  const { minuteOfDay: minute, midnightAt, clockChange: change } = signals;
  const all = [hours, agreed.hours].filter((one) => one !== undefined);
  if (all.every((one) => isInHours(minute, one))) return undefined;
  // From midnight and not from the minute, so that the countdown does not jump.
  const at = opensAt(all, { minute, dayStartsAt: midnightAt - DAY, change });
  if (at === undefined) return [{ when: 'other_hours' }];
  // The minute may lag the clock by one call: what begins now does not begin in the past.
  return [{ when: 'time', at: Math.max(at, now) }];
}

/** Which of the two rules that both may break is broken by what was agreed to. */
export function brokenByConsent(facts: Facts, { minuteOfDay }: Signals, { agreed }: DriverLimits): readonly RestCode[] {
  const broken: RestCode[] = [];
  if (agreed.networks === 'wifi' && !isOnWifi(facts)) broken.push('wifi_only');
  if (agreed.hours && !isInHours(minuteOfDay, agreed.hours)) broken.push('outside_hours');
  return broken;
}
