import type { Battery } from './facts.ts';
import type { GovernorPolicy } from './signals.ts';

/**
 * Levels seen while charging, each with when it was last seen, oldest first and each above the next: the levels that a
 * later fall is measured from. At most one per percent, and none older than `losingMs`.
 */
export type ChargeMemory = readonly ChargeStep[];

interface ChargeStep {
  readonly percent: number;
  readonly seenAt: number;
}

/**
 * The levels with this one. Unplugged, a fall means nothing and all is forgotten. An unknown level adds none and leaves
 * the others: a record that comes late would otherwise double the duty of a phone whose charger cannot keep up.
 */
export function withLevel(
  before: ChargeMemory,
  battery: Battery | undefined,
  policy: GovernorPolicy,
  now: number,
): ChargeMemory {
  if (battery && !battery.isCharging) return [];
  const recent = before
    .map(({ percent, seenAt }) => ({ percent, seenAt: Math.min(seenAt, now) }))
    .filter(({ seenAt }) => now - seenAt <= policy.losingMs);
  if (!battery) return recent;
  return [...recent.filter(({ percent }) => percent > battery.percent), { percent: battery.percent, seenAt: now }];
}

/** Charging, not full enough to rest on its charger, and falling: heat, or a charger too weak for the phone's own use. */
export function isLosingCharge(levels: ChargeMemory, battery: Battery | undefined, policy: GovernorPolicy): boolean {
  const highest = levels[0]?.percent;
  if (!battery?.isCharging || highest === undefined) return false;
  return battery.percent < policy.losingBelow && highest - battery.percent >= policy.losingPoints;
}
