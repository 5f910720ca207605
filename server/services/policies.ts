import type { AccountId } from '../../shared/ids.ts';
import {
  SETTABLE,
  SETTABLE_FIELDS,
  settingsOf,
  type PolicyChange,
  type PolicySettings,
} from '../../shared/model/policy-change.ts';
import type { PolicyChangeView, PolicyView } from '../../shared/protocol/rest.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { Answers } from '../core/facts.ts';
import type { Store } from '../core/ports.ts';
import { PROPOSAL_MS } from '../core/two-people.ts';

export interface PolicyParts {
  readonly coordinator: Pick<Coordinator, 'policy' | 'changePolicy' | 'decidePolicy'>;
  readonly store: Pick<Store, 'policyChanges'>;
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
