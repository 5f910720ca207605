import type { Agreed, DriverLimits } from '../../shared/agent/governor/signals.ts';
import type { Hours } from '../../shared/model/hours.ts';
import { HOUR } from '../../shared/time.ts';
import { browserConsentMemory, CONSENT_KEY } from './consent-memory.ts';
import { type Observable, writable } from './observable.ts';

/**
 * The driver's own limits on this phone, as the browser keeps them. They never leave it: the server hears a rest's code
 * and nothing of its cause. Times are the wall clock's, since the page's own begins anew with each page.
 */
export interface StoredLimits extends Omit<DriverLimits, 'pausedUntil' | 'agreed'> {
  /** “Pause for today”, until then. */
  readonly pausedUntil: number | undefined;
  /** When the driver last said that the battery is above 30 %. */
  readonly batteryDeclaredAt: number | undefined;
  /** Some half hours on battery without lending, to measure what it takes. */
  readonly measuresBattery: boolean;
}

/** And what was agreed to, as the server last said it here: the rules keep both. */
export interface KeptLimits extends StoredLimits {
  readonly agreed: Agreed;
}

export interface Limits extends Observable<KeptLimits> {
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
  const kept = writable({ ...own, agreed: readAgreed() });
  // Another tab of this browser may be the one that computes; what was agreed to is told the same way.
  addEventListener('storage', ({ key }) => {
    if (key !== KEY && key !== CONSENT_KEY) return;
    if (key === KEY) own = read();
    kept.write({ ...own, agreed: readAgreed() });
  });
  return {
    ...kept,
    change(changed) {
      own = { ...own, ...changed };
      kept.write({ ...own, agreed: readAgreed() });
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

/** A browser of before kept one mark for all of it. */
const WIFI_MARK = 'agreed-wifi-only';

function readAgreed(): Agreed {
  const scope = browserConsentMemory().read()?.scope;
  if (scope) return { hours: hoursIn(scope.hours), networks: scope.networks === 'wifi' ? 'wifi' : 'any' };
  try {
    return { hours: undefined, networks: localStorage.getItem(WIFI_MARK) === null ? 'any' : 'wifi' };
  } catch {
    return { hours: undefined, networks: 'any' };
  }
}

const numberIn = (value: unknown, most: number): number | undefined =>
  typeof value === 'number' && value >= 0 && value <= most ? value : undefined;

function hoursIn(kept: unknown): Hours | undefined {
  const hours = kept as { readonly from?: unknown; readonly to?: unknown } | null | undefined;
  const [from, to] = [numberIn(hours?.from, 1439), numberIn(hours?.to, 1439)];
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** What is no possible limit is none. */
export function readLimits(kept: unknown): StoredLimits {
  const from = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
  return {
    wifiOnly: from['wifiOnly'] === true,
    chargingOnly: from['chargingOnly'] === true,
    ignoreBatteryWhileCharging: from['ignoreBatteryWhileCharging'] === true,
    hours: hoursIn(from['hours']),
    lowerShare: numberIn(from['lowerShare'], 100),
    pausedUntil: numberIn(from['pausedUntil'], Number.MAX_SAFE_INTEGER),
    batteryDeclaredAt: numberIn(from['batteryDeclaredAt'], Number.MAX_SAFE_INTEGER),
    measuresBattery: from['measuresBattery'] !== false,
  };
}

/** The next midnight on the driver's clock. */
export const midnightAfter = (wall: number): number => new Date(wall).setHours(24, 0, 0, 0);

/** As the governor takes them, on the page's clock. A pause never outlasts a day, whatever was done to the wall clock. */
export function onPageClock(
  kept: KeptLimits,
  wall: number,
  page: number,
): { readonly limits: DriverLimits; readonly batteryDeclaredAt: number | undefined } {
  const { agreed, wifiOnly, chargingOnly, ignoreBatteryWhileCharging, hours, lowerShare } = kept;
  const at = (time: number | undefined): number | undefined =>
    time === undefined ? undefined : page + Math.min(time - wall, LONGEST_DAY);
  const limits = {
    agreed,
    wifiOnly,
    chargingOnly,
    ignoreBatteryWhileCharging,
    hours,
    lowerShare,
    pausedUntil: at(kept.pausedUntil),
  };
  return { limits, batteryDeclaredAt: at(kept.batteryDeclaredAt) };
}
