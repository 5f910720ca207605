import { must } from '../../../shared/assert.ts';
import { POLICY } from '../../../shared/model/policy.ts';
import { MAX_UNITS } from '../../../shared/protocol/frame-table.ts';
import type { Conduct } from './conduct.ts';
import { inProcesses } from './processes.ts';
import { SCHEMES, type SchemeName } from './schemes.ts';
import { runTrial } from './trial.ts';

export interface WorstCaseOptions {
  readonly f: string;
  readonly tasks: string;
  readonly seed: string;
  readonly json: boolean;
  readonly row?: string | undefined;
}

interface Plan {
  readonly policy: SchemeName;
  readonly plan: string;
  readonly conduct: Conduct;
  readonly isColluding?: boolean;
}

const REST = POLICY.maturityTasks + 1;
const rate = (share: number, isColluding = false): Plan => ({
  policy: 'ours-standard',
  plan: `s = ${share}${isColluding ? ', colluding' : ''}`,
  conduct: { name: 'constant', from: 9, share },
  isColluding,
});

/** The rates of the comparison that pay best, the best rate computed, and the best of the other plans (evidence/best-liar.ts). */
const PLANS: readonly Plan[] = [
  rate(0.03),
  rate(0.06),
  rate(0.1),
  rate(0.1, true),
  { policy: 'ours-standard', plan: 'burst', conduct: { name: 'burst', from: 22, lies: 21, rest: REST } },
  { policy: 'ours-standard', plan: 'bursts', conduct: { name: 'bursts', from: 26, lies: 23, rest: REST } },
  { policy: 'ours-standard', plan: 'leave', conduct: { name: 'burst', from: 5, lies: 9, rest: 80 } },
];

const SEATS = 50;
/** Populations a plan is run with; their scatter gives the error. */
const BATCHES = 4;

interface BatchRow {
  readonly plan: number;
  /** Of the tasks a liar hands in under all its names: paid for, and paid for and wrong. */
  readonly credited: number;
  readonly wrong: number;
  readonly falseAnswers: number;
  readonly answers: number;
}

/**
 * `npm run sim -- --scenario worst-case --f 0.05 --json`: what the plans that pay best get out of ours, known to a few
 * hundredths. In a comparison's row two liars sit among forty; here everybody lies, so that no time goes into honest work.
 * Audits and trust are each device's own, so what one liar gets does not depend on who else is there: among honest devices
 * with a share f of liars the share of all credited tasks that is wrong is f·wrong ÷ ((1 − f) + f·credited).
 */
export async function worstCase(options: WorstCaseOptions): Promise<number> {
  const [f, tasksPerSeat, seed] = [Number(options.f), Number(options.tasks), Number(options.seed)];
  if (!(f > 0 && f < 1) || !Number.isSafeInteger(tasksPerSeat) || tasksPerSeat < 1 || !Number.isSafeInteger(seed)) {
    console.error('Expected --f between 0 and 1, --tasks from 1 on and a whole --seed.');
    return 2;
  }
  if (options.row !== undefined) {
    console.log(JSON.stringify(await runBatch(Number(options.row), tasksPerSeat, seed)));
    return 0;
  }
  const args = ['--scenario', 'worst-case', '--f', options.f, '--tasks', options.tasks, '--seed', options.seed];
  const startedAt = performance.now();
  const batches = await inProcesses<BatchRow>(PLANS.length * BATCHES, args, (row, index, seconds) =>
    console.error(`${index + 1}/${PLANS.length * BATCHES} ${PLANS[row.plan]?.plan}: ${seconds.toFixed(1)} s`),
  );
  const rows = PLANS.map(({ policy, plan }, index) => ({
    policy,
    plan,
    f,
    ...wrongOfAll(
      f,
      batches.filter((batch) => batch.plan === index),
    ),
  }));
  for (const { plan, wrongCredited, plusMinus } of rows)
    console.error(`${plan.padEnd(22)} ${wrongCredited.toExponential(2)} ± ${plusMinus.toExponential(1)}`);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(options.json ? JSON.stringify({ scenario: 'worst-case', f, seed, tasksPerSeat, seconds, rows }) : '');
  return 0;
}

async function runBatch(row: number, tasksPerSeat: number, seed: number): Promise<BatchRow> {
  const plan = Math.floor(row / BATCHES);
  const { policy, conduct, isColluding = false } = must(PLANS[plan], `plan ${plan}`);
  const { tally, incidents } = await runTrial({
    scheme: SCHEMES[policy],
    seats: SEATS,
    f: 1,
    cheat: { conduct, lie: 'sparse', isColluding, most: MAX_UNITS, comesBack: true },
    tasksPerSeat,
    unitsPerJob: 8,
    seed: seed * 1000 + row,
  });
  const [incident] = incidents;
  if (incident !== undefined) throw new Error(`row ${row}: ${incident}`);
  const handedIn = SEATS * tasksPerSeat;
  const { credited, wrongCredited, falseAnswers, answers } = tally;
  return { plan, credited: credited / handedIn, wrong: wrongCredited / handedIn, falseAnswers, answers };
}

/** Mean over populations, and two standard errors of it. */
function wrongOfAll(f: number, batches: readonly BatchRow[]): Estimate {
  const each = batches.map(({ credited, wrong }) => (f * wrong) / (1 - f + f * credited));
  const mean = each.reduce((sum, one) => sum + one, 0) / each.length;
  const variance = each.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (each.length - 1);
  const sum = (of: (batch: BatchRow) => number): number => batches.reduce((total, batch) => total + of(batch), 0);
  return {
    wrongCredited: mean,
    plusMinus: 2 * Math.sqrt(variance / each.length),
    liars: SEATS * batches.length,
    answers: sum(({ answers }) => answers),
    wrongReleased: sum(({ falseAnswers }) => falseAnswers),
  };
}

interface Estimate {
  readonly wrongCredited: number;
  readonly plusMinus: number;
  readonly liars: number;
  readonly answers: number;
  readonly wrongReleased: number;
}
