import { accountId, deviceId } from '../../shared/ids.ts';
import type { Draft } from './draft.ts';
import type { Context } from './context.ts';
import type { Answers, FactOf } from './facts.ts';
import { fundBudget } from './ledger.ts';
import { newAccount, newDevice } from './decide-people.ts';

/** The first account and device of every database: the house itself. */
export const OPERATOR = accountId(1);
export const MAINFRAME = deviceId(1);
const PHASE = 1;

/** The first start: the operator's account, the mainframe, and the phase's budget. At every later start nothing. */
export function decideFound(fact: FactOf<'found'>, draft: Draft, { policy }: Context): Answers['found'] {
  if (draft.account(OPERATOR)) return { operator: OPERATOR, mainframe: MAINFRAME };
  draft.putAccount(newAccount(draft, fact.operator, 'admin'));
  draft.putDevice(newDevice(draft, { accountId: OPERATOR, publicKey: new Uint8Array(), cores: 1 }, 'mainframe', 0));
  draft.transfer(fundBudget(PHASE, policy.phaseBudgetMicros));
  return { operator: OPERATOR, mainframe: MAINFRAME };
}
