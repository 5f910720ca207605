import { type Facts, notAfter } from './facts.ts';
import type { Ruling } from './ruling.ts';
import type { GovernorPolicy } from './signals.ts';

export interface LowPowerMemory {
  readonly isOn: boolean;
  /** When the opposite was first seen since; a second sighting turns it. */
  readonly otherSeenAt: number | undefined;
}

export const LOW_POWER_OFF: LowPowerMemory = { isOn: false, otherSeenAt: undefined };

/**
 * Low power is inferred (animation frames held at 30/s, muted video refused) and one sighting may be a hiccup: it takes
 * two, five seconds apart, to turn it on, and two to turn it off. An unknown one says nothing.
 */
export function lowPowerRule(
  before: LowPowerMemory,
  facts: Facts,
  policy: GovernorPolicy,
  now: number,
): Ruling<LowPowerMemory> {
  const memory = withSighting({ ...before, otherSeenAt: notAfter(before.otherSeenAt, now) }, facts, policy, now);
  return { memory, rest: memory.isOn ? [{ when: 'low_power_off' }] : undefined };
}

function withSighting(before: LowPowerMemory, facts: Facts, policy: GovernorPolicy, now: number): LowPowerMemory {
  const { isOn, otherSeenAt } = before;
  const { lowPower } = facts;
  if (!lowPower) return before;
  if (lowPower.value === isOn) return { isOn, otherSeenAt: undefined };
  const seenAt = Math.min(lowPower.at, now); // when it was probed: one probe asked about twice is one sighting
  if (otherSeenAt === undefined) return { isOn, otherSeenAt: seenAt };
  return seenAt - otherSeenAt >= policy.lowPowerTwiceMs ? { isOn: !isOn, otherSeenAt: undefined } : before;
}
