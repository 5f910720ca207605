import type { AccountId } from '../../shared/ids.ts';
import {
  SETTABLE,
  SETTABLE_FIELDS,
  settingsOf,
  type PolicyChange,
  type PolicySettings,
} from '../../shared/model/policy-change.ts';
import type { PolicyChangeView, PolicyPreview, PolicyView } from '../../shared/protocol/rest.ts';
import { ok, type Result } from '../../shared/result.ts';
import { DAY, dayOf } from '../../shared/time.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { Answers } from '../core/facts.ts';
import type { Store } from '../core/ports.ts';
import { PROPOSAL_MS } from '../core/two-people.ts';
import type { DeskFigures } from '../store/sqlite/desk-figures.ts';
import { previewPolicy } from './preview-policy.ts';

export interface PolicyParts {
  readonly coordinator: Pick<Coordinator, 'policy' | 'changePolicy' | 'decidePolicy' | 'waitingUnits' | 'runningJobs'>;
  readonly store: Pick<Store, 'policyChanges' | 'balance' | 'usage'>;
  readonly figures: DeskFigures;
  /** Links that are open now. */
  readonly links: () => {
    readonly linked: number;
    readonly accounts: ReadonlyMap<AccountId, number>;
    readonly addresses: readonly number[];
  };
  readonly clock: () => number;
}

type RefusalOf<Type extends 'change_policy' | 'decide_policy'> = Extract<Answers[Type], { ok: false }>['error'];

/** The policy as admins see and change it. */
export class Policies {
  readonly #parts: PolicyParts;

  constructor(parts: PolicyParts) {
    this.#parts = parts;
  }

  /** What holds, within which bounds each number may be set, and every change there was, newest first. */
  async view(): Promise<PolicyView> {
    const { coordinator, store } = this.#parts;
    const holding = settingsOf(coordinator.policy);
    const fields = SETTABLE_FIELDS.map((name) => ({ name, value: holding[name], ...SETTABLE[name] }));
    const changes = await store.policyChanges();
    return { version: coordinator.policy.version, fields, changes: changes.map(viewOf).toReversed() };
  }

  async change(
    by: AccountId,
    changes: PolicySettings,
    reason: string,
  ): Promise<Result<PolicyChangeView, RefusalOf<'change_policy'>>> {
    const changed = await this.#parts.coordinator.changePolicy({ by, changes, reason });
    return changed.ok ? ok(viewOf(changed.value)) : changed;
  }

  /** What a change would bring. Writes nothing, and asks no proof: it is a look. */
  async preview(changes: PolicySettings): Promise<PolicyPreview> {
    const { coordinator, store, figures, links, clock } = this.#parts;
    const now = Math.floor(clock());
    const day = dayOf(now) * DAY;
    const { linked, accounts, addresses } = links();
    const askers = await Promise.all(
      figures.askersSince(day).map(async (asker) => ({ ...asker, ...(await store.usage(asker.accountId, day)) })),
    );
    return previewPolicy(coordinator.policy, changes, {
      linkedPhones: linked,
      waitingUnits: Math.max(0, coordinator.waitingUnits()),
      runningJobs: coordinator.runningJobs(),
      freeMicros: (await store.balance('budget')) ?? 0,
      unitsADay: changes.priceMicros === undefined ? 0 : figures.workBetween(now - DAY, now + 1).units,
      askers,
      enrolled: changes.newDevicesPerDay === undefined ? [] : figures.enrolledSince(now - DAY),
      linksOfAccounts: [...accounts.values()],
      linksOfAddresses: addresses,
      phoneDays: figures.daysOfPhones(now),
    });
  }

  async decide(
    by: AccountId,
    changeId: number,
    isApproved: boolean,
  ): Promise<Result<PolicyChangeView, RefusalOf<'decide_policy'>>> {
    const decided = await this.#parts.coordinator.decidePolicy({ by, changeId, isApproved });
    return decided.ok ? ok(viewOf(decided.value)) : decided;
  }
}

const viewOf = ({ decidedAt, decidedBy, version, ...change }: PolicyChange): PolicyChangeView => ({
  ...change,
  decidedAt: decidedAt ?? null,
  decidedBy: decidedBy ?? null,
  version: version ?? null,
  expiresAt: change.state === 'proposed' ? change.at + PROPOSAL_MS : null,
});
