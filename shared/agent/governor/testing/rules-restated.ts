/**
 * Product section 3 once more, in numbers of its own and without the governor's code: each rule is asked of everything
 * that was ever seen, where the governor keeps a few times. Slow, and only for a clock that goes forward.
 */
import type { Fact, RestCode, Signal } from '../signals.ts';
import type { Moment } from './trace.ts';

type Seen = Pick<Moment, 'now' | 'signals' | 'limits'>;

const fresh = <T>(signal: Signal<T>, now: number): Fact<T> | undefined =>
  signal && now - signal.at < 5_000 && signal.at - now < 5_000 ? signal : undefined;

const battery = ({ now, signals }: Seen) => {
  const value = fresh(signals.battery, now)?.value;
  const percent = Math.round((value?.level ?? NaN) * 100);
  return value && percent >= 0 && percent <= 100 ? { percent, isCharging: value.isCharging } : undefined;
};
const isWaived = (seen: Seen) =>
  seen.limits.ignoreBatteryWhileCharging && fresh(seen.signals.battery, seen.now)?.value.isCharging === true;
const isDeclared = ({ now, signals: { batteryDeclaredAt: at } }: Seen) =>
  at !== undefined && now - at < 7_200_000 && at - now < 5_000;
const pressure = ({ now, signals }: Seen) => fresh(signals.pressure, now)?.value;
const windows = ({ now, signals }: Seen): readonly number[] | undefined => {
  const three = fresh(signals.heat, now)?.value.slice(-3) ?? [];
  return three.length === 3 && !three.some((ratio) => Number.isNaN(ratio) || ratio <= 0) ? three : undefined;
};
const isHotNow = (seen: Seen) => pressure(seen) === 'critical' || Math.min(...(windows(seen) ?? [0])) >= 1.7;
const isWeakNow = (seen: Seen) => {
  const network = fresh(seen.signals.network, seen.now)?.value;
  return network && (!network.isOnline || /^(slow-)?2g$/.test(network.effectiveType) || network.slowCalls > 2);
};
const isLowNow = (seen: Seen) => !isWaived(seen) && (battery(seen)?.percent ?? 100) < 20;
const usedWithin = (ms: number, { now, signals: { lastInputAt, lastLongFrameAt } }: Seen) =>
  [lastInputAt, lastLongFrameAt].some((at) => at !== undefined && at <= now && now - at < ms);
const isActiveNow = ({ now, signals }: Seen) => fresh(signals.userActive, now)?.value === true;

function isOutside(minuteOfDay: number, hours: Seen['limits']['hours']): boolean {
  if (!hours || hours.from === hours.to) return false;
  const length = (hours.to - hours.from + 1_440) % 1_440;
  return (minuteOfDay - hours.from + 1_440) % 1_440 >= length;
}

/** What was agreed to, alone. */
export function againstConsent({ now, signals, limits: { agreed } }: Seen): readonly RestCode[] {
  const type = fresh(signals.network, now)?.value.type;
  const isElsewhere = agreed.networks === 'wifi' && type !== 'wifi' && type !== 'ethernet';
  const isLate = isOutside(signals.minuteOfDay, agreed.hours);
  return [...(isElsewhere ? (['wifi_only'] as const) : []), ...(isLate ? (['outside_hours'] as const) : [])];
}

/** What stops, whatever was before. */
export function failingNow(seen: Seen): ReadonlySet<RestCode> {
  const { now, signals, limits } = seen;
  const network = fresh(signals.network, now)?.value;
  const all: Readonly<Partial<Record<RestCode, boolean>>> = {
    not_opted_in: !signals.optedIn?.value,
    not_in_rollout: !signals.inRollout?.value,
    programme_off: !signals.programmeOn?.value,
    not_in_front: !fresh(signals.visible, now)?.value || !fresh(signals.focused, now)?.value,
    battery_low: isLowNow(seen),
    hot: isHotNow(seen),
    in_use: usedWithin(3_000, seen) || isActiveNow(seen),
    weak_network: isWeakNow(seen) === true,
    data_cap: signals.bytesToday >= 500_000 || signals.isCappedByServer,
    wifi_only:
      (limits.wifiOnly || limits.agreed.networks === 'wifi') && !['wifi', 'ethernet'].includes(network?.type ?? ''),
    charging_only: limits.chargingOnly && !battery(seen)?.isCharging,
    outside_hours: [limits.hours, limits.agreed.hours].some((hours) => isOutside(signals.minuteOfDay, hours)),
    paused_by_you: (limits.pausedUntil ?? 0) > now,
    measuring_battery: (signals.measuringUntil ?? 0) > now,
  };
  return new Set((Object.keys(all) as RestCode[]).filter((code) => all[code]));
}

/** What stops, with all that was seen until now (the last of them). */
export function failing(history: readonly Seen[]): ReadonlySet<RestCode> {
  const seen = history.at(-1);
  if (!seen) return new Set();
  const codes = new Set(failingNow(seen));
  if (isStoppedByBattery(history)) codes.add('battery_low');
  if (isLowPower(history)) codes.add('low_power');
  if (history.some((past) => isHotNow(past) && seen.now - past.now < 600_000)) codes.add('hot');
  if (isInUse(history)) codes.add('in_use');
  return codes;
}

function isStoppedByBattery(history: readonly Seen[]): boolean {
  let stop: number | undefined;
  for (const seen of history) {
    const percent = battery(seen)?.percent;
    if (isLowNow(seen)) stop ??= seen.now;
    if (stop === undefined) continue;
    const declared = isDeclared(seen) && (seen.signals.batteryDeclaredAt ?? 0) > stop;
    const isGood = percent === undefined ? declared : percent >= 30;
    if ((isWaived(seen) && battery(seen)) || (isGood && seen.now >= stop + 300_000)) stop = undefined;
  }
  return stop !== undefined;
}

/** The value of the last unbroken run of sightings that spans five seconds. */
function isLowPower(history: readonly Seen[]): boolean {
  let isOn = false;
  let run: Fact<boolean> | undefined;
  for (const { now, signals } of history) {
    const sighting = fresh(signals.lowPower, now);
    if (!sighting) continue;
    if (run?.value !== sighting.value) run = sighting;
    if (sighting.at - run.at >= 5_000) isOn = run.value;
  }
  return isOn;
}

/** Five seconds for a rest that has begun, three for one that has not. */
function isInUse(history: readonly Seen[]): boolean {
  let isResting = false;
  let usedAt = -Infinity; // also when the page no longer says when
  for (const seen of history) {
    const { lastInputAt, lastLongFrameAt } = seen.signals;
    usedAt = Math.max(usedAt, lastInputAt ?? usedAt, lastLongFrameAt ?? usedAt, isActiveNow(seen) ? seen.now : usedAt);
    isResting = seen.now - usedAt < (isResting ? 5_000 : 3_000);
  }
  return isResting;
}

export const unknownNow = (seen: Seen): readonly string[] => [
  ...(battery(seen) || isDeclared(seen) ? [] : ['battery']),
  ...(windows(seen) || pressure(seen) ? [] : ['heat']),
  ...(fresh(seen.signals.network, seen.now) ? [] : ['network']),
];

export function halvedBy(history: readonly Seen[]): readonly string[] {
  const seen = history.at(-1);
  if (!seen) return [];
  const isWarm = pressure(seen) === 'serious' || Math.min(...(windows(seen) ?? [0])) >= 1.35;
  return [...(isWarm ? ['warm'] : []), ...(isLosing(history, seen) ? ['losing_charge'] : [])];
}

function isLosing(history: readonly Seen[], seen: Seen): boolean {
  const level = battery(seen);
  if (!level?.isCharging || level.percent >= 78) return false;
  const unplugged = history.findLastIndex((past) => battery(past)?.isCharging === false);
  return history
    .slice(unplugged + 1)
    .some((past) => seen.now - past.now <= 600_000 && (battery(past)?.percent ?? 0) > level.percent);
}
