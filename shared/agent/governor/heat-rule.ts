import { type Facts, notAfter } from './facts.ts';
import type { Ruling } from './ruling.ts';
import type { GovernorPolicy } from './signals.ts';

/** When it was last hot; undefined once it has cooled down. */
export type HeatMemory = number | undefined;

/**
 * Hot stops, and what follows is ten minutes without heat. A phone at rest computes no slices: its windows then must go
 * stale, not be said again, or the old ones keep it hot for ever.
 */
export function heatRule(before: HeatMemory, facts: Facts, policy: GovernorPolicy, now: number): Ruling<HeatMemory> {
  const hotAt = isHot(facts, policy) ? now : notAfter(before, now);
  if (hotAt === undefined || now - hotAt >= policy.coolDownMs) return { memory: undefined, rest: undefined };
  return { memory: hotAt, rest: [{ when: 'time', at: hotAt + policy.coolDownMs }] };
}

export const isWarm = ({ heat, pressure }: Facts, policy: GovernorPolicy): boolean =>
  pressure === 'serious' || isAllFrom(policy.warmRatio, heat);

const isHot = ({ heat, pressure }: Facts, policy: GovernorPolicy): boolean =>
  pressure === 'critical' || isAllFrom(policy.hotRatio, heat);

const isAllFrom = (least: number, heat: readonly number[] | undefined): boolean =>
  heat?.every((ratio) => ratio >= least) ?? false;
