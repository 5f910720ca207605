import { unreachable } from '../../shared/assert.ts';
import type { Context } from './context.ts';
import { decideAdjust, decideAdjustmentExpiry, decideAdjustmentVerdict } from './decide-adjustment.ts';
import { decideExchange, decideLink } from './decide-exchange.ts';
import { decideAppeal } from './decide-appeal.ts';
import { decideCancel, decideEndCancelled } from './decide-cancel.ts';
import { decideAudited, decideFoundWrong } from './decide-audit.ts';
import { decideConsent, decideNarrow } from './decide-consent.ts';
import { decideCorrect } from './decide-correction.ts';
import { decideErase, decideErasedOutside } from './decide-erase.ts';
import { decideFailure, decideMainframe, decideSubmit, decideVotes, decideWinner } from './decide-job.ts';
import { decidePost } from './decide-money.ts';
import type { Draft } from './draft.ts';
import type { Answers, Fact } from './facts.ts';
import {
  decideCalibrate,
  decideChangeRole,
  decideEnrol,
  decideInvite,
  decideJoin,
  decideOpenAccount,
  decideRevokeInvite,
} from './decide-people.ts';
import { decidePolicyChange, decidePolicyExpiry, decidePolicyVerdict } from './decide-policy.ts';
import { decideProgramme } from './decide-programme.ts';
import { decideFound } from './found.ts';

/** One fact, one decision, on the batch's draft. No I/O, no clock, no chance but what the context hands in. */
export function decide(fact: Fact, draft: Draft, context: Context): Answers[Fact['type']] {
  switch (fact.type) {
    case 'found':
      return decideFound(fact, draft, context);
    case 'open_account':
      return decideOpenAccount(fact, draft);
    case 'enrol_device':
      return decideEnrol(fact, draft, context);
    case 'create_invite':
      return decideInvite(fact, draft);
    case 'revoke_invite':
      return decideRevokeInvite(fact, draft);
    case 'change_role':
      return decideChangeRole(fact, draft);
    case 'join':
      return decideJoin(fact, draft);
    case 'calibrate':
      return decideCalibrate(fact, draft);
    case 'consent':
      return decideConsent(fact, draft, context);
    case 'narrow_consent':
      return decideNarrow(fact, draft, context);
    case 'erase':
      return decideErase(fact, draft, context);
    case 'erased_outside':
      return decideErasedOutside(fact, draft);
    case 'submit':
      return decideSubmit(fact, draft, context);
    case 'link':
      return decideLink(fact.link, draft, context);
    case 'exchange':
      return decideExchange(fact.exchange, fact.wireBytes, draft, context);
    case 'set_programme':
      return decideProgramme(fact, draft, context);
    case 'change_policy':
      return decidePolicyChange(fact, draft, context);
    case 'decide_policy':
      return decidePolicyVerdict(fact, draft, context);
    case 'expire_proposals':
      return decidePolicyExpiry(draft, context);
    case 'adjust':
      return decideAdjust(fact, draft, context);
    case 'decide_adjustment':
      return decideAdjustmentVerdict(fact, draft);
    case 'expire_adjustment':
      return decideAdjustmentExpiry(fact, draft);
    case 'audit_logged':
      return draft.auditLogged(fact.upTo);
    case 'mainframe':
      return decideMainframe(fact, draft, context);
    case 'audited':
      return decideAudited(fact, draft, context);
    case 'found_wrong':
      return decideFoundWrong(fact, draft, context);
    case 'winner_rerun':
      return decideWinner(fact, draft, context);
    case 'settle_votes':
      return decideVotes(fact, draft, context);
    case 'correct':
      return decideCorrect(fact, draft, context);
    case 'appeal':
      return decideAppeal(fact, draft, context);
    case 'post':
      return decidePost(fact, draft, context);
    case 'fail_job':
      return decideFailure(fact, draft, context);
    case 'cancel_job':
      return decideCancel(fact, draft, context);
    case 'end_cancelled':
      return decideEndCancelled(fact, draft, context);
    case 'sent':
      return draft.markSent(fact.outboxIds);
    default:
      return unreachable(fact);
  }
}
