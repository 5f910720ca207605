import { accountId, deviceId } from '../../shared/ids.ts';
import type { Account, Device } from '../../shared/model/device.ts';
import type { Draft } from './draft.ts';
import type { Context } from './context.ts';
import type { Answers, FactOf } from './facts.ts';
import { fundBudget } from './ledger.ts';

/** The first account and device of every database: the house itself. */
export const OPERATOR = accountId(1);
export const MAINFRAME = deviceId(1);
const PHASE = 1;

/** The first start: the operator's account, the mainframe, and the phase's budget. At every later start nothing. */
export function decideFound(fact: FactOf<'found'>, draft: Draft, { policy }: Context): Answers['found'] {
  if (draft.account(OPERATOR)) return { operator: OPERATOR, mainframe: MAINFRAME };
  decideOpenAccount({ type: 'open_account', name: fact.operator, role: 'admin' }, draft);
  draft.putDevice(newDevice(draft, { accountId: OPERATOR, publicKey: new Uint8Array(), cores: 1 }, 'mainframe'));
  draft.transfer(fundBudget(PHASE, policy.phaseBudgetMicros));
  return { operator: OPERATOR, mainframe: MAINFRAME };
}

export function decideOpenAccount(fact: FactOf<'open_account'>, draft: Draft): Account {
  const account = { id: accountId(draft.nextId('account')), name: fact.name, role: fact.role, createdAt: draft.now };
  draft.putAccount(account);
  return account;
}

export function decideEnrol(fact: FactOf<'enrol_device'>, draft: Draft): Device {
  const device = newDevice(draft, fact.device, 'peer');
  draft.putDevice(device);
  return device;
}

const newDevice = (draft: Draft, own: FactOf<'enrol_device'>['device'], executor: Device['executor']): Device => ({
  ...own,
  id: deviceId(draft.nextId('device')),
  executor,
  status: 'active',
  taskCount: 0,
  lastSeq: 0,
  lastReply: new Uint8Array(),
  convictions: 0,
  postAt: undefined,
  createdAt: draft.now,
});
