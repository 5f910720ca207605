import { consentText } from '../../shared/model/consent-texts.ts';
import type { AccountView, SignInWays } from '../../shared/protocol/account.ts';
import type { Credits, DeviceView, EvidenceView, Me } from '../../shared/protocol/app.ts';
import type { JobView, QueueView } from '../../shared/protocol/rest.ts';
import type { ComputeView, PhoneSignals } from '../../web/compute/view.ts';
import type { Scene } from '../states/scene.ts';
import { ADMIN_SCENES } from './admin-scenes.ts';

/** Every screen in every state. A new state belongs here: what is not in this list nobody has looked at. */
const me: Me = {
  accountId: 1,
  name: 'Maria',
  role: 'driver',
  programme: { priceMicros: 50_000, consentVersion: 1, isOn: true, targetPercent: 1.5, ceilingPercent: 2 },
};

const AT = Date.now() - 21_000;

const ways: SignInWays = { email: true, passkeyHost: 'here' };
const bareAccount: AccountView = {
  email: null,
  passkeys: [],
  sessions: [{ id: 'a', browser: 'Chrome, Android', createdAt: AT, isThis: true }],
  keys: [],
  ways,
  isFresh: false,
};
const account: AccountView = {
  ...bareAccount,
  email: 'maria.fernandez.delivers@example.org',
  passkeys: [{ id: 'p', name: 'Passkey', createdAt: AT }],
  sessions: [...bareAccount.sessions, { id: 'b', browser: '', createdAt: AT - 900_000_000, isThis: false }],
  keys: [{ id: 3, name: 'Nightly export', prefix: 'zeus_Ab12Cd', createdAt: AT, lastUsedAt: AT }],
};

function row(id: string, state: Credits['rows'][number]['state'], units: number): Credits['rows'][number] {
  const at = AT - Number(id) * 3_600_000;
  const amountMicros = units * 50_000;
  return {
    id,
    at,
    kind: 'route-plan',
    units,
    amountMicros,
    state,
    postsAt: null,
    isHeld: false,
    evidenceId: null,
    adjusted: null,
  };
}

const credits: Credits = {
  pendingMicros: 450_000,
  postedMicros: 7_950_000,
  unitsToday: 9,
  units: 168,
  nextBefore: '1-1-1',
  rows: [
    { ...row('1', 'pending', 9), postsAt: AT + 604_800_000 },
    row('2', 'posted', 14),
    { ...row('3', 'void', 1), evidenceId: 4 },
    { ...row('4', 'restored', 3), evidenceId: 3 },
    { ...row('5', 'pending', 2), isHeld: true },
    row('6', 'void', 1),
    {
      ...{ ...row('7', 'posted', 0), kind: 'adjustment', amountMicros: 5_000_000 },
      adjusted: { reason: 'Your phone waited an hour for us on Tuesday. Sorry.' },
    },
    {
      ...{ ...row('8', 'posted', 0), kind: 'adjustment', amountMicros: -1_250_000 },
      adjusted: { reason: `\u202Edetnuoc eciwt\u202C ${'Donaudampfschifffahrt'.repeat(3)}` },
    },
  ],
};
const noCredits: Credits = { pendingMicros: 0, postedMicros: 0, unitsToday: 0, units: 0, nextBefore: null, rows: [] };

const running: JobView = {
  jobId: 1,
  kind: 'route-plan',
  state: 'running',
  placement: 'pool',
  units: 48,
  unitsDone: 29,
  unitsChecked: 26,
  round: 2,
  rounds: 3,
  roundLengths: [1_412_000],
  executors: { mainframe: 7, peers: 22, devices: 6 },
  correctedAt: null,
  createdAt: AT,
  waitMs: 21_000,
};

/** A ring of stops given in a poor order. */
const ringOf = (count: number): string =>
  `x,y\n${Array.from({ length: count }, (_, i) => {
    const angle = (i * 7 * 2 * Math.PI) / count;
    return `${Math.round(1000 * Math.cos(angle))},${Math.round(600 * Math.sin(angle))}`;
  }).join('\n')}\n`;

const RING = 24;
const ringTour = Array.from({ length: RING }, (_, i) => (i * 7) % RING);
const answered: JobView = {
  ...running,
  state: 'answered',
  units: 12,
  unitsDone: 12,
  unitsChecked: 12,
  rounds: 1,
  executors: { mainframe: 4, peers: 8, devices: 6 },
  answer: { length: 5103.3, tour: ringTour },
};
const failed: JobView = { ...running, state: 'failed', failure: 'kernel_failed' };

const cancelled: JobView = { ...running, state: 'failed', failure: 'cancelled', spentUnits: 29 };
const queue: QueueView = {
  waitingUnits: 20,
  phones: 1204,
  typicalWaitMs: 41_000,
  unitsLeft: 34,
  closed: null,
  dayEndsAt: AT + 5 * 3_600_000,
};
const HOURS = 3_600_000;
/** As if asked so many hours ago; job 1 is the one whose stops are known. */
const aged = (hours: number, jobId = 1): JobView => ({ ...answered, jobId, createdAt: AT - hours * HOURS });

/** What a hostile or careless person could be called, or write. */
export const HOSTILE: readonly string[] = [
  '\u202Egnirts desrever\u202C \u2066<script>document.title="owned"</script>',
  'W'.repeat(10_000),
  `👩‍👩‍👧‍👦🏳️‍🌈${'́'.repeat(400)}Z\u0338 ${'🧑🏽‍🚀'.repeat(200)}`,
  'לקוח عميل 客户 '.repeat(50),
];

const evidence: EvidenceView = {
  evidenceId: 4,
  deviceId: 7,
  at: AT - 7_200_000,
  kind: 'route-plan',
  kernelHash: '9f3c51d0'.repeat(8),
  kernelUrl: '/kernels/9f3c.wasm',
  jobInput: 'AAAA',
  roundInput: '',
  task: 11,
  chunk: 40,
  chunkOfRound: 744,
  claimed: { score: 912_004_111, hash: 0x7c1e04b9 },
  expected: { score: 912_004_102, hash: 0x51f0a2c3 },
  wrongChunks: 1,
  ruling: 'fault',
  voided: { units: 9, amountMicros: 450_000 },
  appeal: null,
};
const stoppedFor: EvidenceView = { ...evidence, ruling: 'fraud', wrongChunks: 32 };
const upheld = { at: AT, outcome: 'upheld' } as const;
const granted = { at: AT, outcome: 'granted' } as const;
const device: DeviceView = {
  deviceId: 7,
  consent: { version: 1, isGranted: true, at: AT, scope: { classes: ['normal'], hours: null, networks: 'any' } },
  isBanned: true,
  evidenceId: 4,
};
const agreedConsent = {
  version: 1,
  isGranted: true,
  at: AT,
  scope: { classes: ['speed_critical', 'high_value', 'normal'], hours: null, networks: 'any' },
} as const;
const agreedDevice: DeviceView = { ...device, consent: agreedConsent, isBanned: false, evidenceId: null };
/** Only at night, only on Wi-Fi. */
const nightShift: DeviceView = {
  ...agreedDevice,
  consent: { ...agreedConsent, scope: { ...agreedConsent.scope, hours: { from: 1320, to: 360 }, networks: 'wifi' } },
};
const differs = {
  kind: 'refused',
  status: 409,
  code: 'self_test_failed',
  message: 'It computes differently.',
} as const;
const tooMany = {
  kind: 'refused',
  status: 429,
  code: 'too_many_devices',
  message: 'Too many new phones of your account today: add this one tomorrow.',
} as const;

const shares = Array.from({ length: 60 }, (_, i) =>
  i > 29 && i < 36 ? 0 : 1.4 + 0.35 * Math.sin(i * 1.7) + 0.2 * Math.sin(i * 0.31),
);
const working = { kind: 'route-plan', jobId: 7, progress: 0.62 };
const computing: Partial<ComputeView> = {
  state: 'computing',
  shares,
  share: 1.4,
  unitsDone: 9,
  bytes: 121_000,
  working,
};
const ready: Partial<ComputeView> = {
  state: 'ready',
  shares: Array.from({ length: 60 }, () => 0),
  unitsDone: 9,
  bytes: 121_000,
};
const resting = (reason: string): Partial<ComputeView> => ({
  ...{ state: 'resting', reason, ends: ENDS[reason] ?? [] },
  ...{ isPaused: reason === 'paused_by_you', unitsDone: 9, bytes: 121_000 },
});
const measured = <T>(value: T) => ({ value, source: 'measured', at: 0 }) as const;
const decision: PhoneSignals['decision'] = {
  reason: undefined,
  failing: [],
  byConsent: [],
  ends: [],
  endsOf: {},
  half: [],
  unknown: [],
  share: 1.5,
  link: 'keep',
  mayTransfer: true,
};
const facts: PhoneSignals['facts'] = {
  visible: measured(true),
  focused: measured(true),
  battery: measured({ level: 0.64, isCharging: false }),
  lowPower: { value: false, source: 'estimated', at: 0 },
  heat: { value: [1.02, 1.06], source: 'estimated', at: 0 },
  pressure: measured('nominal'),
  network: measured({ isOnline: true, type: 'wifi', effectiveType: '4g', saveData: false, slowCalls: 0 }),
  userActive: undefined,
  lastInputAt: -14_200,
  lastLongFrameAt: undefined,
};
const study: PhoneSignals['study'] = { hours: 3, hoursNeeded: 699, costs: undefined };
const signals = { facts, decision, bytesToday: 121_000, study };
const badSignals: Scene['signals'] = {
  facts: {
    ...facts,
    battery: measured({ level: 0.18, isCharging: false }),
    network: measured({ isOnline: true, type: 'cellular', effectiveType: '3g', saveData: false, slowCalls: 0 }),
  },
  decision: {
    ...decision,
    reason: 'battery_low',
    failing: ['battery_low', 'wifi_only', 'charging_only'],
    share: 0,
    mayTransfer: false,
  },
  bytesToday: 121_000,
  study: { hours: 734, hoursNeeded: 690, costs: { percentAnHour: 0.4, plusMinus: 0.5 } },
};
/** An iPhone in Safari. */
const unknownSignals: NonNullable<Scene['signals']> = {
  facts: {
    ...facts,
    battery: undefined,
    lowPower: undefined,
    heat: undefined,
    pressure: undefined,
    network: undefined,
  },
  decision: { ...decision, unknown: ['battery', 'heat', 'network'], share: 1 },
  bytesToday: 0,
  study: { hours: 0, hoursNeeded: 699, costs: undefined },
};
/** As the governor says them. */
const ENDS: Readonly<Record<string, ComputeView['ends']>> = {
  battery_low: [
    { when: 'battery', level: 30 },
    { when: 'time', seconds: 231 },
  ],
  hot: [{ when: 'time', seconds: 598 }],
  in_use: [{ when: 'time', seconds: 4 }],
  data_cap: [{ when: 'time', seconds: 6 * 3_600 - 60 }],
  outside_hours: [{ when: 'time', seconds: 3_000 }],
  measuring_battery: [{ when: 'time', seconds: 1_260 }],
};

const home = { path: '/', me, credits, jobs: [], agreed: 1 } as const;
const sharedCompute = {
  path: '/settings/ai-performance/shared-compute',
  me,
  credits,
  agreed: 1,
  view: computing,
} as const;
const ask = { path: '/ask', me, credits, queue } as const;
const earlier = { path: '/ask/earlier', me, credits } as const;
const feedback = { path: '/settings/feedback', me, credits, view: resting('weak_network') } as const;
const job = { path: '/ask/1', me, credits, asked: ringOf(RING) } as const;
const finding = { path: '/credits/finding/4', me, credits, evidence } as const;
const enable = (shows: string) => ['Enable', shows] as const;
const turnOn = (shows: string) => ['Turn on', shows] as const;
const stopped = {
  me,
  credits,
  jobs: [],
  agreed: 1,
  device,
  evidence: stoppedFor,
  view: { state: 'off', reason: 'device_stopped' },
} as const;
const TESTING = 'Testing whether this phone computes exactly';

/** The governor's codes, and what the sign says of each. Three of them, one for each colour, are scenes below. */
export const RESTS: readonly (readonly [reason: string, tone: string, words: string])[] = [
  ['not_in_rollout', 'off', 'not open to you yet'],
  ['programme_off', 'stop', 'We stopped everything'],
  ['not_in_front', 'rest', 'was not in front'],
  ['battery_low', 'rest', 'battery is low'],
  ['low_power', 'rest', 'Low-power mode is on'],
  ['hot', 'rest', 'warm (estimated)'],
  ['in_use', 'rest', 'You are using it'],
  ['weak_network', 'rest', 'Weak signal'],
  ['data_cap', 'rest', 'data is used'],
  ['wifi_only', 'rest', 'Wi-Fi only'],
  ['charging_only', 'rest', 'Charging only'],
  ['outside_hours', 'rest', 'Outside your hours'],
  ['paused_by_you', 'you', 'Paused by you'],
  ['measuring_battery', 'rest', 'Measuring the battery'],
  ['budget_spent', 'off', 'No paid work'],
  ['day_full', 'rest', 'whole day’s work'],
  ['paused_by_us', 'rest', 'It asked for work'],
  ['a_code_of_tomorrow', 'rest', 'Resting by a rule'],
];
export const restScene = (reason: string): Scene => ({ ...home, view: resting(reason) });

const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 Safari/604.1';

const signIn = { path: '/', me: 'signed_out', ways } as const;
const typed = ['Email', 'maria.fernandez.delivers@example.org'] as const;
const mine = {
  path: '/settings/data/mine',
  me,
  credits,
  erasure: { devices: 2, jobs: 14, pendingMicros: 450_000, postedMicros: 7_950_000 },
} as const;
const agreed = {
  path: '/settings/data/agreed',
  me,
  credits,
  agreed: 1,
  device: agreedDevice,
  consentText: { ...(consentText(1) ?? { version: 1, covers: [], sections: [] }), hash: '9f3c51d0'.repeat(8) },
} as const;

export const SCENES: Readonly<Record<string, Scene>> = {
  'boot-loading': { path: '/', me: 'never' },
  'boot-unreached': { path: '/', me: 'unreached' },
  'boot-broken': { path: '/', me: 'broken' },
  'sign-in': signIn,
  'sign-in-elsewhere': { ...signIn, ways: { email: true, passkeyHost: 'share.example.com' } },
  'sign-in-ended': { ...signIn, path: '/?signed-out' },
  'sign-in-erased': { ...signIn, path: '/?erased' },
  'sign-in-no-address': { ...signIn, thenTap: ['Send me a code', 'Write your email address'] },
  'sign-in-code': { ...signIn, isDone: true, thenType: typed, thenTap: ['Send me a code', 'on their way'] },
  'sign-in-refused': {
    ...signIn,
    refusal: { status: 429, code: 'too_many_attempts', message: 'Too many attempts.' },
    thenType: typed,
    thenTap: ['Send me a code', 'wait ten minutes'],
  },
  'sign-in-no-email': { ...signIn, ways: { email: false, passkeyHost: 'share.example.com' } },
  'sign-in-loading': { ...signIn, ways: 'never' },
  'sign-in-failed': { ...signIn, ways: 'unreached' },
  'account-new': { path: '/settings/account?new', me, account: bareAccount },
  'account-new-kept': { path: '/settings/account?new', me, account: { ...bareAccount, passkeys: account.passkeys } },
  account: { path: '/settings/account', me, account },
  'account-bare': { path: '/settings/account', me: { ...me, isKept: false }, account: bareAccount },
  'account-adding': { path: '/settings/account', me, account, thenTap: ['Change the email address', 'Send me a code'] },
  'account-done': {
    path: '/settings/account',
    me,
    account,
    isDone: true,
    thenTap: ['Sign out everywhere else', 'too.'],
  },
  'account-proof': {
    path: '/settings/account',
    me,
    account,
    refusal: { status: 403, code: 'step_up_needed', message: 'Show first that it is you.' },
    thenTap: ['Remove', 'Show that it is you'],
  },
  'account-last-way': {
    path: '/settings/account',
    me,
    account,
    refusal: { status: 409, code: 'last_way_in', message: 'This is the only way back to the account.' },
    thenTap: ['Remove', 'add another one first'],
  },
  'account-loading': { path: '/settings/account', me, account: 'never' },
  'account-failed': { path: '/settings/account', me, account: 'broken' },
  'account-stale': { path: '/settings/account', me, account, thenCut: true },
  join: { path: '/join/abc', me: 'signed_out' },
  'join-used': {
    path: '/join/abc',
    me: 'signed_out',
    refusal: { status: 409, code: 'invite_used', message: 'Used.' },
    thenTap: ['Continue', 'used already'],
  },
  'join-bad-name': {
    path: '/join/abc',
    me: 'signed_out',
    refusal: { status: 422, code: 'bad_name', message: 'Bad.' },
    thenTap: ['Continue', 'cannot be a name'],
  },
  'join-broken': { path: '/join/abc', me: 'signed_out', thenTap: ['Continue', 'as good as before'] },
  'opt-in': { path: '/opt-in', me, credits },
  'opt-in-testing': { path: '/opt-in', me, credits, selfTest: { share: 0.4 }, thenTap: enable(TESTING) },
  'opt-in-differs': { path: '/opt-in', me, credits, selfTest: differs, thenTap: enable('computes differently') },
  'opt-in-no-webassembly': {
    path: '/opt-in',
    me,
    credits,
    selfTest: { kind: 'phone', reason: 'no_webassembly' },
    thenTap: enable('Lockdown Mode'),
  },
  'opt-in-wrong-kernel': {
    path: '/opt-in',
    me,
    credits,
    selfTest: { kind: 'phone', reason: 'wrong_kernel' },
    thenTap: enable('not what we published'),
  },
  'opt-in-stuck': {
    path: '/opt-in',
    me,
    credits,
    selfTest: { kind: 'phone', reason: 'worker_broken' },
    thenTap: enable('did not come to its end'),
  },
  'opt-in-unreached': { path: '/opt-in', me, credits, selfTest: { kind: 'unreached' }, thenTap: enable('No answer') },
  'opt-in-too-many': { path: '/opt-in', me, credits, selfTest: tooMany, thenTap: enable('add this one tomorrow') },
  'learn-more': { path: '/opt-in/more', me, credits },
  'learn-more-testing': { path: '/opt-in/more', me, credits, selfTest: { share: 0.4 }, thenTap: enable(TESTING) },
  'home-computing': { ...home, view: computing },
  'home-above-line': { ...home, view: { ...computing, shares: shares.map((share) => share * 1.3), share: 1.8 } },
  'home-ready': { ...home, view: ready },
  'home-ready-first': { ...home, credits: noCredits, view: { ...ready, unitsDone: 0, bytes: 2_100 } },
  'home-connecting': { ...home, view: { state: 'connecting' } },
  'home-offline': { ...home, view: { state: 'offline' }, thenCut: true },
  'home-other-tab': { ...home, view: { state: 'other_tab' } },
  'home-agreed-hours': { ...home, view: { ...resting('outside_hours'), byConsent: true } },
  'home-agreed-wifi': { ...home, view: { ...resting('wifi_only'), byConsent: true, ends: [{ when: 'wifi' }] } },
  'home-hours-never-meet': { ...home, view: { ...resting('outside_hours'), ends: [{ when: 'other_hours' }] } },
  'home-off': { ...home, agreed: 1, view: { state: 'off' } },
  'home-off-testing': {
    ...home,
    view: { state: 'off' },
    selfTest: { share: 0.4 },
    thenTap: turnOn('Testing this phone'),
  },
  'home-off-differs': { ...home, view: { state: 'off' }, selfTest: differs, thenTap: turnOn('computes differently') },
  'home-stopped': { ...stopped, path: '/' },
  'home-stopped-checking': { ...stopped, path: '/', thenTap: ['Check it again', 'Computing that piece'] },
  'home-stopped-upheld': { ...stopped, path: '/', evidence: { ...stoppedFor, appeal: upheld } },
  'home-stopped-freed': {
    ...stopped,
    path: '/',
    device: { ...device, isBanned: false },
    evidence: { ...stoppedFor, appeal: granted },
  },
  'home-stopped-loading': { ...stopped, path: '/', device: 'never' },
  'home-stopped-failed': { ...stopped, path: '/', device: 'broken' },
  'home-ended': { ...home, view: { state: 'off', reason: 'bad_signature' } },
  'home-outdated': { ...home, me: { ...me, programme: { ...me.programme, consentVersion: 2 } } },
  'home-unsupported': { ...home, view: { state: 'unsupported', reason: 'no_webassembly' } },
  'home-not-run': { ...home, view: { ...ready, reason: 'wrong_kernel' } },
  'home-refused': { ...home, view: { state: 'unsupported', reason: 'webassembly_refused' } },
  'home-resting': { ...home, view: { ...resting('battery_low'), battery: { percent: 18, isCharging: false } } },
  'home-half': { ...home, view: { ...computing, half: ['warm'] } },
  'home-unknown': { ...home, view: { ...computing, unknown: ['battery', 'network'] } },
  'home-paused': restScene('paused_by_you'),
  'home-not-here': restScene('not_in_rollout'),
  'home-no-paid-work': restScene('budget_spent'),
  'home-loading': { ...home, credits: 'never', view: ready },
  'home-failed': { ...home, credits: 'broken', view: ready },
  'home-stale': { ...home, view: ready, thenCut: true },
  ask: {
    ...ask,
    jobs: [{ ...answered, jobId: 2 }, running, { ...failed, jobId: 3 }, { ...answered, jobId: 4, correctedAt: AT }],
  },
  'ask-quiet': {
    ...ask,
    jobs: [{ ...cancelled, jobId: 5 }],
    queue: { ...queue, typicalWaitMs: null, phones: 0, waitingUnits: 0 },
  },
  'ask-quota': { ...ask, jobs: [], queue: { ...queue, closed: 'quota_exceeded', unitsLeft: 3 } },
  'ask-too-many': { ...ask, jobs: [], queue: { ...queue, closed: 'too_many_running' } },
  'ask-no-queue': { ...ask, jobs: [], queue: 'broken' },
  'ask-queue-loading': { ...ask, jobs: [], queue: 'never' },
  earlier: {
    ...earlier,
    jobs: [running, aged(3, 2), { ...cancelled, jobId: 3, createdAt: AT - 20 * HOURS }, aged(30, 4), aged(24 * 9, 5)],
  },
  'earlier-empty': { ...earlier, jobs: [] },
  'earlier-loading': { ...earlier, jobs: 'never' },
  'earlier-failed': { ...earlier, jobs: 'unreached' },
  'earlier-stale': { ...earlier, jobs: [aged(3, 2)], thenCut: true },
  'ask-empty': { ...ask, jobs: [] },
  'ask-loading': { ...ask, jobs: 'never' },
  'ask-failed': { ...ask, jobs: 'unreached' },
  'ask-stale': { ...ask, jobs: [running], thenCut: true },
  'ask-route': { ...ask, path: '/ask/route' },
  'ask-route-gone': { ...ask, path: '/ask/route?gone' },
  'ask-route-filled': { ...ask, path: '/ask/route', asked: ringOf(RING) },
  'ask-route-refused': { ...ask, path: '/ask/route', asked: 'lat,lon\n40.7,-74.0\n97,-74.1\n' },
  progress: { ...job, jobs: [running] },
  'progress-offline': { ...job, jobs: [running], thenCut: true },
  'progress-cancelling': {
    ...job,
    jobs: [running],
    cancelled: 'never',
    thenTap: ['Cancel this request', 'Cancelling'],
  },
  'progress-cancelled': { ...job, jobs: [running], cancelled, thenTap: ['Cancel this request', 'You cancelled this'] },
  'progress-not-cancelled': {
    ...job,
    jobs: [running],
    cancelled: 'unreached',
    thenTap: ['Cancel this request', 'It is not cancelled'],
  },
  'answer-cancelled': { ...job, asked: '', jobs: [cancelled] },
  'answer-aged': { ...job, jobs: [aged(2.1)] },
  answer: { ...job, jobs: [answered] },
  'answer-updated': { ...job, jobs: [{ ...answered, correctedAt: AT }] },
  'answer-without-stops': { ...job, asked: '', jobs: [answered] },
  'answer-failed': { ...job, jobs: [failed] },
  'answer-loading': { ...job, jobs: 'never' },
  'answer-unreached': { ...job, jobs: 'unreached' },
  'answer-unknown': { ...job, path: '/ask/99', jobs: [] },
  'answer-here-gone': { ...job, path: '/ask/here/1', jobs: [] },
  credits: { path: '/credits', me, credits },
  'credits-empty': { path: '/credits', me, credits: noCredits },
  'credits-loading': { path: '/credits', me, credits: 'never' },
  'credits-failed': { path: '/credits', me, credits: 'broken' },
  'credits-stale': { path: '/credits', me, credits, thenCut: true },
  finding,
  'finding-lenient': { ...finding, evidence: { ...evidence, ruling: 'lenient' } },
  'finding-fraud': { ...finding, evidence: stoppedFor },
  'finding-details': { ...finding, thenTap: ['Technical details', 'Download the evidence'] },
  'finding-checking': { ...finding, thenTap: ['Check it again', 'Computing that piece once more'] },
  'finding-upheld': { ...finding, appeal: { outcome: 'upheld' }, thenTap: ['Check it again', 'found the same'] },
  'finding-granted': { ...finding, appeal: { outcome: 'granted' }, thenTap: ['Check it again', 'phone was right'] },
  'finding-upheld-before': { ...finding, evidence: { ...evidence, appeal: upheld } },
  'finding-granted-before': { ...finding, evidence: { ...evidence, appeal: granted } },
  'finding-not-decided': { ...finding, appeal: 'unreached', thenTap: ['Check it again', 'Nothing was decided'] },
  'finding-replaced': { ...finding, evidence: { ...evidence, kernelUrl: null } },
  'finding-loading': { ...finding, evidence: 'never' },
  'finding-failed': { ...finding, evidence: 'unreached' },
  'finding-stale': { ...finding, thenCut: true },
  settings: { path: '/settings', me, credits },
  'home-update': { ...home, view: ready, update: 'waiting' },
  'home-update-after': { ...home, view: computing, update: 'after_part' },
  'settings-taken-over': { path: '/settings', me, credits, update: 'taken_over', canInstall: true },
  'settings-install': { path: '/settings', me, credits, userAgent: IPHONE, thenTap: ['Show how', 'once more'] },
  'settings-in-app': { path: '/settings', me, credits, userAgent: `${IPHONE} [FBAN/FBIOS]` },
  'answer-install': { ...job, jobs: [answered], canInstall: true },
  'settings-sign-out': { path: '/settings', me, credits, thenTap: ['Sign out', 'Sign out on this phone?'] },
  'settings-sign-out-unkept': {
    path: '/settings',
    me: { ...me, isKept: false },
    credits,
    thenTap: ['Sign out', 'Add a way back first'],
  },
  feedback,
  'feedback-draft': { ...feedback, draft: 'The sign said Ready, and the numbers stood still for an hour.' },
  'feedback-too-long': { ...feedback, draft: 'The sign stood still. '.repeat(100) },
  'feedback-sending': { ...feedback, draft: 'Hello', taken: 'never', thenTap: ['Send', 'Sending'] },
  'feedback-sent': { ...feedback, draft: 'Hello', taken: { feedbackId: 12 }, thenTap: ['Send', 'message 12'] },
  'feedback-unsent': { ...feedback, draft: 'Hello', taken: 'unreached', thenTap: ['Send', 'It is not sent'] },
  'feedback-offline': { ...feedback, draft: 'Hello', thenCut: true },
  help: { path: '/settings/help', me, credits },
  'my-data': mine,
  'my-data-empty': { ...mine, erasure: { devices: 0, jobs: 0, pendingMicros: 0, postedMicros: 0 } },
  'my-data-erasing': { ...mine, thenTap: ['Erase my data', 'Erase for good?'] },
  'my-data-not-arrived': { ...mine, thenTap: ['Download everything', 'It did not arrive'] },
  'my-data-loading': { ...mine, erasure: 'never' },
  'my-data-failed': { ...mine, erasure: 'broken' },
  agreed,
  'agreed-off': { ...agreed, device: { ...agreedDevice, consent: { ...agreedConsent, isGranted: false } } },
  'agreed-outdated': { ...agreed, me: { ...me, programme: { ...me.programme, consentVersion: 2 } } },
  'agreed-narrow': {
    ...agreed,
    device: {
      ...agreedDevice,
      consent: { ...agreedConsent, scope: { classes: ['normal'], hours: { from: 1320, to: 360 }, networks: 'wifi' } },
    },
  },
  'agreed-hours': { ...agreed, thenTap: ['Set hours', 'Agree to these hours only'] },
  'agreed-hours-same': {
    ...agreed,
    device: nightShift,
    thenTap: ['Fewer hours', 'what you agreed to already'],
  },
  'agreed-empty': { path: '/settings/data/agreed', me, credits },
  'agreed-loading': { ...agreed, device: 'never' },
  'agreed-failed': { ...agreed, device: 'broken' },
  'what-is-shared': { path: '/settings/data/shared', me, credits },
  'shared-compute': sharedCompute,
  'shared-compute-signals': { ...sharedCompute, signals },
  'shared-compute-bad': {
    ...sharedCompute,
    view: resting('battery_low'),
    signals: badSignals,
    limits: { wifiOnly: true, chargingOnly: true, hours: { from: 360, to: 1380 }, lowerShare: 1 },
  },
  'shared-compute-agreed': {
    ...sharedCompute,
    device: nightShift,
    view: { ...resting('outside_hours'), byConsent: true, ends: [{ when: 'other_hours' }] },
    signals,
    limits: { hours: { from: 480, to: 1080 } },
  },
  'shared-compute-unknown': { ...sharedCompute, view: { ...computing, unknown: ['battery'] }, signals: unknownSignals },
  'shared-compute-declared': {
    ...sharedCompute,
    signals: { ...unknownSignals, decision: { ...decision, unknown: ['heat', 'network'] } },
  },
  'shared-compute-paused': {
    ...sharedCompute,
    view: resting('paused_by_you'),
    signals,
    limits: { pausedUntil: Date.now() + 3_600_000 },
  },
  parked: {
    ...home,
    path: '/parked',
    view: { ...computing, battery: { percent: 64, isCharging: true } },
  },
  'parked-ready': { ...home, path: '/parked', view: ready },
  'parked-resting': { ...home, path: '/parked', view: resting('battery_low') },
  'parked-no-numbers': { ...home, path: '/parked', credits: 'never', view: ready },
  'parked-offline': { ...home, path: '/parked', view: { state: 'offline' }, thenCut: true },
  'shared-compute-off': { path: '/settings/ai-performance/shared-compute', me, credits },
  'shared-compute-stopped': { ...stopped, path: '/settings/ai-performance/shared-compute' },
  ...ADMIN_SCENES,
};
