import type { BatteryFact, Fact, GovernorPolicy, NetworkFact, Pressure, Signal, Signals } from './signals.ts';

/** The signals as they can be relied on now. What is stale, missing or no possible value is undefined: unknown. */
export interface Facts {
  /** Known to be visible and focused; unknown is not enough. */
  readonly isInFront: boolean;
  readonly battery: Battery | undefined;
  /** Valid now; not asked where the browser says the level. */
  readonly batteryDeclaredAt: number | undefined;
  readonly lowPower: Fact<boolean> | undefined;
  /** The last `hotWindows` ratios, all of them. */
  readonly heat: readonly number[] | undefined;
  readonly pressure: Pressure | undefined;
  /** Idle Detection measures that somebody uses the machine. A guess does not count: it would rest for ever. */
  readonly isUserActive: boolean;
  readonly network: NetworkFact | undefined;
}

export interface Battery {
  /** Whole percent: levels come in steps of 1 %, and 0.29 may arrive as 0.29000000000000004. */
  readonly percent: number;
  readonly isCharging: boolean;
}

export function factsOf(signals: Signals, policy: GovernorPolicy, now: number): Facts {
  const known = <T>(signal: Signal<T>): Fact<T> | undefined =>
    signal && isWithin(policy.staleMs, signal.at, now) ? signal : undefined;
  const userActive = known(signals.userActive);
  return {
    isInFront: known(signals.visible)?.value === true && known(signals.focused)?.value === true,
    battery: batteryOf(known(signals.battery)?.value),
    batteryDeclaredAt: declaredAt(signals.batteryDeclaredAt, policy, now),
    lowPower: known(signals.lowPower),
    heat: heatOf(known(signals.heat)?.value, policy),
    pressure: known(signals.pressure)?.value,
    isUserActive: userActive?.source === 'measured' && userActive.value,
    network: known(signals.network)?.value,
  };
}

/** A remembered time that lies ahead was written before the clock jumped back: it counts as now. */
export const notAfter = (at: number | undefined, now: number): number | undefined =>
  at === undefined ? undefined : Math.min(at, now);

/**
 * Whether a record is younger than that. One from the future is no better than one from the past: after a jump back by a
 * day it would stay fresh for a day. A little is allowed, for the page and the worker write times of their own.
 */
const isWithin = (ms: number, at: number, now: number): boolean => Math.abs(now - at) < ms;

function batteryOf(fact: BatteryFact | undefined): Battery | undefined {
  if (!fact || !(fact.level >= 0 && fact.level <= 1)) return undefined; // NaN is neither
  return { percent: Math.round(fact.level * 100), isCharging: fact.isCharging };
}

function declaredAt(at: number | undefined, policy: GovernorPolicy, now: number): number | undefined {
  if (at === undefined) return undefined;
  return now - at < policy.batteryDeclaredMs && at - now < policy.staleMs ? at : undefined;
}

function heatOf(windows: readonly number[] | undefined, policy: GovernorPolicy): readonly number[] | undefined {
  const last = windows?.slice(-policy.hotWindows);
  return last?.length === policy.hotWindows && last.every((ratio) => ratio > 0 && ratio < Infinity) ? last : undefined;
}
