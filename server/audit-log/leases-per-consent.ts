import type { AuditEvent } from '../core/ports.ts';
import { allowsWork, consentActOf } from './consent-act.ts';

/**
 * Every act of consent holds how many units its device had been leased in its life when the act was committed. Work is leased
 * by the same loop, one decision after the other, so two equal numbers mean: between the two acts nothing was leased. After
 * the last act no other number follows: there the row of the device has it (`rows-beside.ts`).
 */
export class LeasesPerConsent {
  /** Of each device that no work is allowed for: how many it had been leased when that began. */
  readonly #endedAt = new Map<number, number>();

  isLawful(event: AuditEvent): boolean {
    const act = consentActOf(event);
    if (!act) return true;
    const before = this.#endedAt.get(act.deviceId);
    if (allowsWork(act)) this.#endedAt.delete(act.deviceId);
    else this.#endedAt.set(act.deviceId, act.unitsLeased);
    return before === undefined || before === act.unitsLeased;
  }
}
