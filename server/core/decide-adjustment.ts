import type { AccountId } from '../../shared/ids.ts';
import { isAdjustable, mayAdjustAlone, type Adjustment } from '../../shared/model/adjustment.ts';
import { availableOf } from '../../shared/model/ledger.ts';
import { micros } from '../../shared/money.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Answers, FactOf } from './facts.ts';
import { OPERATOR } from './found.ts';
import { adjustCredits } from './ledger.ts';
import { maySecond, MOST_PROPOSALS, PROPOSAL_MS } from './two-people.ts';

/** Small and for somebody else: booked at once. Otherwise it waits for another admin. `shared/model/adjustment.ts` draws the states. */
export function decideAdjust(
  { by, request, earlier, recent, waiting }: FactOf<'adjust'>,
  draft: Draft,
  { policy }: Context,
): Answers['adjust'] {
  if (!isAdmin(by, draft)) return refuse('not_admin');
  if (earlier) return isSame(earlier, request) ? ok(earlier) : refuse('idempotency_key_reused');
  if (!isAdjustable(request.micros, policy.adjustments)) return refuse('out_of_bounds');
  const proposed: Adjustment = {
    ...request,
    micros: micros(request.micros),
    id: draft.nextId('adjustment'),
    at: draft.now,
    authorId: by,
    state: 'proposed',
    decidedAt: undefined,
    decidedBy: undefined,
  };
  if (mayAdjustAlone(proposed, recent, policy.adjustments)) return carryOut(proposed, by, draft);
  const obstacle = obstacleTo(proposed, draft);
  if (obstacle) return refuse(obstacle);
  if (waiting >= MOST_PROPOSALS) return refuse('too_many_proposals');
  note('adjustment_proposed', proposed, by, draft);
  draft.putAdjustment(proposed);
  return ok(proposed);
}

/**
 * Another admin approves, or any admin rejects. Said again by the same one it changes nothing: the reply may have been lost.
 * One whose time is over is as good as expired.
 */
export function decideAdjustmentVerdict(
  { by, isApproved, found }: FactOf<'decide_adjustment'>,
  draft: Draft,
): Answers['decide_adjustment'] {
  if (!isAdmin(by, draft)) return refuse('not_admin');
  if (!found) return refuse('no_such_proposal');
  if (isAlready(found, by, isApproved)) return ok(found);
  if (found.state !== 'proposed' || draft.now >= found.at + PROPOSAL_MS) return refuse('no_such_proposal');
  if (isApproved) {
    if (!isAdmin(found.authorId, draft)) return refuse('no_such_proposal'); // it takes two, and that one has no say any more
    const isSecond = maySecond(by, { authorId: found.authorId, about: found.accountId });
    return isSecond ? carryOut(found, by, draft) : refuse('needs_another_admin');
  }
  const rejected: Adjustment = { ...found, state: 'rejected', decidedAt: draft.now, decidedBy: by };
  note('adjustment_rejected', rejected, by, draft);
  draft.putAdjustment(rejected);
  return ok(rejected);
}

/** The tick found a proposal whose time is over. */
export function decideAdjustmentExpiry({ found }: FactOf<'expire_adjustment'>, draft: Draft): void {
  if (found?.state !== 'proposed' || draft.now < found.at + PROPOSAL_MS) return;
  const expired: Adjustment = { ...found, state: 'expired', decidedAt: draft.now };
  note('adjustment_expired', expired, null, draft);
  draft.putAdjustment(expired);
}

function carryOut(proposed: Adjustment, by: AccountId, draft: Draft): Result<Adjustment, Obstacle> {
  const obstacle = obstacleTo(proposed, draft);
  if (obstacle) return refuse(obstacle);
  draft.transfer(adjustCredits(proposed));
  const done: Adjustment = { ...proposed, state: 'done', decidedAt: draft.now, decidedBy: by };
  note('credits_adjusted', done, by, draft);
  draft.putAdjustment(done);
  return ok(done);
}

type Obstacle = 'unknown_account' | 'house_account' | 'account_erased' | 'budget_spent' | 'credits_too_few';

/** Why it cannot be booked as things stand. What is pending is not yet anybody's to give or take. */
function obstacleTo({ accountId, micros: amount }: Adjustment, draft: Draft): Obstacle | undefined {
  if (accountId === OPERATOR) return 'house_account';
  const account = draft.account(accountId);
  if (!account) return 'unknown_account';
  if (account.erasedAt !== undefined) return 'account_erased';
  if (draft.balance('budget') - amount < 0) return 'budget_spent';
  return draft.balance(availableOf(accountId)) + amount < 0 ? 'credits_too_few' : undefined;
}

const isSame = (earlier: Adjustment, request: FactOf<'adjust'>['request']): boolean =>
  earlier.accountId === request.accountId && earlier.micros === request.micros && earlier.reason === request.reason;

const isAlready = ({ state, authorId, decidedBy }: Adjustment, by: AccountId, isApproved: boolean): boolean =>
  decidedBy === by && (isApproved ? state === 'done' && authorId !== by : state === 'rejected');

const isAdmin = (id: AccountId, draft: Draft): boolean => draft.account(id)?.role === 'admin';

/** Without the reason: it is about a person, and the log outlives erasure. */
function note(action: string, adjustment: Adjustment, by: AccountId | null, draft: Draft): void {
  const { id, accountId, micros: amount, authorId } = adjustment;
  const detail = { accountId, micros: amount, authorId };
  draft.note({ actorId: by, action, target: `adjustment:${id}`, detail });
}
