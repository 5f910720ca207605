import type {
  AccountView,
  InvitesView,
  KeysView,
  PeopleView,
  PersonDetail,
  PersonView,
  RoleChangesView,
} from '../../shared/protocol/account.ts';
import type { Me } from '../../shared/protocol/app.ts';
import {
  CONSEQUENCE_CODES,
  type AdjustmentsView,
  type AdjustmentView,
  type AuditTrailPage,
  type AuditVerdict,
  type FeedbackList,
  type OverviewView,
  type PolicyChangeView,
  type PolicyPreview,
  type PolicyView,
  type ProgrammeView,
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

const person = (accountId: number, name: string, role: Me['role'], passkeys: number): PersonView => ({
  ...{ accountId, name, role, passkeys },
  ...{ createdAt: AT - accountId * 86_400_000, hasEmail: accountId % 2 === 0, devices: 4 - Math.min(accountId, 4) },
  ...{ linked: accountId === 3 ? 1 : 0, units: accountId * 1_204, unitsThisMonth: accountId * 37 },
  ...{ pendingMicros: accountId * 90_000, postedMicros: accountId * 1_590_000 },
  lastWorkAt: accountId === 2 ? null : AT - accountId * 100_000,
});
const LONG = '\u202Eanirets\u202C Wolfeschlegelsteinhausenbergerdorff';
const maria = person(5, 'Maria', 'driver', 0);
const people: PeopleView = {
  people: [maria, person(4, LONG, 'driver', 0), person(3, 'Ben', 'admin', 2), person(2, 'Ada', 'admin', 1)],
  matching: 1_204,
  admins: 2,
};
const phone: PersonDetail['phones'][number] = {
  ...{
    deviceId: 7,
    cores: 8,
    chunkMs: 31.4,
    status: 'active',
    createdAt: AT,
    isOptedIn: true,
    isLinked: true,
    rest: null,
  },
  ...{ units: 6_020, lastWorkAt: AT, convictions: [] },
};
const detail: PersonDetail = {
  ...{ ...maria, sessions: 2, keys: 1, invite: { role: 'driver' } },
  phones: [
    { ...phone, deviceId: 12, rest: 'battery_low' },
    phone,
    { ...phone, deviceId: 6, isOptedIn: false, isLinked: false, units: 0, lastWorkAt: null },
    {
      ...{ ...phone, deviceId: 5, status: 'banned', isLinked: false },
      convictions: [
        { evidenceId: 9, at: AT, ruling: 'fraud', wrongChunks: 12, appeal: null },
        { evidenceId: 8, at: AT - 90_000_000, ruling: 'fault', wrongChunks: 1, appeal: 'upheld' },
      ],
    },
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

const verdict: AuditVerdict = { at: AT, count: 4_812, head: '9f3c51d0'.repeat(8), fault: null };
const auditLog: AuditTrailPage = {
  ...{ verdict, matching: 4_812, older: 4_810, newer: null },
  actions: ['policy_change_expired', 'policy_change_proposed', 'role_changed'],
  records: [
    {
      ...{ n: 4_812, at: AT, actorId: 2, action: 'policy_change_proposed', target: 'policy-change:7' },
      detail: { priceMicros: 40_000, reason: 'Heat reports, watching until Monday', authorId: 2, version: null },
    },
    { n: 4_811, at: AT, actorId: null, action: 'policy_change_expired', target: 'policy-change:4', detail: {} },
    { n: 4_810, at: AT, actorId: 3, action: 'role_changed', target: 'account:5', detail: { role: 'tester' } },
  ],
};
const HOUR = 3_600_000;
const hours = Array.from({ length: 24 }, (_, i) => Math.floor(AT / HOUR) * HOUR - (23 - i) * HOUR);
const overview: OverviewView = {
  at: AT,
  programme: { isOn: true, targetPercent: 1.5, priceMicros: 50_000 },
  fleet: {
    ...{ linked: 1_800, computing: 1_204, optedIn: 8_500 },
    resting: { in_use: 310, battery_low: 41, hot: 7, paused_by_you: 28 },
  },
  queue: { waitingUnits: 20, runningJobs: 11, oldestAt: AT - 72_000 },
  waits: hours.map((from, i) => ({
    ...{ from, answered: i % 7 === 3 ? 0 : 12 },
    medianMs: i % 7 === 3 ? null : 41_000 + 30_000 * Math.sin(i / 3),
  })),
  units: hours.map((from, i) => {
    const units = Math.round(900 + 700 * Math.sin(i / 4));
    return { from, units, micros: units * 50_000 };
  }),
  lastHour: { jobs: 84, phoneUnits: 851, serverUnits: 288 },
  checks: {
    ...{ findings: { day: 3, all: 120 }, unitsEver: 45_720 },
    audit: {
      ...{ unitsPerSecond: 1.2, threads: 1, busyShare: 0.31, waitingAnswerChunks: 2, waitingBackgroundChunks: 1_280 },
      probation: { lastHour: 41, mostPerHour: 864 },
    },
  },
  money: {
    ...{ phaseBudgetMicros: 5_000_000_000, freeMicros: 1_482_900_000, reservedMicros: 10_000_000 },
    ...{ pendingMicros: 41_200_000, postedMicros: 3_465_900_000 },
  },
  waiting: { roles: 1, policy: 2, adjustments: 2 },
  feedbackToday: 1,
  log: verdict,
};
const quiet: OverviewView = {
  ...overview,
  fleet: { linked: 0, computing: 0, optedIn: 0, resting: {} },
  queue: { waitingUnits: 0, runningJobs: 0, oldestAt: null },
  waits: hours.map((from) => ({ from, answered: 0, medianMs: null })),
  units: hours.map((from) => ({ from, units: 0, micros: 0 })),
  lastHour: { jobs: 0, phoneUnits: 0, serverUnits: 0 },
  checks: { ...overview.checks, findings: { day: 0, all: 0 }, unitsEver: 0 },
  money: { ...overview.money, freeMicros: 5_000_000_000, reservedMicros: 0, pendingMicros: 0, postedMicros: 0 },
  ...{ waiting: { roles: 0, policy: 0, adjustments: 0 }, feedbackToday: 0, log: null },
};
const stopped: OverviewView = {
  ...overview,
  programme: { ...overview.programme, isOn: false },
  money: { ...overview.money, freeMicros: 82_900_000, postedMicros: 4_865_900_000 },
  log: { ...verdict, fault: { code: 'bad_record', record: 812, byte: 40_960 } },
};
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

const programme: ProgrammeView = {
  ...{ version: 3, isOn: true, targetPercent: 1.5, at: AT },
  changes: [
    { version: 3, isOn: true, targetPercent: 1.5, at: AT, authorId: 3, reason: 'The heat is over' },
    { version: 2, isOn: true, targetPercent: 0.75, at: AT - 86_400_000, authorId: 2, reason: 'A heat wave in Texas' },
  ],
};
const names = { names: { 2: 'Ada', 3: 'Ben', 4: LONG, 5: 'Maria' } };
const admin = {
  ...{ people, 'people/5': detail, names, 'role-changes': roleChanges, invites, keys },
  ...{ policy, 'audit-log': auditLog, overview, feedback, programme },
  ...{ adjustments, ledger: { id: 'available-5', micros: 7_950_000 } },
};
const empty = {
  ...{ people: { people: [], matching: 0, admins: 1 }, names, 'role-changes': { changes: [] } },
  ...{ invites: { invites: [] }, keys: { keys: [] }, overview: quiet, feedback: { feedback: [], nextBefore: null } },
  'people/5': { ...detail, phones: [], invite: null, lastWorkAt: null },
  adjustments: { ...adjustments, adjustments: [], nextBefore: null },
  policy: { ...policy, changes: [] },
  programme: { ...programme, changes: [], at: 0 },
  'audit-log': { ...auditLog, records: [], matching: 0, older: null },
};
const preview: PolicyPreview = {
  needsTwoAdmins: true,
  consequences: [
    { code: 'budget_units', before: 29_658, after: 37_072 },
    { code: 'day_cost', before: 912_500_000, after: 730_000_000 },
    { code: 'running_jobs', before: 11, after: 11 },
    { code: 'waiting_units', before: 20, after: 20 },
    { code: 'phones_told', before: 1_800, after: 1_800 },
  ],
};
/** Every line there is, at once. */
const everyLine: PolicyPreview = {
  needsTwoAdmins: true,
  consequences: CONSEQUENCE_CODES.map((code) => ({ code, before: 1_000_000, after: -1_000_000 })),
};
const desk = { path: '/admin', me, account, admin } as const;
const refusal = { status: 403, code: 'step_up_needed', message: 'Show first that it is you.' } as const;

const leased = { ...verdict, fault: { code: 'lease_after_withdrawal', record: 812, byte: 409_600, device: 31 } };
const damaged = { ...verdict, count: 811, fault: { code: 'bad_record', record: 812, byte: 409_600 } };

export const ADMIN_SCENES: Readonly<Record<string, Scene>> = {
  'admin-overview': desk,
  'admin-overview-empty': { ...desk, admin: empty },
  'admin-overview-stopped': { ...desk, admin: { ...admin, overview: stopped } },
  'admin-overview-failed': { ...desk, admin: 'broken' },
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
  'admin-people-stale': { ...desk, path: '/admin/people', thenCut: true },
  'admin-people-loading': { ...desk, path: '/admin/people', admin: 'never' },
  'admin-person': { ...desk, path: '/admin/people/5' },
  'admin-person-empty': { ...desk, path: '/admin/people/5', admin: empty },
  'admin-person-gone': { ...desk, path: '/admin/people/9' },
  'admin-person-stale': { ...desk, path: '/admin/people/5', thenCut: true },
  'admin-policy': { ...desk, path: '/admin/policy' },
  'admin-policy-empty': { ...desk, path: '/admin/policy', admin: empty },
  'admin-policy-failed': { ...desk, path: '/admin/policy', admin: 'broken' },
  'admin-policy-stale': { ...desk, path: '/admin/policy', thenCut: true },
  'admin-policy-stop': { ...desk, path: '/admin/policy', thenTap: ['Stop everything', 'No driver loses a cent'] },
  'admin-policy-undo': { ...desk, path: '/admin/policy', preview, thenTap: ['Undo', 'Set it back?'] },
  'admin-policy-approve': { ...desk, path: '/admin/policy', preview, thenTap: ['Approve', 'requests run and keep'] },
  'admin-policy-approve-all': {
    ...{ ...desk, path: '/admin/policy', preview: everyLine },
    thenTap: ['Approve', 'approving it will be refused'],
  },
  'admin-policy-approve-failed': {
    ...{ ...desk, path: '/admin/policy', preview: 'broken' },
    thenTap: ['Approve', 'could not be computed'],
  },
  'admin-policy-proof': { ...desk, path: '/admin/policy', refusal, thenTap: ['Reject', 'Show that it is you'] },
  'admin-audit-log': { ...desk, path: '/admin/audit-log?action=role_changed&actor=5' },
  'admin-audit-log-page': {
    ...{ ...desk, path: '/admin/audit-log?before=4900' },
    admin: { ...admin, 'audit-log': { ...auditLog, newer: 4_812, matching: 4_900 } },
  },
  'admin-audit-log-empty': { ...desk, path: '/admin/audit-log', admin: empty },
  'admin-audit-log-failed': { ...desk, path: '/admin/audit-log', admin: 'broken' },
  'admin-audit-log-stale': { ...desk, path: '/admin/audit-log', thenCut: true },
  'admin-audit-log-loading': { ...desk, path: '/admin/audit-log', admin: 'never' },
  'admin-audit-log-damaged': {
    ...{ ...desk, path: '/admin/audit-log' },
    admin: { ...admin, 'audit-log': { ...auditLog, verdict: damaged } },
  },
  'admin-audit-log-leased': {
    ...{ ...desk, path: '/admin/audit-log' },
    admin: { ...admin, 'audit-log': { ...auditLog, verdict: leased } },
  },
};
