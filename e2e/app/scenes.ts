import type { Credits, Me } from '../../shared/protocol/app.ts';
import type { JobView } from '../../shared/protocol/rest.ts';
import type { ComputeView } from '../../web/compute/view.ts';
import type { Scene } from '../states/scene.ts';

/** Every screen in every state. A new state belongs here: what is not in this list nobody has looked at. */
const me: Me = {
  accountId: 1,
  name: 'Maria',
  role: 'driver',
  programme: { priceMicros: 50_000, consentVersion: 1, targetPercent: 1.5, ceilingPercent: 2 },
};

const AT = Date.now() - 21_000;

const credits: Credits = {
  pendingMicros: 450_000,
  postedMicros: 7_950_000,
  unitsToday: 9,
  units: 168,
  nextBefore: '1-1-1',
  rows: [
    {
      id: '1',
      at: AT,
      kind: 'route-plan',
      units: 9,
      amountMicros: 450_000,
      state: 'pending',
      postsAt: AT + 604_800_000,
    },
    {
      id: '2',
      at: AT - 3_600_000,
      kind: 'route-plan',
      units: 14,
      amountMicros: 700_000,
      state: 'posted',
      postsAt: null,
    },
    { id: '3', at: AT - 7_200_000, kind: 'route-plan', units: 1, amountMicros: 50_000, state: 'void', postsAt: null },
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
const resting = (reason: string): Partial<ComputeView> => ({ state: 'resting', reason, unitsDone: 9, bytes: 121_000 });

const home = { path: '/', me, credits, jobs: [], agreed: 1 } as const;
const ask = { path: '/ask', me, credits } as const;
const job = { path: '/ask/1', me, credits, asked: ringOf(RING) } as const;
/** The governor's codes, and what the sign says of each. Three of them, one for each colour, are scenes below. */
export const RESTS: readonly (readonly [reason: string, tone: string, words: string])[] = [
  ['not_in_rollout', 'off', 'not open to you yet'],
  ['programme_off', 'off', 'We stopped everything'],
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
  ['a_code_of_tomorrow', 'rest', 'Resting by a rule'],
];
export const restScene = (reason: string): Omit<Scene, 'theme'> => ({ ...home, view: resting(reason) });

export const SCENES: Readonly<Record<string, Omit<Scene, 'theme'>>> = {
  'boot-loading': { path: '/', me: 'never' },
  'boot-unreached': { path: '/', me: 'unreached' },
  'boot-broken': { path: '/', me: 'broken' },
  'invite-needed': { path: '/', me: 'signed_out' },
  join: { path: '/join/abc', me: 'signed_out' },
  'opt-in': { path: '/opt-in', me, credits },
  'learn-more': { path: '/opt-in/more', me, credits },
  'home-computing': { ...home, view: computing },
  'home-above-line': { ...home, view: { ...computing, shares: shares.map((share) => share * 1.3), share: 1.8 } },
  'home-ready': { ...home, view: ready },
  'home-ready-first': { ...home, credits: noCredits, view: { ...ready, unitsDone: 0, bytes: 2_100 } },
  'home-connecting': { ...home, view: { state: 'connecting' } },
  'home-offline': { ...home, view: { state: 'offline' }, thenCut: true },
  'home-other-tab': { ...home, view: { state: 'other_tab' } },
  'home-off': { ...home, agreed: 1, view: { state: 'off' } },
  'home-ended': { ...home, view: { state: 'off', reason: 'bad_signature' } },
  'home-outdated': { ...home, me: { ...me, programme: { ...me.programme, consentVersion: 2 } } },
  'home-unsupported': { ...home, view: { state: 'unsupported', reason: 'no_webassembly' } },
  'home-resting': restScene('battery_low'),
  'home-paused': restScene('paused_by_you'),
  'home-not-here': restScene('not_in_rollout'),
  'home-loading': { ...home, credits: 'never', view: ready },
  'home-failed': { ...home, credits: 'broken', view: ready },
  'home-stale': { ...home, view: ready, thenCut: true },
  ask: { ...ask, jobs: [{ ...answered, jobId: 2 }, running, { ...failed, jobId: 3 }] },
  'ask-empty': { ...ask, jobs: [] },
  'ask-loading': { ...ask, jobs: 'never' },
  'ask-failed': { ...ask, jobs: 'unreached' },
  'ask-stale': { ...ask, jobs: [running], thenCut: true },
  'ask-route': { ...ask, path: '/ask/route' },
  'ask-route-filled': { ...ask, path: '/ask/route', asked: ringOf(RING) },
  'ask-route-refused': { ...ask, path: '/ask/route', asked: 'lat,lon\n40.7,-74.0\n97,-74.1\n' },
  progress: { ...job, jobs: [running] },
  'progress-offline': { ...job, jobs: [running], thenCut: true },
  answer: { ...job, jobs: [answered] },
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
  settings: { path: '/settings', me, credits },
  'shared-compute': { path: '/settings/ai-performance/shared-compute', me, credits, agreed: 1, view: computing },
  'shared-compute-off': { path: '/settings/ai-performance/shared-compute', me, credits },
};
