import { type Facts, notAfter } from './facts.ts';
import type { Rest, Ruling } from './ruling.ts';
import type { DriverLimits, Ends, GovernorPolicy } from './signals.ts';

/** When it stopped; undefined while the level lets it compute. */
export type BatteryMemory = number | undefined;

/**
 * Two levels and a dwell, against flapping: stops below 20 %, starts at 30 % and not within five minutes of the stop. A
 * level that disappears changes neither: only a known good one, or the driver's word given after the stop, ends a stop.
 */
export function batteryRule(
  before: BatteryMemory,
  facts: Facts,
  limits: DriverLimits,
  policy: GovernorPolicy,
  now: number,
): Ruling<BatteryMemory> {
  if (limits.ignoreBatteryWhileCharging && facts.battery?.isCharging) return { memory: undefined, rest: undefined };
  const isLow = facts.battery !== undefined && facts.battery.percent < policy.batteryStop;
  const stoppedAt = notAfter(before, now) ?? (isLow ? now : undefined);
  const rest = stoppedAt === undefined ? undefined : restSince(stoppedAt, facts, policy, now);
  return rest ? { memory: stoppedAt, rest } : { memory: undefined, rest: undefined };
}

/** What is still missing for a start; undefined when nothing is. */
function restSince(stoppedAt: number, facts: Facts, policy: GovernorPolicy, now: number): Rest {
  const startsAt = stoppedAt + policy.batteryDwellMs;
  const ends: Ends[] = [];
  if (!isCharged(stoppedAt, facts, policy)) ends.push({ when: 'battery', level: policy.batteryStart });
  if (now < startsAt) ends.push({ when: 'time', at: startsAt });
  return ends.length > 0 ? ends : undefined;
}

const isCharged = (stoppedAt: number, { battery, batteryDeclaredAt }: Facts, policy: GovernorPolicy): boolean =>
  battery ? battery.percent >= policy.batteryStart : batteryDeclaredAt !== undefined && batteryDeclaredAt > stoppedAt;
