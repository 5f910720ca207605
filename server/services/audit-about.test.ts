import { expect, test } from 'vitest';
import { accountId, type AccountId } from '../../shared/ids.ts';
import type { AuditEvent } from '../core/ports.ts';
import { recordAbout } from './audit-about.ts';

const [me, other] = [accountId(7), accountId(8)];
const subject = { accountId: me, deviceIds: new Set([70, 71]) };

const about = (actorId: AccountId | null, action: string, target: string, detail: AuditEvent['detail'] = {}) =>
  recordAbout(
    { n: 5, keyId: 1, prev: '', entry: { eventId: 4, event: { at: 9, actorId, action, target, detail } } },
    subject,
  );

test.each<[string, ReturnType<typeof about>, object | undefined]>([
  [
    'mine',
    about(me, 'signed_in', 'account:7', { by: 'code' }),
    { actor: 'you', target: 'account:7', detail: { by: 'code' } },
  ],
  [
    'a phone of mine',
    about(me, 'consent_granted', 'device:71', { version: 1 }),
    { target: 'device:71', detail: { version: 1 } },
  ],
  ['another’s phone', about(other, 'consent_granted', 'device:72'), undefined],
  ['a number that only begins like mine', about(other, 'signed_in', 'account:77'), undefined],
  ['nobody’s', about(null, 'audit_log_begun', 'audit-log'), undefined],
  ['opened by the server', about(null, 'account_opened', 'account:7'), { actor: 'the server' }],
  [
    'done to me: who did, and who proposed it, are not mine to know',
    about(other, 'role_changed', 'account:7', { role: 'tester', before: 'driver', proposedBy: 9 }),
    { actor: 'an admin', target: 'account:7', detail: { role: 'tester', before: 'driver' } },
  ],
  ['a key of mine, by an admin', about(other, 'key_revoked', 'key:3', { account: 7 }), { target: 'key:3', detail: {} }],
  ['a key of that number that was another’s', about(other, 'key_revoked', 'key:3', { account: 8 }), undefined],
  ['what I did to another', about(me, 'role_proposed', 'account:8', { role: 'admin' }), { target: 'another account' }],
  [
    'another’s key, by me',
    about(me, 'key_revoked', 'key:3', { account: 8 }),
    { actor: 'you', target: 'another key', detail: {} },
  ],
  [
    'credits of mine, by an admin',
    about(other, 'credits_adjusted', 'adjustment:2', { accountId: 7, micros: 5, authorId: 9 }),
    { actor: 'an admin', target: 'adjustment:2', detail: { micros: 5 } },
  ],
  [
    'another’s credits, by me',
    about(me, 'credits_adjusted', 'adjustment:2', { accountId: 8, micros: 5, authorId: 7 }),
    { actor: 'you', target: 'another adjustment', detail: {} },
  ],
  [
    'of no person',
    about(me, 'policy_changed', 'policy-change:2', { reason: 'x', authorId: 8, version: 3 }),
    { target: 'policy-change:2', detail: { version: 3 } },
  ],
  [
    'an action that nobody has listed',
    about(me, 'audited_again', 'account:7', { chunk: 3 }),
    { action: 'audited_again', detail: {} },
  ],
])('%s', (_what, record, expected) => {
  if (expected) expect(record).toMatchObject({ n: 5, at: '1970-01-01T00:00:00.009Z', ...expected });
  else expect(record).toBeUndefined();
  if (expected && 'detail' in expected) expect(record?.detail).toEqual(expected.detail);
});
