import type { DriverLimits } from '../../shared/agent/governor/signals.ts';
import { HOUR } from '../../shared/time.ts';
import { AGREED_KEY } from './consent-memory.ts';
import { type Observable, writable } from './observable.ts';

/**
 * The driver's own limits on this phone, as the browser keeps them. They never leave it: the server hears a rest's code
 * and nothing of its cause. Times are the wall clock's, since the page's own begins anew with each page.
 */
export interface StoredLimits extends Omit<DriverLimits, 'pausedUntil'> {
  /** “Pause for today”, until then. */
  readonly pausedUntil: number | undefined;
  /** When the driver last said that the battery is above 30 %. */
  readonly batteryDeclaredAt: number | undefined;
  /** Some half hours on battery without lending, to measure what it takes. */
  readonly measuresBattery: boolean;
}

export interface Limits extends Observable<StoredLimits> {
  /** They hold at once. False when the browser will forget them with this page. */
  readonly change: (changed: Partial<StoredLimits>) => boolean;
}

const UNLIMITED: StoredLimits = {
  wifiOnly: false,
  chargingOnly: false,
  ignoreBatteryWhileCharging: false,
  hours: undefined,
  lowerShare: undefined,
  pausedUntil: undefined,
  batteryDeclaredAt: undefined,
  measuresBattery: true,
};

const KEY = 'limits';
/** A day on which the clocks are set back. */
const LONGEST_DAY = 25 * HOUR;

export function openLimits(): Limits {
  let own = read();
  const kept = writable(withinAgreement(own));
  // Another tab of this browser may be the one that computes; what was agreed to is told the same way.
  addEventListener('storage', ({ key }) => {
    if (key !== KEY && key !== AGREED_KEY) return;
    own = read();
    kept.write(withinAgreement(own));
  });
  return {
    ...kept,
    change(changed) {
      own = { ...own, ...changed };
      kept.write(withinAgreement(own));
      try {
        localStorage.setItem(KEY, JSON.stringify(own));
        return true;
      } catch {
        return false;
      }
    },
  };
}

function read(): StoredLimits {
  try {
    return readLimits(JSON.parse(localStorage.getItem(KEY) ?? 'null'));
  } catch {
    return UNLIMITED;
  }
}

/** No limit is wider than what was agreed to. */
function withinAgreement(limits: StoredLimits): StoredLimits {
  try {
    return localStorage.getItem(AGREED_KEY) === null ? limits : { ...limits, wifiOnly: true };
  } catch {
    return limits;
  }
}

/** What is no possible limit is none. */
export function readLimits(kept: unknown): StoredLimits {
  const from = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
  const numberOf = (value: unknown, most: number): number | undefined =>
    typeof value === 'number' && value >= 0 && value <= most ? value : undefined;
  const hours = from['hours'] as { readonly from?: unknown; readonly to?: unknown } | null | undefined;
  const [start, end] = [numberOf(hours?.from, 1439), numberOf(hours?.to, 1439)];
  return {
    wifiOnly: from['wifiOnly'] === true,
    chargingOnly: from['chargingOnly'] === true,
    ignoreBatteryWhileCharging: from['ignoreBatteryWhileCharging'] === true,
    hours: start === undefined || end === undefined ? undefined : { from: start, to: end },
    lowerShare: numberOf(from['lowerShare'], 100),
    pausedUntil: numberOf(from['pausedUntil'], Number.MAX_SAFE_INTEGER),
    batteryDeclaredAt: numberOf(from['batteryDeclaredAt'], Number.MAX_SAFE_INTEGER),
    measuresBattery: from['measuresBattery'] !== false,
  };
}

/** The next midnight on the driver's clock. */
export const midnightAfter = (wall: number): number => new Date(wall).setHours(24, 0, 0, 0);

/** As the governor takes them, on the page's clock. A pause never outlasts a day, whatever was done to the wall clock. */
export function onPageClock(
  kept: StoredLimits,
  wall: number,
  page: number,
): { readonly limits: DriverLimits; readonly batteryDeclaredAt: number | undefined } {
  const { wifiOnly, chargingOnly, ignoreBatteryWhileCharging, hours, lowerShare, pausedUntil, batteryDeclaredAt } =
    kept;
  const at = (time: number | undefined): number | undefined =>
    time === undefined ? undefined : page + Math.min(time - wall, LONGEST_DAY);
  const limits = {
    wifiOnly,
    chargingOnly,
    ignoreBatteryWhileCharging,
    hours,
    lowerShare,
    pausedUntil: at(pausedUntil),
  };
  return { limits, batteryDeclaredAt: at(batteryDeclaredAt) };
}
