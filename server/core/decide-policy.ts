import { assert } from '../../shared/assert.ts';
import type { AccountId } from '../../shared/ids.ts';
import { isWithinBounds, movesMoney, withSettings, type PolicyChange } from '../../shared/model/policy-change.ts';
import { micros } from '../../shared/money.ts';
import { ok, refuse } from '../../shared/result.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Answers, FactOf } from './facts.ts';
import { changeBudget } from './ledger.ts';
import { maySecond, MOST_PROPOSALS, PROPOSAL_MS } from './two-people.ts';

/** What moves no money holds at once; what does, waits for another admin. `shared/model/policy-change.ts` draws the states. */
export function decidePolicyChange(
  { by, changes, reason }: FactOf<'change_policy'>,
  draft: Draft,
  context: Context,
): Answers['change_policy'] {
  if (!isAdmin(by, draft)) return refuse('not_admin');
  if (!isWithinBounds(changes)) return refuse('out_of_bounds');
  const open = openProposals(draft, context);
  if (open.length >= MOST_PROPOSALS) return refuse('too_many_proposals');
  const proposed: PolicyChange = {
    id: draft.nextId('policyChange'),
    at: draft.now,
    authorId: by,
    reason,
    changes,
    state: 'proposed',
    decidedAt: undefined,
    decidedBy: undefined,
    version: undefined,
    settings: {},
  };
  if (!movesMoney(changes)) return approve(proposed, by, draft, context);
  note('policy_change_proposed', proposed, by, draft);
  draft.putPolicyChange(proposed);
  return ok(proposed);
}

/**
 * Another admin approves, or any admin rejects. One whose time is over is as good as expired, and so is one of an author who is no
 * admin any more: it takes two, and that one has no say.
 */
export function decidePolicyVerdict(
  { by, changeId, isApproved }: FactOf<'decide_policy'>,
  draft: Draft,
  context: Context,
): Answers['decide_policy'] {
  if (!isAdmin(by, draft)) return refuse('not_admin');
  const proposed = openProposals(draft, context).find(({ id }) => id === changeId);
  if (!proposed || draft.now >= proposed.at + PROPOSAL_MS) return refuse('no_such_proposal');
  if (isApproved && !isAdmin(proposed.authorId, draft)) return refuse('no_such_proposal');
  if (isApproved) {
    return maySecond(by, proposed) ? approve(proposed, by, draft, context) : refuse('needs_another_admin');
  }
  const rejected: PolicyChange = { ...proposed, state: 'rejected', decidedAt: draft.now, decidedBy: by };
  note('policy_change_rejected', rejected, by, draft);
  draft.putPolicyChange(rejected);
  return ok(rejected);
}

/** The tick found proposals whose time is over. */
export function decidePolicyExpiry(draft: Draft, context: Context): void {
  for (const proposed of openProposals(draft, context)) {
    if (draft.now < proposed.at + PROPOSAL_MS) continue;
    const expired: PolicyChange = { ...proposed, state: 'expired', decidedAt: draft.now };
    note('policy_change_expired', expired, null, draft);
    draft.putPolicyChange(expired);
  }
}

function approve(
  proposed: PolicyChange,
  by: AccountId,
  draft: Draft,
  { policy, policySettings }: Context,
): Answers['change_policy'] {
  const version = policy.version + 1;
  const settings = { ...policySettings, ...proposed.changes };
  const next = withSettings(policy, settings, version);
  const more = next.phaseBudgetMicros - policy.phaseBudgetMicros;
  if (more < 0 && draft.balance('budget') + more < 0) return refuse('budget_in_use');
  if (more !== 0) draft.transfer(changeBudget(version, micros(more)));
  const approved: PolicyChange = {
    ...proposed,
    state: 'approved',
    decidedAt: draft.now,
    decidedBy: by,
    version,
    settings,
  };
  note('policy_changed', approved, by, draft);
  draft.putPolicyChange(approved);
  return ok(approved);
}

/** Facts about the policy go alone, so what waits is what waited before this one. */
function openProposals(draft: Draft, { proposals }: Context): readonly PolicyChange[] {
  assert(draft.policyChanges.length === 0, 'one fact about the policy at a time');
  return proposals;
}

const isAdmin = (id: AccountId, draft: Draft): boolean => draft.account(id)?.role === 'admin';

function note(
  action: string,
  { id, reason, changes, version, authorId }: PolicyChange,
  by: AccountId | null,
  draft: Draft,
): void {
  draft.note({
    actorId: by,
    action,
    target: `policy-change:${id}`,
    detail: { ...changes, reason, authorId, version: version ?? null },
  });
}
