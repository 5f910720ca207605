import type { DeviceId } from '../../shared/ids.ts';
import type { Consent } from '../../shared/model/consent.ts';
import type { WriteSet } from '../core/ports.ts';
import type { Committed, Report } from './observer.ts';

/** The class of the one kind that is simulated. */
const CLASS = 'normal';

/**
 * Consent, from what comes to rest alone: whoever has withdrawn, or has not agreed to this class of work, gets no lease in any
 * later commit; and the numbers in the rows say so, too.
 */
export class Consents {
  readonly #report: Report;
  readonly #acts = new Map<DeviceId, Consent>();
  readonly #leasedIn = new Map<DeviceId, number>();
  readonly #lastGrants = new Map<DeviceId, number>();
  #last = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  /**
   * In this order: a lease of this very commit was decided before the act that ends it could be. Returns whose leases it ended:
   * their slots are free for others at once.
   */
  committed({ writes, replies }: Committed): readonly DeviceId[] {
    for (const [deviceId, { seq, leases }] of replies) {
      if (this.#lastGrants.get(deviceId) === seq) continue;
      this.#lastGrants.set(deviceId, seq);
      if (leases.length > 0) this.#leased(deviceId, writes);
    }
    const before = this.#last;
    for (const act of writes.consents) this.#acted(act, before); // an erasure has one for each device, in one commit
    return writes.consents.filter((act) => !allows(act)).map(({ deviceId }) => deviceId);
  }

  #leased(deviceId: DeviceId, writes: WriteSet): void {
    const act = this.#acts.get(deviceId);
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
