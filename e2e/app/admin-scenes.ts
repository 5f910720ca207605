import type { AccountView, InvitesView, KeysView, PeopleView, RoleChangesView } from '../../shared/protocol/account.ts';
import type { Me } from '../../shared/protocol/app.ts';
import type {
  AdjustmentsView,
  AdjustmentView,
  AuditTrailPage,
  FeedbackList,
  FleetView,
  PolicyChangeView,
  PolicyView,
} from '../../shared/protocol/rest.ts';
import type { Scene } from '../states/scene.ts';

/** The desk, one page at a time. */
const me: Me = {
  accountId: 2,
  name: 'Ada',
  role: 'admin',
  programme: { priceMicros: 50_000, consentVersion: 1, isOn: true, targetPercent: 1.5, ceilingPercent: 2 },
};
const AT = Date.now() - 3_600_000;
const account: AccountView = {
  email: 'ada@example.org',
  passkeys: [],
  sessions: [],
  keys: [],
  ways: { email: true, passkeyHost: '127.0.0.1' },
  isFresh: false,
};

const person = (accountId: number, name: string, role: Me['role'], passkeys: number): PeopleView['people'][number] => ({
  ...{ accountId, name, role, passkeys },
  ...{ createdAt: AT - accountId * 86_400_000, hasEmail: accountId % 2 === 0, devices: 4 - Math.min(accountId, 4) },
});
const people: PeopleView = {
  people: [
    person(2, 'Ada', 'admin', 1),
    person(3, 'Ben', 'admin', 2),
    person(4, '\u202Eanirets\u202C Wolfeschlegelsteinhausenbergerdorff', 'driver', 0),
    person(5, 'Maria', 'driver', 0),
  ],
};
const roleChanges: RoleChangesView = {
  changes: [
    { id: 7, accountId: 5, role: 'tester', proposedBy: 3, proposedAt: AT },
    { id: 6, accountId: 4, role: 'tester', proposedBy: 2, proposedAt: AT },
  ],
};
const invites: InvitesView = {
  invites: [
    { id: 'a', role: 'driver', expiresAt: AT + 2_000_000_000, accountId: null },
    { id: 'b', role: 'tester', expiresAt: AT + 1_000_000_000, accountId: 5 },
  ],
};
const keys: KeysView = {
  keys: [{ id: 3, accountId: 2, name: 'Nightly export', prefix: 'zeus_Ab12Cd', createdAt: AT, lastUsedAt: null }],
};

const change = (
  id: number,
  state: PolicyChangeView['state'],
  changes: PolicyChangeView['changes'],
): PolicyChangeView => ({
  ...{ id, state, changes, at: AT - id, authorId: id % 2 === 0 ? 2 : 3, reason: 'Heat reports, watching until Monday' },
  ...{ decidedAt: AT, decidedBy: state === 'expired' ? null : 3, version: state === 'approved' ? id : null },
  ...{ settings: changes, expiresAt: state === 'proposed' ? AT + 86_400_000 : null },
});
const policy: PolicyView = {
  version: 3,
  fields: [
    { name: 'priceMicros', value: 50_000, least: 1, most: 1_000_000, isMoney: true },
    { name: 'runningJobs', value: 50, least: 0, most: 10_000, isMoney: false },
    { name: 'bytesADay', value: 500_000, least: 0, most: 500_000, isMoney: false },
  ],
  changes: [
    change(7, 'proposed', { priceMicros: 40_000 }),
    change(6, 'proposed', { phaseBudgetMicros: 1_000_000_000 }),
    change(5, 'rejected', { priceMicros: 1 }),
    change(4, 'expired', { priceMicros: 60_000 }),
    change(3, 'approved', { runningJobs: 40, bytesADay: 400_000 }),
  ],
};

const adjustment = (
  id: number,
  state: AdjustmentView['state'],
  accountId: number,
  dollars: number,
): AdjustmentView => ({
  ...{ id, state, accountId, at: AT - id * 3_600_000, micros: dollars * 1_000_000, authorId: id % 2 === 0 ? 2 : 3 },
  reason: 'Your phone waited an hour for us on Tuesday. Sorry.',
  ...{ decidedAt: state === 'proposed' ? null : AT, decidedBy: state === 'expired' || state === 'proposed' ? null : 3 },
  expiresAt: state === 'proposed' ? AT + 86_400_000 : null,
});
const adjustments: AdjustmentsView = {
  adjustments: [
    adjustment(9, 'proposed', 5, 80),
    adjustment(8, 'proposed', 4, -120.5),
    adjustment(7, 'done', 5, 5),
    adjustment(6, 'done', 4, 999.99),
    adjustment(5, 'rejected', 3, 0.01),
    adjustment(4, 'expired', 5, -50),
  ],
  nextBefore: 4,
  limits: { aloneMicros: 50_000_000, aloneInAllMicros: 200_000_000, mostMicros: 1_000_000_000 },
};

const auditLog: AuditTrailPage = {
  count: 4_812,
  head: '9f3c51d0'.repeat(8),
  fault: null,
  records: [
    { n: 4_812, at: AT, actorId: 2, action: 'policy_proposed', target: 'policy:7', detail: { priceMicros: 40_000 } },
    { n: 4_811, at: AT, actorId: null, action: 'policy_expired', target: 'policy:4', detail: {} },
    { n: 4_810, at: AT, actorId: 3, action: 'role_changed', target: 'account:5', detail: { role: 'tester' } },
  ],
};
const fleet: FleetView = { linked: 1_204, resting: { not_in_front: 310, battery_low: 41, hot: 7 } };
const attached = { version: '0.7.0', engine: 'webkit', state: 'resting', reason: 'hot', sharePercent: 0 } as const;
const feedback: FeedbackList = {
  feedback: [
    {
      ...{ feedbackId: 9, at: AT, accountId: 5, name: 'Maria', kind: 'problem' },
      ...{ text: 'It rests all day\nin the car mount.', attached: { ...attached, isOnline: true } },
    },
  ],
  nextBefore: 9,
};

const admin = {
  ...{ people, 'role-changes': roleChanges, invites, keys, policy, 'audit-log': auditLog, fleet, feedback },
  ...{ adjustments, ledger: { id: 'available-5', micros: 7_950_000 } },
  programme: { version: 1, isOn: true, targetPercent: 1.5, at: AT },
};
const empty = {
  ...{ people, 'role-changes': { changes: [] }, invites: { invites: [] }, keys: { keys: [] } },
  ...{ adjustments: { ...adjustments, adjustments: [], nextBefore: null } },
  ...{ fleet: { linked: 0, resting: {} }, feedback: { feedback: [], nextBefore: null } },
};
const desk = { path: '/admin', me, account, admin } as const;
const refusal = { status: 403, code: 'step_up_needed', message: 'Show first that it is you.' } as const;

export const ADMIN_SCENES: Readonly<Record<string, Scene>> = {
  'admin-overview': desk,
  'admin-overview-empty': { ...desk, admin: empty },
  'admin-overview-stale': { ...desk, thenCut: true },
  'admin-loading': { ...desk, admin: 'never' },
  'admin-people': { ...desk, path: '/admin/people' },
  'admin-people-role': { ...desk, path: '/admin/people', thenTap: ['Change role', 'Another role for'] },
  'admin-people-empty': { ...desk, path: '/admin/people', admin: empty },
  'admin-people-failed': { ...desk, path: '/admin/people', admin: 'broken' },
  'admin-adjustments': { ...desk, path: '/admin/adjustments' },
  'admin-adjustments-adjust': {
    ...desk,
    path: '/admin/adjustments',
    thenTap: ['Adjust', 'Posted now: $7.95'],
  },
  'admin-adjustments-approve': { ...desk, path: '/admin/adjustments', thenTap: ['Approve', 'Then: $87.95'] },
  'admin-adjustments-empty': { ...desk, path: '/admin/adjustments', admin: empty },
  'admin-adjustments-failed': { ...desk, path: '/admin/adjustments', admin: 'broken' },
  'admin-adjustments-stale': { ...desk, path: '/admin/adjustments', thenCut: true },
  'admin-policy': { ...desk, path: '/admin/policy' },
  'admin-policy-stop': { ...desk, path: '/admin/policy', thenTap: ['Stop everything', 'No driver loses a cent'] },
  'admin-policy-proof': { ...desk, path: '/admin/policy', refusal, thenTap: ['Reject', 'Show that it is you'] },
  'admin-audit-log': { ...desk, path: '/admin/audit-log' },
  'admin-audit-log-broken': {
    ...desk,
    path: '/admin/audit-log',
    admin: { ...admin, 'audit-log': { ...auditLog, fault: { code: 'hash_differs', record: 812, byte: 40 } } },
  },
};
