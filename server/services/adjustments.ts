import type { AccountId } from '../../shared/ids.ts';
import type { Adjustment } from '../../shared/model/adjustment.ts';
import type { AdjustmentsView, AdjustmentView } from '../../shared/protocol/rest.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { AdjustmentRefusal, FactOf } from '../core/facts.ts';
import type { Store } from '../core/ports.ts';
import { PROPOSAL_MS } from '../core/two-people.ts';

export interface AdjustmentParts {
  readonly coordinator: Pick<Coordinator, 'adjust' | 'decideAdjustment' | 'policy'>;
  readonly store: Pick<Store, 'adjustments'>;
}

/** An account that is not there is answered like anything that is not there. */
type Refusal = Exclude<AdjustmentRefusal, 'unknown_account'> | 'not_found';

/** Credits adjusted by hand, as admins make, see and decide them. */
export class Adjustments {
  readonly #parts: AdjustmentParts;

  constructor(parts: AdjustmentParts) {
    this.#parts = parts;
  }

  /** Newest first; `before` is the id a page ended with. */
  async list(before: number, limit: number): Promise<AdjustmentsView> {
    const { store, coordinator } = this.#parts;
    const page = await store.adjustments(before, limit);
    return {
      adjustments: page.map(viewOf),
      nextBefore: page.length === limit ? (page.at(-1)?.id ?? null) : null,
      limits: { ...coordinator.policy.adjustments },
    };
  }

  async make(
    by: AccountId,
    request: FactOf<'adjust'>['request'],
  ): Promise<Result<AdjustmentView, Refusal | 'idempotency_key_reused'>> {
    const made = await this.#parts.coordinator.adjust(by, request);
    if (made.ok) return ok(viewOf(made.value));
    return refuse(made.error === 'unknown_account' ? 'not_found' : made.error);
  }

  async decide(
    by: AccountId,
    adjustmentId: number,
    isApproved: boolean,
  ): Promise<Result<AdjustmentView, Refusal | 'no_such_proposal' | 'needs_another_admin'>> {
    const decided = await this.#parts.coordinator.decideAdjustment({ by, adjustmentId, isApproved });
    if (decided.ok) return ok(viewOf(decided.value));
    return refuse(decided.error === 'unknown_account' ? 'not_found' : decided.error);
  }
}

const viewOf = ({ id, at, authorId, accountId, micros, reason, state, ...decided }: Adjustment): AdjustmentView => ({
  ...{ id, at, authorId, accountId, micros, reason, state },
  decidedAt: decided.decidedAt ?? null,
  decidedBy: decided.decidedBy ?? null,
  expiresAt: state === 'proposed' ? at + PROPOSAL_MS : null,
});
