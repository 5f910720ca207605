import type { DeviceId } from '../../shared/ids.ts';
import type { Consent } from '../../shared/model/consent.ts';
import type { ExchangeReply } from '../../shared/model/exchange.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { WriteSet } from '../core/ports.ts';
import { HoursKept, type HourCounts } from './audit-hours.ts';
import type { Committed, Report } from './observer.ts';

/** The class of the one kind that is simulated. */
const CLASS = 'normal';

/**
 * Consent, from what comes to rest alone: whoever has withdrawn, or has not agreed to this class of work, gets no lease in any
 * later commit; and the numbers in the rows say so, too. Nor does anybody outside the hours agreed to.
 */
export class Consents {
  readonly #report: Report;
  readonly #acts = new Map<DeviceId, Consent>();
  readonly #leasedIn = new Map<DeviceId, number>();
  readonly #lastGrants = new Map<DeviceId, number>();
  readonly hours: HoursKept;
  #last = 0;

  constructor(policy: Policy, counts: HourCounts, report: Report) {
    this.#report = report;
    this.hours = new HoursKept(policy, counts, report);
  }

  /**
   * In this order: a lease of this very commit was decided before the act that ends it could be. Returns whose leases it ended:
   * their slots are free for others at once.
   */
  committed(commit: Committed): readonly DeviceId[] {
    const { writes, replies } = commit;
    this.hours.learn(commit);
    for (const [deviceId, reply] of replies) {
      if (this.#lastGrants.get(deviceId) === reply.seq) continue;
      this.#lastGrants.set(deviceId, reply.seq);
      if (reply.leases.length > 0) this.#leased(deviceId, reply, writes);
    }
    const before = this.#last;
    for (const act of writes.consents) this.#acted(act, before); // an erasure withdraws all phones in one commit
    const ended = writes.consents.filter((act) => !allows(act) || this.hours.isOutside(act, act.at));
    return ended.map(({ deviceId }) => deviceId);
  }

  #leased(deviceId: DeviceId, reply: ExchangeReply, writes: WriteSet): void {
    const act = this.#acts.get(deviceId);
    this.hours.leased(deviceId, act, reply);
    if (!allows(act))
      this.#report(
        'no_lease_after_revocation',
        `device ${deviceId} was given leases, its last act is ${JSON.stringify(act)}`,
      );
    const said = writes.devices.find(({ id }) => id === deviceId)?.leasedCommit ?? 0;
    if (said <= (act?.commitNo ?? 0) || said < this.#last)
      this.#report('commits_are_in_order', `device ${deviceId}: leases in ${said}, its consent in ${act?.commitNo}`);
    this.#leasedIn.set(deviceId, said);
    this.#last = Math.max(this.#last, said);
  }

  #acted(act: Consent, before: number): void {
    const { deviceId, commitNo, lastLeaseCommit } = act;
    if (commitNo <= before || commitNo < this.#last)
      this.#report('commits_are_in_order', `device ${deviceId}: an act in ${commitNo} after ${before}`);
    const expected = this.#leasedIn.get(deviceId) ?? 0;
    if (lastLeaseCommit !== expected)
      this.#report('consent_names_the_last_lease', `device ${deviceId}: ${lastLeaseCommit}, expected ${expected}`);
    this.#last = commitNo;
    this.#acts.set(deviceId, act);
  }
}

const allows = (act: Consent | undefined): boolean => act?.isGranted === true && act.scope.classes.includes(CLASS);
