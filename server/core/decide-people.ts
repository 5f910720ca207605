import { accountId, deviceId } from '../../shared/ids.ts';
import type { Account, Device, Role } from '../../shared/model/device.ts';
import { ok, refuse } from '../../shared/result.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Answers, FactOf } from './facts.ts';
import { NEW_THROTTLE } from './throttle.ts';
import { NO_TRUST } from './trust.ts';

export function decideOpenAccount(fact: FactOf<'open_account'>, draft: Draft): Account {
  const account = newAccount(draft, fact.name, fact.role);
  draft.putAccount(account);
  const detail = { role: fact.role };
  draft.note({ actorId: null, action: 'account_opened', target: `account:${account.id}`, detail });
  return account;
}

export function decideInvite(fact: FactOf<'create_invite'>, draft: Draft): void {
  draft.putInvite({ ...fact.invite, accountId: undefined });
  const { role, expiresAt } = fact.invite;
  draft.note({ actorId: fact.by, action: 'invite_created', target: 'invite', detail: { role, expiresAt } });
}

/** An invite becomes an account, once. An expired one is as good as unknown. */
export function decideJoin(fact: FactOf<'join'>, draft: Draft): Answers['join'] {
  const invite = draft.invite(fact.codeHash);
  if (!invite || invite.expiresAt <= draft.now) return refuse('invite_unknown');
  if (invite.accountId !== undefined) return refuse('invite_used');
  const account = newAccount(draft, fact.name, invite.role);
  draft.putAccount(account);
  draft.putInvite({ ...invite, accountId: account.id });
  const detail = { role: invite.role };
  draft.note({ actorId: account.id, action: 'invite_accepted', target: `account:${account.id}`, detail });
  return ok(account);
}

/** One that let somebody in stays as it is: it is how they came. */
export function decideRevokeInvite(fact: FactOf<'revoke_invite'>, draft: Draft): Answers['revoke_invite'] {
  const invite = draft.invite(fact.codeHash);
  if (!invite || invite.expiresAt <= draft.now || invite.accountId !== undefined) return refuse('invite_unknown');
  draft.putInvite({ ...invite, expiresAt: draft.now });
  draft.note({
    actorId: fact.by,
    action: 'invite_revoked',
    target: `invite:${inviteName(invite.codeHash)}`,
    detail: {},
  });
  return ok(undefined);
}

/** What admins know an invite by: the first half of its hash. */
const inviteName = (codeHash: Uint8Array): string =>
  [...codeHash.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The role and the proposal's answer are one commit: there is no moment at which one holds without the other. */
export function decideChangeRole(fact: FactOf<'change_role'>, draft: Draft): Answers['change_role'] {
  const account = draft.account(fact.accountId);
  if (!account || account.erasedAt !== undefined) return refuse('unknown_account');
  if (fact.proposalId !== undefined && !fact.isOpen) return refuse('no_such_proposal');
  if (fact.role !== 'admin' && isLastAdmin(account, fact)) return refuse('last_admin');
  const changed: Account = { ...account, role: fact.role };
  draft.putAccount(changed);
  if (fact.proposalId !== undefined) draft.approveRoleChange({ id: fact.proposalId, by: fact.by, at: draft.now });
  const detail = { role: fact.role, before: account.role, ...fact.detail };
  draft.note({ actorId: fact.by, action: 'role_changed', target: `account:${account.id}`, detail });
  return ok(changed);
}

/** Decided here, where acts stand in a row: two admins who go at the same moment must not leave a house without any. */
export const isLastAdmin = ({ role }: Account, { otherAdmins }: { readonly otherAdmins: number }): boolean =>
  role === 'admin' && otherAdmins === 0;

/** The same key of the same account is the same device: a phone whose reply was lost asks again and is enrolled once. */
export function decideEnrol(fact: FactOf<'enrol_device'>, draft: Draft, { policy }: Context): Answers['enrol_device'] {
  if (fact.earlier) return fact.earlier.accountId === fact.device.accountId ? ok(fact.earlier) : refuse('key_taken');
  if (draft.account(fact.device.accountId)?.erasedAt !== undefined) return refuse('unauthorised');
  if (fact.newDevices >= policy.limits.newDevicesPerDay) return refuse('too_many_devices');
  const device = newDevice(draft, fact.device, 'peer', policy.probationTasks);
  draft.putDevice(device);
  return ok(device);
}

/** A device has passed the self-test that opting in begins with: it computes what we compute, this fast. */
export function decideCalibrate(fact: FactOf<'calibrate'>, draft: Draft): Answers['calibrate'] {
  const device = draft.device(fact.deviceId);
  if (!device || device.accountId !== fact.accountId || isNobodys(device)) return refuse('unknown_device');
  const tested: Device = { ...device, chunkMs: fact.chunkMs };
  draft.putDevice(tested);
  return ok(tested);
}

/** The mainframe, or of an account that was erased. */
export const isNobodys = ({ executor, status }: Device): boolean => executor !== 'peer' || status === 'erased';

export const newAccount = (draft: Draft, name: string, role: Role): Account => ({
  id: accountId(draft.nextId('account')),
  name,
  role,
  createdAt: draft.now,
  erasedAt: undefined,
});

export const newDevice = (
  draft: Draft,
  own: FactOf<'enrol_device'>['device'],
  executor: Device['executor'],
  probationLeft: number,
): Device => ({
  ...own,
  id: deviceId(draft.nextId('device')),
  executor,
  status: 'active',
  consentVersion: 0,
  consentClasses: [],
  consentHours: undefined,
  leasedCommit: 0,
  taskCount: 0,
  lastSeq: 0,
  lastReply: new Uint8Array(),
  convictions: 0,
  probationLeft,
  cleanTasks: 0,
  verified: NO_TRUST,
  suspectUntil: 0,
  frozenAt: undefined,
  chunkMs: 0,
  paceMs: 0,
  recentLeased: 0,
  recentFinished: 0,
  postAt: undefined,
  throttle: NEW_THROTTLE,
  createdAt: draft.now,
});
