import { must, unreachable } from '../../../shared/assert.ts';
import { POLICY } from '../../../shared/model/policy.ts';
import { MAX_UNITS } from '../../../shared/protocol/frame-table.ts';
import { HOUR } from '../../../shared/time.ts';
import type { Conduct } from './conduct.ts';
import type { LieKind } from './lie.ts';
import { SCHEMES, schemeNames, unsettled, type Scheme, type SchemeName } from './schemes.ts';
import type { Cheat } from './seat.ts';
import { runTrial, type TrialResult } from './trial.ts';

/** Cheaters beyond those who lie at one rate: what each does is in `conductOf`. */
export const liarNames = [
  'sleeper',
  'burst',
  'late-burst',
  'hit-and-run',
  'hit-and-run-unsettled',
  'hider',
  'hoarder',
] as const;
export type LiarName = (typeof liarNames)[number];

/** One line of the comparison. */
export interface RowSpec {
  readonly policy: SchemeName;
  readonly f: number;
  /** Share of its tasks a cheater lies in, once it lies at all. */
  readonly s: number;
  readonly colluding: boolean;
  readonly liar?: LiarName;
}

export interface Sizes {
  readonly seed: number;
  readonly tasksPerSeat: number;
  readonly seats: number;
  /** Units a phone takes at once. */
  readonly unitsAtOnce: number;
  /** Units a phone does on one day, if fewer than it may. */
  readonly unitsADay?: number;
  readonly startsWithinMs?: number;
}

export interface Row extends RowSpec {
  readonly seats: number;
  /** Units paid for (copies compared count as one task). */
  readonly tasks: number;
  readonly releasedAnswers: number;
  /** Answers whose numbers are not true; of rivals also those made with a wrong result. */
  readonly wrongReleased: number;
  readonly wrongReleasedCount: number;
  /** Share of the tasks paid for in which a chunk is wrong. */
  readonly wrongCredited: number;
  readonly wrongCreditedCount: number;
  /** Share of answers that are true and not the best: at release, and when all corrections are made. */
  readonly qualityLost: number;
  readonly qualityLostAtLast: number;
  readonly overhead: number;
  /** Without settlement: what phones cost that go on working. Here all of them stop for good, and are settled. */
  readonly overheadGoingOn: number;
  /** The same by what for, in units a unit paid. */
  readonly overheadOf: Readonly<Record<string, number>>;
  readonly convictions: number;
  readonly falseConvictions: number;
  /** Results of honest devices that were not paid. */
  readonly honestVoided: number;
  readonly daysToFinal: number;
  /** Devices that cheaters used up. */
  readonly identities: number;
  readonly logHash: string;
}

export const RATES = [0.01, 0.03, 0.1, 0.3, 1] as const;

/** Every line for a share of cheaters. The longest come first, so that two processes end together. */
export function rowSpecs(f: number): readonly RowSpec[] {
  const specs: RowSpec[] = [];
  for (const policy of schemeNames) {
    for (const s of RATES) for (const colluding of [false, true]) specs.push({ policy, f, s, colluding });
    specs.push({ policy, f: 0, s: 0, colluding: false });
  }
  for (const liar of ['sleeper', 'hider'] as const)
    specs.push({ policy: 'ours-standard', f, s: 0.1, colluding: false, liar });
  for (const liar of ['burst', 'late-burst', 'hit-and-run', 'hit-and-run-unsettled'] as const)
    specs.push({ policy: 'ours-standard', f, s: 1, colluding: false, liar });
  specs.push({ policy: 'boinc-adaptive-leaks', f, s: 1, colluding: false, liar: 'hoarder' });
  return specs;
}

const isOurs = (policy: SchemeName): boolean => policy.startsWith('ours');

/**
 * 40 seats, two of which cheat at f = .05. Rivals' cheats are measured over seven tenths of the tasks: time is short, and
 * theirs come in hundreds. Agreement of two remembers nothing of anybody, so there a fifth of the tasks is shared between five
 * times as many: how often two colluders meet depends on how many accounts there are. And since the next phone's second copies
 * are of the very tasks that one phone took together, they take four units at once, on many days and all in the same hour:
 * else few pairs meet, and a row would show which.
 */
export function sizesOf({ policy, f }: RowSpec, seed: number, tasks: number): Sizes {
  if (policy === 'quorum2') {
    const tasksPerSeat = Math.ceil(tasks / 5);
    return { seed, tasksPerSeat, seats: 200, unitsAtOnce: 4, unitsADay: 40, startsWithinMs: HOUR };
  }
  const tasksPerSeat = isOurs(policy) || f === 0 ? tasks : Math.ceil(0.7 * tasks);
  return { seed, tasksPerSeat, seats: 40, unitsAtOnce: MAX_UNITS };
}

/** Tasks before the first lie: past probation (or past where BOINC always compares), where lying cannot pay. */
const honestAtFirst = (policy: SchemeName): number => {
  if (policy === 'ours-strict') return 14;
  return isOurs(policy) ? 9 : policy === 'boinc-adaptive' ? 10 : 0;
};

/** Trusted enough that one task in 50 is re-run whole or at the chunk. */
const TRUSTED_AFTER = 500;
const MATURES_AFTER = POLICY.maturityTasks;

function conductOf({ policy, s, liar }: RowSpec): Conduct {
  switch (liar) {
    case 'sleeper':
      return { name: 'constant', from: TRUSTED_AFTER, share: s };
    case 'burst':
      return { name: 'burst', from: honestAtFirst(policy), lies: 8, rest: MATURES_AFTER + 1 };
    case 'late-burst': // the best of evidence/best-liar.ts
      return { name: 'burst', from: 43, lies: 21, rest: MATURES_AFTER + 1 };
    case 'hit-and-run':
    case 'hit-and-run-unsettled':
      return { name: 'burst', from: 16, lies: 5, rest: 0 };
    case 'hider':
    case 'hoarder':
    case undefined:
      if (policy === 'boinc-adaptive-leaks') return { name: 'reader', least: 10, share: s };
      return { name: 'constant', from: honestAtFirst(policy), share: s };
    default:
      return unreachable(liar);
  }
}

function cheatOf(spec: RowSpec, unitsAtOnce: number): Cheat {
  const lie: LieKind = spec.liar === 'hider' ? 'hiding' : 'sparse';
  // One unit a scheduler call is drawn for by itself; who takes sixteen has them all trusted, or none.
  const most = spec.policy === 'boinc-adaptive-leaks' && spec.liar !== 'hoarder' ? 1 : unitsAtOnce;
  return { conduct: conductOf(spec), lie, isColluding: spec.colluding, most, comesBack: true };
}

const schemeOf = ({ policy, liar }: RowSpec): Scheme =>
  liar === 'hit-and-run-unsettled' ? unsettled(SCHEMES[policy]) : SCHEMES[policy];

export async function runRow(spec: RowSpec, { unitsAtOnce, ...sizes }: Sizes): Promise<Row> {
  const result = await runTrial({
    ...sizes,
    scheme: schemeOf(spec),
    f: spec.f,
    cheat: spec.f > 0 ? cheatOf(spec, unitsAtOnce) : undefined,
    unitsAtOnce,
    // One answer a unit where answers are counted; eight, which cost a third, where they are not.
    unitsPerJob: spec.policy === 'ours-standard' && spec.f > 0 ? 1 : 8,
  });
  const [incident] = result.incidents;
  if (incident !== undefined) throw new Error(`${JSON.stringify(spec)}: ${incident}`);
  return rowOf(spec, sizes.seats, result);
}

function rowOf(spec: RowSpec, seats: number, { tally, reruns, days, identities, logHash }: TrialResult): Row {
  const isCompared = tally.copies > 0;
  const tasks = isCompared ? tally.standing : tally.credited;
  const wrong = isCompared ? tally.wrongStanding : tally.wrongCredited;
  const wrongAnswers = isOurs(spec.policy) ? tally.falseAnswers : tally.taintedAnswers;
  const share = (count: number, of: number): number => (of === 0 ? 0 : count / of);
  const units = (chunks: number): number => share(chunks / 64, tasks);
  const overheadOf: Record<string, number> = isCompared
    ? { copies: share(tally.copies - tasks, tasks), spotChecks: units(reruns.background) }
    : {
        gate: units(reruns.answer - tally.rounds),
        whole: units(reruns.background - 64 * tally.settled),
        settlement: share(tally.settled, tasks),
        winner: units(tally.rounds),
        second: units(reruns.second),
      };
  const overhead = Object.values(overheadOf).reduce((sum, part) => sum + part);
  return {
    ...spec,
    seats,
    tasks,
    releasedAnswers: tally.answers,
    wrongReleased: share(wrongAnswers, tally.answers),
    wrongReleasedCount: wrongAnswers,
    wrongCredited: share(wrong, tasks),
    wrongCreditedCount: wrong,
    qualityLost: share(tally.worseAnswers, tally.answers),
    qualityLostAtLast: share(tally.worseAtLast, tally.answers),
    overhead,
    overheadGoingOn: overhead - (overheadOf['settlement'] ?? 0),
    overheadOf,
    convictions: tally.convictions,
    falseConvictions: tally.falseConvictions,
    honestVoided: tally.honestVoided,
    daysToFinal: days,
    identities,
    logHash,
  };
}

export const specAt = (specs: readonly RowSpec[], index: number): RowSpec => must(specs[index], `row ${index}`);
