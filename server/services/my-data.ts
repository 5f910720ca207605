import { createHash } from 'node:crypto';
import type { AccountId } from '../../shared/ids.ts';
import { CONSENT_TEXTS, consentText, consentTextBody } from '../../shared/model/consent-texts.ts';
import type { Account } from '../../shared/model/device.ts';
import { availableOf, pendingOf } from '../../shared/model/ledger.ts';
import type { ConsentTextView, ErasureView } from '../../shared/protocol/app.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { Store } from '../core/ports.ts';
import type { Auth } from '../http/auth.ts';
import { displayName } from './plain-text.ts';

export interface MyDataParts {
  readonly coordinator: Pick<Coordinator, 'erase' | 'erasedOutside' | 'isDraining'>;
  readonly store: Store;
  readonly auth: Pick<Auth, 'eraseAccount'>;
  readonly isLastAdmin: (accountId: AccountId) => boolean;
}

/** What a person may do with what is stored about them: read the terms they agreed to, see what would go, and go. */
export class MyData {
  readonly #parts: MyDataParts;
  readonly #finishing = new Map<AccountId, Promise<void>>();
  /** Erased but for requests that still drain: there is nothing to do until they have. */
  readonly #draining = new Set<AccountId>();

  constructor(parts: MyDataParts) {
    this.#parts = parts;
  }

  consentText(version: number): ConsentTextView | undefined {
    const text = consentText(version);
    return text && { ...text, hash: createHash('sha256').update(consentTextBody(text)).digest('hex') };
  }

  /** Every version there was. */
  consentTexts(): readonly ConsentTextView[] {
    return CONSENT_TEXTS.flatMap(({ version }) => this.consentText(version) ?? []);
  }

  /** What an erasure would take now. */
  async consequences({ id }: Account): Promise<ErasureView> {
    const { store } = this.#parts;
    const [found, pending, posted] = await Promise.all([
      store.erasable(id),
      store.balance(pendingOf(id)),
      store.balance(availableOf(id)),
    ]);
    return {
      devices: found.deviceIds.length,
      jobs: found.jobIds.length,
      pendingMicros: pending ?? 0,
      postedMicros: posted ?? 0,
    };
  }

  /**
   * Everything personal goes; `typedName` is the display name, typed. Answered when it is gone everywhere, but for requests
   * that phones are at work on: those go within half an hour. Whoever gets no answer may ask again, and what was interrupted
   * goes on by itself at the next tick.
   */
  async erase(
    account: Account,
    typedName: string,
  ): Promise<Result<ErasureView, 'name_differs' | 'last_admin' | 'house_account' | 'unauthorised'>> {
    if (displayName(typedName) !== account.name) return refuse('name_differs');
    if (this.#parts.isLastAdmin(account.id)) return refuse('last_admin');
    const erased = await this.#parts.coordinator.erase(account.id);
    if (!erased.ok) return erased;
    await this.finishErasure(account.id);
    const { devices, jobs, pendingMicros, availableMicros } = erased.value;
    return ok({ devices, jobs, pendingMicros, postedMicros: availableMicros });
  }

  /** What lies outside the coordinator's store, in steps that may each be done again; marked done when all are. */
  finishErasure(accountId: AccountId): Promise<void> {
    const known = this.#finishing.get(accountId);
    if (known) return known;
    const finishing = this.#finish(accountId).finally(() => this.#finishing.delete(accountId));
    this.#finishing.set(accountId, finishing);
    return finishing;
  }

  async #finish(accountId: AccountId): Promise<void> {
    const { auth, store, coordinator } = this.#parts;
    const isDraining = coordinator.isDraining(accountId); // asked first: what ends after this is scrubbed the next time
    if (isDraining && this.#draining.has(accountId)) return;
    await auth.eraseAccount(accountId);
    await store.scrub();
    if (isDraining) return void this.#draining.add(accountId);
    await coordinator.erasedOutside(accountId);
    this.#draining.delete(accountId);
  }
}
