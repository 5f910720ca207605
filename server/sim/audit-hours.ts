import type { DeviceId } from '../../shared/ids.ts';
import type { Consent } from '../../shared/model/consent.ts';
import type { Device } from '../../shared/model/device.ts';
import type { ExchangeReply } from '../../shared/model/exchange.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { Committed, Report } from './observer.ts';

export interface HourCounts {
  refusedForHours: number;
  leasedInHours: number;
}

interface Zone {
  readonly minutes: number;
  /** When it was first believed; nothing before the first. */
  readonly since: number | undefined;
}

const NO_ZONE: Zone = { minutes: 0, since: undefined };

/**
 * The hours agreed to: no lease goes out while the driver's clock is outside them. The clock is the server's time in the zone
 * of the device: one that it has said on a link, and another one once in so many hours at most. And whoever is refused for the
 * hours has done nothing wrong.
 *
 * When a lease was decided its own terms say: its end, less its length.
 */
export class HoursKept {
  readonly #policy: Policy;
  readonly #counts: HourCounts;
  readonly #report: Report;
  readonly #said = new Map<DeviceId, Set<number>>();
  readonly #zones = new Map<DeviceId, Zone>();
  /** Before they changed in the commit that is looked at: which of its facts came first is not told. */
  readonly #zonesBefore = new Map<DeviceId, Zone>();
  readonly #breaches = new Map<DeviceId, number>();

  constructor(policy: Policy, counts: HourCounts, report: Report) {
    this.#policy = policy;
    this.#counts = counts;
    this.#report = report;
  }

  /** A device says its zone. Whether it is believed shows in its row. */
  zoneSaid(deviceId: DeviceId, zoneMinutes: number): void {
    const said = this.#said.get(deviceId) ?? new Set();
    this.#said.set(deviceId, said.add(zoneMinutes));
  }

  learn({ writes, replies }: Committed): void {
    this.#zonesBefore.clear();
    for (const device of writes.devices) {
      if (device.status !== 'erased') this.#learnZone(device);
      const { breaches } = device.throttle;
      const isRefused = replies.get(device.id)?.status === 'outside_hours';
      if (isRefused) this.#counts.refusedForHours++;
      if (isRefused && breaches > (this.#breaches.get(device.id) ?? 0))
        this.#report('a_refusal_is_no_blame', `device ${device.id}: ${breaches} breaches`);
      this.#breaches.set(device.id, breaches);
    }
  }

  #learnZone({ id, throttle: { zoneMinutes: minutes, zoneAt } }: Device): void {
    const known = this.#zones.get(id) ?? NO_ZONE;
    if (minutes === known.minutes && (known.since !== undefined || zoneAt === 0)) return;
    if (!this.#said.get(id)?.has(minutes)) this.#report('zone_was_said', `device ${id}: ${minutes}`);
    const sinceMs = zoneAt - (known.since ?? -Infinity);
    if (sinceMs < this.#policy.throttle.zoneMs)
      this.#report('zone_changes_once_a_day', `device ${id}: ${known.minutes} to ${minutes} after ${sinceMs} ms`);
    this.#zonesBefore.set(id, known);
    this.#zones.set(id, { minutes, since: zoneAt });
  }

  /** `act`: the consent in force. */
  leased(deviceId: DeviceId, act: Consent | undefined, { leases }: ExchangeReply): void {
    if (!act?.scope.hours) return;
    this.#counts.leasedInHours++;
    for (const { terms, leaseMs } of leases) {
      const at = terms.leaseUntil - leaseMs;
      const before = this.#zonesBefore.get(deviceId);
      if (!this.isOutside(act, at) || (before && !this.isOutside(act, at, before))) continue;
      const wall = wallOf(this.#zoneOf(deviceId), at).toISOString();
      const hours = JSON.stringify(act.scope.hours);
      this.#report('no_lease_outside_hours', `device ${deviceId} was given leases at ${wall}, its hours are ${hours}`);
    }
  }

  isOutside({ deviceId, scope: { hours } }: Consent, at: number, zone = this.#zoneOf(deviceId)): boolean {
    if (!hours || hours.from === hours.to) return false;
    const wall = wallOf(zone, at);
    const since = wall.getUTCHours() * 60 + wall.getUTCMinutes() - hours.from;
    const length = hours.to - hours.from;
    return (since < 0 ? since + 1_440 : since) >= (length < 0 ? length + 1_440 : length);
  }

  #zoneOf = (deviceId: DeviceId): Zone => this.#zones.get(deviceId) ?? NO_ZONE;
}

/** The clock on the driver's wall, read as if it were UTC. */
const wallOf = ({ minutes }: Zone, at: number): Date => new Date(at + minutes * 60_000);
