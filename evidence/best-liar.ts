/**
 * How much can somebody be paid for lies who knows the rules, hears nothing of audits, and may come back under a new name for
 * free? A number for each schedule of re-runs: the share of all its tasks that the best open-loop liar gets credited wrong.
 * Open loop, because audits are silent: until a conviction there is nothing to react to.
 *
 *   node evidence/best-liar.ts [--f 0.05] [--json]
 *
 * Four kinds of plan are searched. *Rate*: after `honest` tasks lie in a share of all. *Burst*: lie in `lies` tasks in a row,
 * then be honest until they have matured. *Bursts*: the same again and again under one name. *Leave*: go after `after` further
 * tasks and let a week pass. Whoever is found out, or done, begins again at task 0. A lie is one wrong chunk of 64: the hardest
 * to find. Postings come once a day, which is left out here; `daily` counts it in for a device that does 300 tasks each day and
 * lies at the best constant rate.
 */
import { parseArgs } from 'node:util';
import { POLICY, type Policy } from '../shared/model/policy.ts';

const CHUNKS = 64;
/** Tasks of one identity that are looked at. */
const HORIZON = 3_000;
/** Five hours of work at two in a hundred: what the byte budget of a day allows. */
const TASKS_A_DAY = 300;

/** What a device meets at each of its tasks, as expected: how likely a lie is found, and what checking costs in units. */
interface Schedule {
  readonly name: string;
  readonly maturityTasks: number;
  readonly found: Float64Array;
  readonly cost: Float64Array;
  /** Chunks verified before each task. */
  readonly trust: Float64Array;
  /** How likely a result that posts by time, with so many further tasks behind it, is re-run first. */
  readonly settled: (further: number, trust: number) => number;
}

interface Plan {
  readonly kind: 'rate' | 'daily' | 'burst' | 'bursts' | 'leave';
  /** Of all tasks done under all names: paid for, and wrong. */
  readonly share: number;
  readonly honest: number;
  readonly lies?: number;
  readonly after?: number;
  readonly rate?: number;
}

/** By the policy's own rules, with trust at its expected value. */
function scheduleOf(name: string, { audit, probationTasks, maturityTasks }: Policy): Schedule {
  const found = new Float64Array(HORIZON);
  const cost = new Float64Array(HORIZON);
  const trusts = new Float64Array(HORIZON);
  let trust = 0;
  for (let task = 0; task < HORIZON; task++) {
    trusts[task] = trust;
    const isNew = task < probationTasks;
    const gate = isNew ? audit.probationGateChunks : audit.gateChunks;
    const whole = isNew ? 1 : Math.min(1, audit.wholeFloor + (audit.wholeTrust / Math.max(1, trust)) ** 2);
    found[task] = whole + (1 - whole) * (gate / CHUNKS);
    cost[task] = whole + gate / CHUNKS;
    trust += gate + CHUNKS * whole;
  }
  const settled = (further: number, of: number): number =>
    Math.min(1, ((audit.settleRate * (maturityTasks + 1)) / (further + 1)) * Math.min(1, audit.settleTrust / of) ** 2);
  return { name, maturityTasks, found, cost, trust: trusts, settled };
}

/** One rate for everybody who is past probation. */
function flat(name: string, rate: number, { probationTasks, maturityTasks }: Policy): Schedule {
  const found = Float64Array.from({ length: HORIZON }, (_, task) => (task < probationTasks ? 1 : rate));
  return { name, maturityTasks, found, cost: found, trust: new Float64Array(HORIZON), settled: () => 1 };
}

const withAudit = (policy: Policy, audit: Partial<Policy['audit']>): Policy => ({
  ...policy,
  audit: { ...policy.audit, ...audit },
});

/** sums[i] = Σ of the first i. */
function sumsOf(values: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) sums[i + 1] = sums[i]! + values[i]!;
  return sums;
}

const hidden = (found: ArrayLike<number>): Float64Array =>
  sumsOf(Array.from(found, (p) => Math.log1p(-Math.min(p, 1 - 1e-12))));

/** Honest beginnings, and lengths of bursts and of what follows them, that are tried: every one at first, then coarser. */
const steps = (to: number): readonly number[] => {
  const tried: number[] = [];
  for (let i = 0; i <= to; i = i < 40 ? i + 1 : Math.ceil(i * 1.06)) tried.push(i);
  return tried;
};

function bestPlan(schedule: Schedule, kinds: readonly Plan['kind'][]): Plan {
  let best: Plan = { kind: 'rate', share: 0, honest: 0, rate: 0 };
  for (const kind of kinds) {
    for (const plan of plansOf(schedule, kind)) if (plan.share > best.share) best = plan;
  }
  return best;
}

function plansOf(schedule: Schedule, kind: Plan['kind']): Iterable<Plan> {
  if (kind === 'rate' || kind === 'daily') return rates(schedule, kind);
  return kind === 'bursts' ? manyBursts(schedule) : bursts(schedule, kind);
}

/** Burst after burst under one name, for as long as it lasts. */
function* manyBursts({ found, maturityTasks }: Schedule): Iterable<Plan> {
  const unfound = hidden(found);
  for (const honest of steps(HORIZON / 3)) {
    for (let lies = 1; lies <= 60; lies++) {
      let [alive, tasks, paid, at] = [1, honest, 0, honest];
      while (at + lies + maturityTasks < HORIZON) {
        for (let i = 0; i < lies; i++) tasks += alive * Math.exp(unfound[at + i]! - unfound[at]!);
        alive *= Math.exp(unfound[at + lies]! - unfound[at]!);
        tasks += alive * maturityTasks;
        paid += alive * lies;
        at += lies + maturityTasks;
        yield { kind: 'bursts', honest, lies, share: paid / tasks };
      }
    }
  }
}

function* bursts({ found, settled, trust, maturityTasks }: Schedule, kind: 'burst' | 'leave'): Iterable<Plan> {
  const unfound = hidden(found);
  for (const honest of steps(HORIZON / 2)) {
    let alive = 0; // Σ chance that each lie is still told
    for (let lies = 1; lies <= 300 && honest + lies < HORIZON; lies++) {
      alive += Math.exp(unfound[honest + lies - 1]! - unfound[honest]!);
      const lasts = Math.exp(unfound[honest + lies]! - unfound[honest]!);
      if (kind === 'burst') {
        yield { kind, honest, lies, share: (lies * lasts) / (honest + alive + lasts * maturityTasks) };
        continue;
      }
      for (const after of steps(maturityTasks - 1)) {
        const known = trust[honest + lies + after] ?? 0;
        let posts = lasts;
        for (let further = after; further < after + lies && posts > 1e-6; further++)
          posts *= 1 - settled(further, known);
        yield { kind, honest, lies, after, share: (lies * posts) / (honest + alive + lasts * after) };
      }
    }
  }
}

function* rates({ found, maturityTasks }: Schedule, kind: 'rate' | 'daily'): Iterable<Plan> {
  const postsAt = (task: number): number =>
    kind === 'rate' ? task + 1 + maturityTasks : Math.ceil((task + 1 + maturityTasks) / TASKS_A_DAY) * TASKS_A_DAY;
  for (const honest of steps(HORIZON / 2)) {
    for (const rate of [0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1]) {
      yield { kind, honest, rate, share: shareAtRate(found, postsAt, honest, rate) };
    }
  }
}

/** A lie is paid when nothing has been found until it has matured; what is found ends the identity. */
function shareAtRate(found: Float64Array, postsAt: (task: number) => number, honest: number, rate: number): number {
  let tasks = 0;
  let paid = 0;
  const alive = new Float64Array(HORIZON + 1);
  alive[0] = 1;
  for (let task = 0; task < HORIZON; task++) {
    tasks += alive[task]!;
    alive[task + 1] = alive[task]! * (task < honest ? 1 : 1 - rate * found[task]!);
  }
  for (let task = honest; postsAt(task) <= HORIZON; task++) paid += rate * alive[postsAt(task)]!;
  return paid / tasks;
}

/** Units of re-runs a unit, over an honest device's first thousand tasks. */
const overheadOf = ({ cost }: Schedule): number => sumsOf(cost)[1_000]! / 1_000;

/** Units that are re-run when an honest device stops for a week after a thousand tasks: of each task not matured. */
const stopCost = ({ settled, trust, maturityTasks }: Schedule): number =>
  Array.from({ length: maturityTasks }, (_, further) => settled(further, trust[1_000]!)).reduce(
    (sum, rate) => sum + rate,
    0,
  );

/** The lowest rate at which leaving is worth no more than staying. */
function settleRateNeeded(policy: Policy): number {
  const staying = bestPlan(scheduleOf('', policy), ['rate', 'burst', 'bursts']).share;
  let [low, high] = [0, policy.audit.settleRate];
  while (high - low > 0.0002) {
    const middle = (low + high) / 2;
    if (bestPlan(scheduleOf('', withAudit(policy, { settleRate: middle })), ['leave']).share > staying) low = middle;
    else high = middle;
  }
  return high;
}

const STRICT: Policy = {
  ...withAudit(POLICY, { wholeFloor: 0.02, wholeTrust: 260, settleRate: 0.06 }),
  probationTasks: 10,
  maturityTasks: 500,
};

function report(f: number): readonly object[] {
  const schedules = [
    flat('one rate (4.5 %)', 0.0452, POLICY),
    scheduleOf('ours, standard', POLICY),
    scheduleOf('ours, strict', STRICT),
    scheduleOf('ours, standard, never settled', withAudit(POLICY, { settleRate: 0 })),
  ];
  return schedules.map((schedule) => {
    const best = bestPlan(schedule, ['rate', 'burst', 'bursts', 'leave']);
    const ofKind = (kind: Plan['kind']): Plan => bestPlan(schedule, [kind]);
    return {
      schedule: schedule.name,
      overhead: overheadOf(schedule),
      stopCostUnits: schedule.name.startsWith('ours') ? stopCost(schedule) : undefined,
      best,
      wrongOfAll: f * best.share,
      byKind: {
        rate: ofKind('rate'),
        daily: ofKind('daily'),
        burst: ofKind('burst'),
        bursts: ofKind('bursts'),
        leave: ofKind('leave'),
      },
    };
  });
}

const { values } = parseArgs({
  options: { f: { type: 'string', default: '0.05' }, json: { type: 'boolean', default: false } },
});
const f = Number(values.f);
const rows = report(f);
const needed = { standard: settleRateNeeded(POLICY), strict: settleRateNeeded(STRICT) };
if (values.json) console.log(JSON.stringify({ f, rows, settleRateNeeded: needed }));
else {
  for (const row of rows) console.log(row);
  console.log('the lowest settleRate at which leaving pays no more than staying', needed);
}
