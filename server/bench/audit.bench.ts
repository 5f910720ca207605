/**
 * What a server core audits, and how long answers wait for it. One audit thread, real route kernels.
 *
 *   - capacity: whole units a second (64 chunks each), and units a second audited as the policy has it: chunks a second ÷
 *     the chunks it re-runs of a unit, on average over a device's first 1,000 (bar: 24)
 *   - delay: units arrive at random (Poisson, whether the thread keeps up or not) at 80 % of that capacity. Gates and the
 *     chunk a round rests on are waited for; whole re-runs follow their gate in the background. Timed from the instant a
 *     request was due to be asked (bar: an answer within 1 s)
 *
 * `--naive` takes turns with the plain way, one line for all and tasks in one piece, on the same arrivals.
 *
 *   node server/bench/audit.bench.ts [--rounds 7] [--seconds 40] [--load 0.8] [--jobs 4] [--naive] [--json]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { must } from '../../shared/assert.ts';
import { jobId, type JobId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import { pcg32 } from '../../shared/rng.ts';
import { SECOND } from '../../shared/time.ts';
import { buildKernels } from '../../wasm/build.ts';
import { routePlan } from '../../wasm/kinds/route-plan/kind.ts';
import { loadKernel, loadSecondKernel } from '../../wasm/load-node.ts';
import type { AuditExecutor, RoundOfJob } from '../core/ports.ts';
import { AuditThreads } from '../executors/audit/audit-threads.ts';
import { afterMs } from '../executors/kernel-pool.ts';
import { drawArrivals, play, WHOLE, type Delays } from './audit-load.ts';
import { auditMix, meanChunks, UNITS_PER_WINNER } from './audit-mix.ts';
import { FirstCome } from './first-come.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    seconds: { type: 'string', default: '40' },
    load: { type: 'string', default: '0.8' },
    jobs: { type: 'string', default: '4' },
    naive: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const FIXTURES = join(import.meta.dirname, '../../wasm/kinds/route-plan/fixtures');
const INPUTS = [
  { stops: 100, file: 'kroA100.tsp' },
  { stops: 1_000, file: 'new-york-1000.csv' },
] as const;
const LEAST_UNITS_PER_SECOND = 24;
const LONGEST_ANSWER_MS = 1_000;
/** Arrivals come in stretches; the two ways take turns, each ends what it was asked before the other begins. */
const STRETCHES = 4;

type Rerun = Pick<AuditExecutor, 'rerun'>;

/** A round as jobs have them; equal ids mean equal inputs. */
function roundOf(id: number, file: string): RoundOfJob {
  const read = routePlan.read(readFileSync(join(FIXTURES, file), 'utf8'));
  if (!read.ok) throw new Error(read.error.message);
  const { jobInput } = routePlan.blind(read.value, pcg32(BigInt(id)));
  return { kind: 'route-plan', jobId: jobId(id), round: 1, jobInput, roundInput: new Uint8Array(0) };
}

const quantile = (numbers: readonly number[], share: number): number =>
  numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(share * numbers.length))] ?? 0;

async function timeWhole(executor: Rerun, round: RoundOfJob, task: number): Promise<number> {
  const from = performance.now();
  await executor.rerun({ ...round, task, chunks: WHOLE, urgency: 'background', build: 'first' });
  return performance.now() - from;
}

/** Whole units one after the other, the inputs taking turns; the first of each warms up and is left out. */
async function measureCapacity(executor: Rerun, chunksPerUnit: number): Promise<readonly CapacityRow[]> {
  const rounds = INPUTS.map(({ file }, i) => roundOf(1 + i, file));
  const times: number[][] = INPUTS.map(() => []);
  for (let task = 0; task <= Number(values.rounds); task++) {
    for (const [i, round] of rounds.entries()) {
      const ms = await timeWhole(executor, round, task);
      if (task > 0) times[i]?.push(ms);
    }
  }
  return INPUTS.map(({ stops }, i) => {
    const [best, middle] = [0, 0.5].map((share) => SECOND / quantile(times[i] ?? [], share));
    const audited = CHUNKS_PER_TASK / chunksPerUnit;
    const [whole, wholeMedian] = [must(best, 'a best time'), must(middle, 'a median')];
    return {
      stops,
      wholeUnitsPerSecond: whole,
      wholeUnitsPerSecondMedian: wholeMedian,
      auditedUnitsPerSecond: whole * audited,
      auditedUnitsPerSecondMedian: wholeMedian * audited,
      chunkMs: SECOND / whole / CHUNKS_PER_TASK,
    };
  });
}

interface CapacityRow {
  readonly stops: number;
  /** Best of the rounds: what a core does that is left alone. */
  readonly wholeUnitsPerSecond: number;
  readonly wholeUnitsPerSecondMedian: number;
  readonly auditedUnitsPerSecond: number;
  readonly auditedUnitsPerSecondMedian: number;
  readonly chunkMs: number;
}

interface Way {
  readonly name: 'ours' | 'naive';
  readonly executor: Rerun;
  readonly delays: Delays;
}

const summary = (delays: readonly number[]) => ({
  requests: delays.length,
  p50Ms: quantile(delays, 0.5),
  p99Ms: quantile(delays, 0.99),
  maxMs: Math.max(0, ...delays),
});

await buildKernels();
const kernels = {
  first: new Map([['route-plan', loadKernel('route-plan').module]]),
  second: new Map([['route-plan', loadSecondKernel('route-plan').module]]),
};
const ours = new AuditThreads({
  threads: 1,
  kernels,
  after: afterMs,
  clock: () => performance.now(),
  onHopeless: (id: JobId) => {
    throw new Error(`job ${id} kills every thread`);
  },
});
const plain = new FirstCome(1, kernels);

const mix = auditMix(POLICY, 200, 1_000, pcg32(1n));
const chunksPerUnit = meanChunks(mix);
const capacity = await measureCapacity(ours, chunksPerUnit);
// Arrivals are of both inputs alike. What the core does on average, not at its best: load is relative to that.
const chunksPerSecond =
  (capacity.reduce((sum, row) => sum + row.wholeUnitsPerSecondMedian, 0) / capacity.length) * CHUNKS_PER_TASK;
const unitsPerSecond = (Number(values.load) * chunksPerSecond) / (chunksPerUnit + 1 / UNITS_PER_WINNER);

const rounds = Array.from({ length: Number(values.jobs) }, (_, i) =>
  roundOf(1 + i, must(INPUTS[i % INPUTS.length], 'an input').file),
);
const endMs = Number(values.seconds) * SECOND;
const arrivals = drawArrivals(pcg32(2n), { mix, rounds, unitsPerSecond, endMs });
const way = (name: 'ours' | 'naive', executor: Rerun): Way => ({
  name,
  executor,
  delays: { answer: [], background: [] },
});
const ways = [way('ours', ours), ...(values.naive ? [way('naive', plain)] : [])];
// Both have their thread and every round prepared.
for (const { executor } of ways) for (const round of rounds) await timeWhole(executor, round, 64);
for (let stretch = 0; stretch < STRETCHES; stretch++) {
  const within = arrivals.filter(({ atMs }) => Math.floor((STRETCHES * atMs) / endMs) === stretch);
  for (const { executor, delays } of stretch % 2 === 0 ? ways : ways.toReversed()) await play(executor, within, delays);
}

const report = {
  capacity,
  chunksPerUnit,
  /** With the chunk that each round rests on. */
  chunksPerUnitAndWinner: chunksPerUnit + 1 / UNITS_PER_WINNER,
  load: { share: Number(values.load), unitsPerSecond, units: arrivals.length, jobs: rounds.length },
  delay: Object.fromEntries(
    ways.map(({ name, delays }) => [name, { answer: summary(delays.answer), background: summary(delays.background) }]),
  ),
  /** As the executor tells the coordinator. */
  toldUnitsPerSecond: ours.unitsPerSecond(),
};
await Promise.all([ours.stop(), plain.stop()]);

if (values.json) console.log(JSON.stringify(report));
else {
  for (const row of capacity) {
    const both = (best: number, median: number): string => `${best.toFixed(2)} (median ${median.toFixed(2)})`;
    console.log(
      `${row.stops} stops, a core: ${both(row.wholeUnitsPerSecond, row.wholeUnitsPerSecondMedian)} whole units/s, ` +
        `${both(row.auditedUnitsPerSecond, row.auditedUnitsPerSecondMedian)} audited units/s (bar ${LEAST_UNITS_PER_SECOND}), ` +
        `${row.chunkMs.toFixed(2)} ms a chunk`,
    );
  }
  console.log(
    `chunks re-run of a unit: ${chunksPerUnit.toFixed(2)}, ${((100 * chunksPerUnit) / CHUNKS_PER_TASK).toFixed(1)} % of it`,
  );
  console.log(
    `load ${report.load.share}: ${unitsPerSecond.toFixed(1)} units/s for ${values.seconds} s, ${rounds.length} jobs`,
  );
  for (const { name, delays } of ways) {
    for (const urgency of ['answer', 'background'] as const) {
      const { requests, p50Ms, p99Ms, maxMs } = summary(delays[urgency]);
      const bar = urgency === 'answer' ? ` (bar ${LONGEST_ANSWER_MS})` : '';
      console.log(
        `${name}, ${urgency}: ${requests} requests, p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms, max ${maxMs.toFixed(0)} ms${bar}`,
      );
    }
  }
}
