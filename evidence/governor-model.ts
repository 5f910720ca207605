/**
 * The governor a second time, from product section 3 alone, in another shape: no state is carried. Each answer looks
 * back over everything the phone ever said and asks what is still true. `governor-trace.ts` lays it beside the shipped one.
 *
 * A step's answer reads the whole past, so a trace of n steps costs n²: 7,200 steps take a few seconds.
 */
import { assert } from '../shared/assert.ts';
import {
  REST_CODES,
  type BatteryFact,
  type Decision,
  type DriverLimits,
  type GovernorPolicy,
  type HalfCode,
  type RestCode,
  type Signal,
  type Signals,
  type UnknownSignal,
} from '../shared/agent/governor/signals.ts';

/** What one step was given. The limits belong to it: a waiver that was lifted since may have ended a stop. */
export interface Moment {
  readonly now: number;
  readonly signals: Signals;
  readonly limits: DriverLimits;
}

/** Oldest first, one `now` after the other. */
export type History = readonly Moment[];

export interface Verdict extends Pick<
  Decision,
  'reason' | 'byConsent' | 'half' | 'unknown' | 'share' | 'link' | 'mayTransfer'
> {
  /** Outside hours: the first whole minute, counted on from now, that all hours hold; `never` where none of two days does. */
  readonly hoursOpenAt: number | 'never' | undefined;
}

/** Whether the rule forbids computing at the last moment of the history. */
type Rule = (history: History, policy: GovernorPolicy) => boolean;

const RULES: Readonly<Record<RestCode, Rule>> = {
  not_opted_in: (history) => lastOf(history).signals.optedIn?.value !== true,
  not_in_rollout: (history) => lastOf(history).signals.inRollout?.value !== true,
  programme_off: (history) => lastOf(history).signals.programmeOn?.value !== true,
  not_in_front: (history, policy) => {
    const { now, signals } = lastOf(history);
    return known(signals.visible, now, policy) !== true || known(signals.focused, now, policy) !== true;
  },
  battery_low: (history, policy) => lastBatteryStop(history, policy)?.isOver === false,
  low_power: isLowPower,
  hot: (history, policy) => {
    const { now } = lastOf(history);
    return someAfter(history, now - policy.coolDownMs, (moment) => isHot(moment, policy));
  },
  in_use: isInUse,
  weak_network: (history, policy) => {
    const { now, signals } = lastOf(history);
    const network = known(signals.network, now, policy);
    if (!network) return false;
    const isSlow = network.effectiveType === 'slow-2g' || network.effectiveType === '2g';
    return !network.isOnline || isSlow || network.slowCalls >= policy.slowCalls;
  },
  data_cap: (history, policy) => {
    const { signals } = lastOf(history);
    return signals.isCappedByServer || signals.bytesToday >= policy.bytesADay;
  },
  wifi_only: (history, policy) => {
    const { now, signals, limits } = lastOf(history);
    const type = known(signals.network, now, policy)?.type;
    const isBound = limits.wifiOnly || limits.agreed.networks === 'wifi';
    return isBound && type !== 'wifi' && type !== 'ethernet';
  },
  charging_only: (history, policy) => {
    const moment = lastOf(history);
    return moment.limits.chargingOnly && batteryOf(moment, policy)?.isCharging !== true;
  },
  outside_hours: (history) => {
    const { signals, limits } = lastOf(history);
    return !isOpen(signals.minuteOfDay, limits.hours) || !isOpen(signals.minuteOfDay, limits.agreed.hours);
  },
  paused_by_you: (history) => {
    const { now, limits } = lastOf(history);
    return limits.pausedUntil !== undefined && now < limits.pausedUntil;
  },
  measuring_battery: (history) => {
    const { now, signals } = lastOf(history);
    return signals.measuringUntil !== undefined && now < signals.measuringUntil;
  },
};

const CLOSING: ReadonlySet<RestCode> = new Set([
  'not_opted_in',
  'not_in_rollout',
  'programme_off',
  'not_in_front',
  'data_cap',
  'measuring_battery',
]);

/** What the rules make of the last moment of the history. */
export function model(history: History, policy: GovernorPolicy): Verdict {
  const failing = REST_CODES.filter((code) => RULES[code](history, policy));
  // What it would be if the driver had set no limits.
  const agreedAlone = [...history.slice(0, -1), { ...lastOf(history), limits: unlimited(lastOf(history).limits) }];
  const half = halvesOf(history, policy);
  const unknown = unknownOf(lastOf(history), policy);
  const isResting = failing.some((code) => code !== 'weak_network');
  const link = failing.some((code) => CLOSING.has(code)) ? 'close' : 'keep';
  return {
    reason: failing[0],
    byConsent: CONSENT_CODES.filter((code) => RULES[code](agreedAlone, policy)),
    hoursOpenAt: failing.includes('outside_hours') ? openingOf(lastOf(history)) : undefined,
    half,
    unknown,
    share: isResting ? 0 : dutyOf(lastOf(history).limits, half, unknown, policy),
    link,
    mayTransfer: link === 'keep' && !failing.some((code) => code === 'weak_network' || code === 'wifi_only'),
  };
}

// Hours

const CONSENT_CODES = ['wifi_only', 'outside_hours'] as const;
const unlimited = (limits: DriverLimits): DriverLimits => ({ ...limits, wifiOnly: false, hours: undefined });

function isOpen(minute: number, hours: DriverLimits['hours']): boolean {
  if (!hours || hours.from === hours.to) return true;
  const isAfter = minute >= hours.from;
  const isBefore = minute < hours.to;
  return hours.from < hours.to ? isAfter && isBefore : isAfter || isBefore;
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Minute by minute, as somebody would who looks at the clock on the wall. */
function openingOf({ now, signals, limits }: Moment): number | 'never' {
  const { midnightAt, clockChange } = signals;
  const intoMinute = (((now - midnightAt) % MINUTE_MS) + MINUTE_MS) % MINUTE_MS;
  for (let step = 1; step <= 2 * DAY_MINUTES; step++) {
    const at = now - intoMinute + step * MINUTE_MS;
    const set = clockChange && at >= clockChange.at ? clockChange.minutes : 0;
    const wall = (signals.minuteOfDay + step + set + 2 * DAY_MINUTES) % DAY_MINUTES;
    if (isOpen(wall, limits.hours) && isOpen(wall, limits.agreed.hours)) return at;
  }
  return 'never';
}

/** The smallest of all that lower it: nothing is multiplied. */
function dutyOf(
  limits: DriverLimits,
  half: readonly HalfCode[],
  unknown: readonly UnknownSignal[],
  policy: GovernorPolicy,
): number {
  const bounds = [policy.targetShare];
  if (limits.lowerShare !== undefined) bounds.push(limits.lowerShare);
  if (unknown.length > 0) bounds.push(policy.unknownShare);
  if (half.length > 0) bounds.push(policy.targetShare / 2);
  return Math.min(...bounds);
}

// Battery

interface Stop {
  readonly stopAt: number;
  readonly isOver: boolean;
}

/**
 * The last stop, found by going through all of them: a stop starts at the first low level after the end of the stop before
 * it, and ends where charging waives it, or after the dwell where the level is good.
 */
function lastBatteryStop(history: History, policy: GovernorPolicy): Stop | undefined {
  let stop: Stop | undefined;
  let from = 0;
  for (;;) {
    const start = findFrom(history, from, (moment) => isBatteryLow(moment, policy));
    if (start === -1) return stop;
    const stopAt = history[start]!.now;
    const end = findFrom(history, start + 1, (moment) => endsBatteryStop(moment, stopAt, policy));
    if (end === -1) return { stopAt, isOver: false };
    stop = { stopAt, isOver: true };
    from = end;
  }
}

function isBatteryLow(moment: Moment, policy: GovernorPolicy): boolean {
  const battery = batteryOf(moment, policy);
  return battery !== undefined && percent(battery) < policy.batteryStop && !isWaived(moment, policy);
}

function endsBatteryStop(moment: Moment, stopAt: number, policy: GovernorPolicy): boolean {
  if (isWaived(moment, policy)) return true;
  if (moment.now - stopAt < policy.batteryDwellMs) return false;
  const battery = batteryOf(moment, policy);
  if (battery) return percent(battery) >= policy.batteryStart;
  return isDeclared(moment, policy) && (moment.signals.batteryDeclaredAt ?? 0) > stopAt;
}

const isWaived = (moment: Moment, policy: GovernorPolicy): boolean =>
  moment.limits.ignoreBatteryWhileCharging && batteryOf(moment, policy)?.isCharging === true;

const isDeclared = ({ now, signals }: Moment, policy: GovernorPolicy): boolean =>
  signals.batteryDeclaredAt !== undefined && now - signals.batteryDeclaredAt <= policy.batteryDeclaredMs;

/** A level that no battery has is no level, and then nothing is known of the battery. */
function batteryOf({ now, signals }: Moment, policy: GovernorPolicy): BatteryFact | undefined {
  const battery = known(signals.battery, now, policy);
  return battery && battery.level >= 0 && battery.level <= 1 ? battery : undefined;
}

const percent = (battery: BatteryFact): number => Math.round(battery.level * 100);

/** Lower than at some moment of the last ten minutes, and on the charger in every known moment since. */
function isLosingCharge(history: History, policy: GovernorPolicy): boolean {
  const { now } = lastOf(history);
  const battery = batteryOf(lastOf(history), policy);
  if (!battery?.isCharging || percent(battery) >= policy.losingBelow) return false;
  for (let i = history.length - 1; i >= 0 && now - history[i]!.now <= policy.losingMs; i--) {
    const then = batteryOf(history[i]!, policy);
    if (then && !then.isCharging) return false;
    if (then && percent(then) - percent(battery) >= policy.losingPoints) return true;
  }
  return false;
}

// Low power, heat, use

/** What was seen counts once the first and the last of an unbroken run of like sightings are far enough apart: the last run that counts. */
function isLowPower(history: History, policy: GovernorPolicy): boolean {
  let run: { readonly value: boolean; readonly lastAt: number } | undefined;
  for (let i = history.length - 1; i >= 0; i--) {
    const { now, signals } = history[i]!;
    const value = known(signals.lowPower, now, policy);
    if (value === undefined) continue;
    const at = signals.lowPower?.at ?? now;
    if (run?.value !== value) run = { value, lastAt: at };
    if (run.lastAt - at >= policy.lowPowerTwiceMs) return value;
  }
  return false;
}

function isHot(moment: Moment, policy: GovernorPolicy): boolean {
  return pressureOf(moment, policy) === 'critical' || areWindowsAtLeast(moment, policy.hotRatio, policy);
}

function isWarm(moment: Moment, policy: GovernorPolicy): boolean {
  return pressureOf(moment, policy) === 'serious' || areWindowsAtLeast(moment, policy.warmRatio, policy);
}

const pressureOf = ({ now, signals }: Moment, policy: GovernorPolicy) => known(signals.pressure, now, policy);

function areWindowsAtLeast({ now, signals }: Moment, ratio: number, policy: GovernorPolicy): boolean {
  const windows = known(signals.heat, now, policy) ?? [];
  return windows.length >= policy.hotWindows && windows.slice(-policy.hotWindows).every((window) => window >= ratio);
}

/** In use since the last moment with a fresh input, unless a moment of quiet lies between. */
function isInUse(history: History, policy: GovernorPolicy): boolean {
  for (let i = history.length - 1; i >= 0; i--) {
    const sinceMs = history[i]!.now - lastActivity(history, i, policy);
    if (sinceMs <= policy.inputMs) return true;
    if (sinceMs >= policy.quietMs) return false;
  }
  return false;
}

/** The newest input, long frame or active user that was known at the moment `index`. */
function lastActivity(history: History, index: number, policy: GovernorPolicy): number {
  let newest = -Infinity;
  for (let i = index; i >= 0; i--) {
    const { now, signals } = history[i]!;
    // Nothing that an older moment knew can make the age at `index` less than the quiet.
    if (history[index]!.now - now >= policy.quietMs) break;
    const isActive = signals.userActive?.source === 'measured' && known(signals.userActive, now, policy) === true;
    const activities = [isActive ? now : -Infinity, signals.lastInputAt, signals.lastLongFrameAt];
    newest = Math.max(newest, ...activities.map((at) => at ?? -Infinity));
  }
  return newest;
}

// Duty

function halvesOf(history: History, policy: GovernorPolicy): readonly HalfCode[] {
  const half: HalfCode[] = [];
  if (isWarm(lastOf(history), policy)) half.push('warm');
  if (isLosingCharge(history, policy)) half.push('losing_charge');
  return half;
}

function unknownOf(moment: Moment, policy: GovernorPolicy): readonly UnknownSignal[] {
  const { now, signals } = moment;
  const windows = known(signals.heat, now, policy) ?? [];
  const unknown: UnknownSignal[] = [];
  if (!batteryOf(moment, policy) && !isDeclared(moment, policy)) unknown.push('battery');
  if (pressureOf(moment, policy) === undefined && windows.length < policy.hotWindows) unknown.push('heat');
  if (!known(signals.network, now, policy)) unknown.push('network');
  return unknown;
}

// Looking back

/** Its value while it is not stale. */
function known<T>(signal: Signal<T>, now: number, policy: GovernorPolicy): T | undefined {
  return signal && now - signal.at <= policy.staleMs ? signal.value : undefined;
}

/** Whether any moment later than `at` is such. */
function someAfter(history: History, at: number, isSuch: (moment: Moment) => boolean): boolean {
  for (let i = history.length - 1; i >= 0 && history[i]!.now > at; i--) if (isSuch(history[i]!)) return true;
  return false;
}

function findFrom(history: History, from: number, isSuch: (moment: Moment) => boolean): number {
  for (let i = from; i < history.length; i++) if (isSuch(history[i]!)) return i;
  return -1;
}

function lastOf(history: History): Moment {
  const moment = history.at(-1);
  assert(moment, 'expected a history of at least one moment, got none');
  return moment;
}
