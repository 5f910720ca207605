import { notAfter, type Facts } from './facts.ts';
import type { Ruling } from './ruling.ts';
import type { GovernorPolicy, Signals } from './signals.ts';

export interface UseMemory {
  readonly isResting: boolean;
  /** The last input, long frame or activity. */
  readonly lastAt: number | undefined;
  /** As the signals said them: what is said again is no new input. */
  readonly saidInputAt: number | undefined;
  readonly saidLongFrameAt: number | undefined;
}

export const UNUSED: UseMemory = {
  isResting: false,
  lastAt: undefined,
  saidInputAt: undefined,
  saidLongFrameAt: undefined,
};

/**
 * Input in the last three seconds stops; five seconds of quiet start. A time in the future (the clock jumped back) counts
 * as now, once: said again, it would rest until the clock gets there.
 */
export function useRule(
  before: UseMemory,
  signals: Signals,
  facts: Facts,
  policy: GovernorPolicy,
  now: number,
): Ruling<UseMemory> {
  const { lastInputAt, lastLongFrameAt } = signals;
  const uses = [notAfter(before.lastAt, now)];
  if (lastInputAt !== before.saidInputAt) uses.push(notAfter(lastInputAt, now));
  if (lastLongFrameAt !== before.saidLongFrameAt) uses.push(notAfter(lastLongFrameAt, now));
  if (facts.isUserActive) uses.push(now);
  const lastAt = latest(uses);
  const isResting = lastAt !== undefined && now - lastAt < (before.isResting ? policy.quietMs : policy.inputMs);
  return {
    memory: { isResting, lastAt, saidInputAt: lastInputAt, saidLongFrameAt: lastLongFrameAt },
    rest: isResting ? [{ when: 'time', at: lastAt + policy.quietMs }] : undefined,
  };
}

/** NaN is no time. */
const latest = (times: readonly (number | undefined)[]): number | undefined =>
  times.reduce((last, at) => (at !== undefined && at > (last ?? -Infinity) ? at : last), undefined);
