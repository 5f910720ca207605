import type { Device, Throttle } from '../../shared/model/device.ts';
import type { DeviceReport, LeaseStatus } from '../../shared/model/exchange.ts';
import { isInHours, opensAt, type LocalClock } from '../../shared/model/hours.ts';
import { must } from '../../shared/assert.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { Programme } from '../../shared/model/programme.ts';
import { REST_CODES } from '../../shared/model/rest-codes.ts';
import { MOST_CORES, MOST_OF_CORE } from '../../shared/model/share.ts';
import { DAY, MINUTE } from '../../shared/time.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';

/**
 * The governor's twin: what a phone promises, held against what the server has counted itself. Asked before every lease and
 * by the device routes; a phone that obeys its own governor never meets it but for its first day's midnight and a lost meter.
 *
 * **Whose clock counts.** Days and agreed hours go by the server's time in the zone it believes of the device: the one told
 * when the link opened, at most one change a day. The phone goes by its own clock and asks only inside its hours. So work goes
 * out only where both clocks are inside: a driver who crosses two borders in a day may lend an hour less at the edges of the
 * hours, never a minute outside them. Being refused for it counts nowhere: not as a breach, not for trust, not for money.
 */

export const NEW_THROTTLE: Throttle = {
  zoneMinutes: 0,
  zoneAt: 0,
  day: 0,
  bytes: 0,
  units: 0,
  pacedUntil: 0,
  breaches: 0,
  pausedUntil: 0,
  unitsEver: 0,
};

export interface Refusal {
  readonly code: Exclude<LeaseStatus, 'ok'>;
  /** When asking again makes sense; nothing = when told. */
  readonly retryMs: number | undefined;
  /** The device knew, or was told: asked like this often enough, it is paused. */
  readonly isBreach: boolean;
}

export interface ThrottleRules {
  readonly policy: Policy;
  readonly programme: Programme;
}

/** The day this device is in, with what was counted on it: a new one starts with nothing. */
export function throttleAt(throttle: Throttle, now: number): Throttle {
  const day = Math.floor((now + throttle.zoneMinutes * MINUTE) / DAY);
  return day > throttle.day ? { ...throttle, day, bytes: 0, units: 0, breaches: 0 } : throttle;
}

/** The driver has crossed a border, or says so: believed at most once a day, so that no day is lived twice over and over. */
export function withZone(
  throttle: Throttle,
  zoneMinutes: number,
  { zoneMs }: Policy['throttle'],
  now: number,
): Throttle {
  const isFirst = throttle.zoneAt === 0;
  if (zoneMinutes === throttle.zoneMinutes || (!isFirst && now - throttle.zoneAt < zoneMs)) return throttle;
  return { ...throttle, zoneMinutes, zoneAt: now };
}

/** Whether this device may do anything that costs it data or us work. The first rule that fails; `throttle` is today's. */
export function deviceRefusal(throttle: Throttle, rules: ThrottleRules, now: number): Refusal | undefined {
  if (!rules.programme.isOn) return refusal('programme_off');
  if (throttle.pausedUntil > now) return refusal('paused_by_us', throttle.pausedUntil - now);
  if (throttle.bytes >= rules.policy.throttle.bytesADay) {
    return { code: 'data_cap', retryMs: midnightOf(throttle) - now, isBreach: true };
  }
  return undefined;
}

/** Whether it may have leases now, given what it says of itself. */
export function leaseRefusal(
  device: Device,
  throttle: Throttle,
  report: DeviceReport,
  rules: ThrottleRules,
  now: number,
): Refusal | undefined {
  const { throttle: limits, consentVersion } = rules.policy;
  if (device.consentVersion !== consentVersion) return refusal('not_opted_in');
  if (rules.programme.isOn && device.status !== 'active') return refusal('device_stopped');
  const standing = deviceRefusal(throttle, rules, now);
  if (standing && standing.code !== 'data_cap') return standing;
  if (report.reason !== 0) {
    return { code: REST_CODES[report.reason - 1] ?? 'resting', retryMs: undefined, isBreach: true };
  }
  if (standing) return standing;
  const untilMidnight = midnightOf(throttle) - now;
  if (report.bytesToday >= limits.bytesADay) return { code: 'data_cap', retryMs: untilMidnight, isBreach: true };
  const { consentHours } = device;
  if (consentHours && isOutsideConsent(device, throttle, now)) {
    const at = opensAt([consentHours], clockOf(throttle, now));
    return refusal('outside_hours', Math.max(0, must(at, 'hours that open') - now));
  }
  if (throttle.units >= limits.unitsADay) return refusal('day_full', untilMidnight);
  return undefined;
}

/** Whether its driver's day, as far as we know it, is outside the hours that were agreed to. */
export const isOutsideConsent = ({ consentHours }: Device, throttle: Throttle, now: number): boolean =>
  consentHours !== undefined && !isInHours(clockOf(throttle, now).minute, consentHours);

/** How many units it may have now without passing the pace it can have; and when the next. */
export function pacedUnits(
  device: Device,
  throttle: Throttle,
  { share, throttle: limits }: Policy,
  now: number,
): { readonly units: number; readonly nextMs: number } {
  const unitMs = fastestUnitMs(device, share, limits);
  const ahead = Math.max(0, throttle.pacedUntil - now);
  const units = Math.floor(limits.burstUnits - ahead / unitMs);
  return { units: Math.max(0, units), nextMs: Math.ceil(ahead - (limits.burstUnits - 1) * unitMs) };
}

/** The day with `units` more on it, and the time they are worth. */
export function withUnits(
  device: Device,
  throttle: Throttle,
  units: number,
  { share, throttle: limits }: Policy,
  now: number,
): Throttle {
  if (units === 0) return throttle;
  const pacedUntil = Math.max(throttle.pacedUntil, now) + Math.ceil(units * fastestUnitMs(device, share, limits));
  return { ...throttle, units: throttle.units + units, pacedUntil };
}

export function withBreach(throttle: Throttle, { breaches, pauseMs }: Policy['throttle'], now: number): Throttle {
  const counted = throttle.breaches + 1;
  const pausedUntil = counted % breaches === 0 ? now + pauseMs : throttle.pausedUntil;
  return { ...throttle, breaches: counted, pausedUntil };
}

/** Wall time of a unit at the ceiling share, for a device as fast as it showed itself, in ms. */
function fastestUnitMs({ cores, chunkMs }: Device, share: Policy['share'], limits: Policy['throttle']): number {
  const ofCore = (100 * MOST_OF_CORE * share.ceilingPercent) / share.targetPercent;
  const percentOfCore = Math.min(ofCore, share.ceilingPercent * Math.min(cores, MOST_CORES));
  const cpuMs = CHUNKS_PER_TASK * Math.max(limits.fastestChunkMs, chunkMs);
  return (cpuMs * 100) / percentOfCore / limits.paceTimes;
}

function clockOf({ zoneMinutes }: Throttle, now: number): LocalClock {
  const local = now + zoneMinutes * MINUTE;
  const dayStartsAt = now - (((local % DAY) + DAY) % DAY);
  return { minute: Math.floor((now - dayStartsAt) / MINUTE), dayStartsAt };
}

const midnightOf = ({ day, zoneMinutes }: Throttle): number => (day + 1) * DAY - zoneMinutes * MINUTE;

const refusal = (code: Refusal['code'], retryMs?: number): Refusal => ({ code, retryMs, isBreach: false });
