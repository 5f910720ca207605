/**
 * What carrying the best tour from round to round is worth on 1,000 real places: 48 units in R rounds, each round from the
 * best so far, beside the same 48 units as one round of independent restarts. Every chunk is 13 ms of one core, so a
 * run is 40 s of work; threads share it.
 *
 *   node evidence/carry-over.ts [--units 48] [--rounds 3,6] [--seeds 3] [--threads 2] [--json]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { pcg32 } from '../shared/rng.ts';
import { buildKernels } from '../wasm/build.ts';
import type { RoundOutcome } from '../wasm/kind.ts';
import { routePlan } from '../wasm/kinds/route-plan/kind.ts';
import { loadKernel } from '../wasm/load-node.ts';
import { openKernel } from '../wasm/runtime/kernel.ts';
import { runChunk } from '../wasm/runtime/run-chunk.ts';

/** The shortest tour over these places that any of our runs has found: what lengths are compared with. Not proven. */
const SHORTEST_SEEN_METRES = 3_058_387;

/** Metres after each round. */
interface Run {
  readonly seed: number;
  readonly rounds: number;
  readonly metres: readonly number[];
}

if (isMainThread) await report();
else parentPort?.postMessage(run(workerData));

function run({ units, rounds, seed }: { units: number; rounds: number; seed: number }): Run {
  const kernel = openKernel(loadKernel('route-plan').module);
  const read = routePlan.read(
    readFileSync(`${import.meta.dirname}/../wasm/kinds/route-plan/fixtures/new-york-1000.csv`, 'utf8'),
  );
  if (!read.ok) throw new Error(read.error.message);
  const spec = read.value;
  const { jobInput, key } = routePlan.blind(spec, pcg32(BigInt(seed)));
  const outcomes: RoundOutcome[] = [];
  const metres: number[] = [];
  for (;;) {
    const plan = routePlan.plan(spec, { units, rounds }, outcomes);
    if (!plan) return { seed, rounds, metres };
    let best: RoundOutcome | undefined;
    for (let i = 0; i < plan.taskCount * 64; i++) {
      const { digest, candidate } = runChunk(kernel, jobInput, plan.roundInput, i);
      if (!best || digest.score < best.score) best = { score: digest.score, candidate };
    }
    if (!best) throw new Error('expected a round with tasks');
    outcomes.push(best);
    metres.push(routePlan.merge(spec, key, outcomes).length);
  }
}

async function report(): Promise<void> {
  const { values } = parseArgs({
    options: {
      units: { type: 'string', default: '48' },
      rounds: { type: 'string', default: '3,6' },
      seeds: { type: 'string', default: '3' },
      threads: { type: 'string', default: '2' },
      json: { type: 'boolean', default: false },
    },
  });
  const units = Number(values.units);
  await buildKernels();
  const wanted = Array.from({ length: Number(values.seeds) }, (_, seed) =>
    [1, ...values.rounds.split(',').map(Number)].map((rounds) => ({ units, rounds, seed })),
  ).flat();
  const runs: Run[] = [];
  await Promise.all(
    Array.from({ length: Number(values.threads) }, async () => {
      for (let next = wanted.shift(); next; next = wanted.shift()) runs.push(await runInThread(next));
    }),
  );
  runs.sort((a, b) => a.seed - b.seed || a.rounds - b.rounds);
  if (values.json) {
    console.log(JSON.stringify({ instance: 'new-york-1000', units, shortestSeenMetres: SHORTEST_SEEN_METRES, runs }));
    return;
  }
  const above = (metres: number): string => `${((100 * metres) / SHORTEST_SEEN_METRES - 100).toFixed(3)} %`;
  console.log(`${units} units; above ${SHORTEST_SEEN_METRES / 1000} km, the shortest seen, after each round:`);
  for (const { seed, rounds, metres } of runs)
    console.log(`seed ${seed}, ${rounds} rounds: ${metres.map(above).join(' → ')}`);
  for (const rounds of new Set(runs.map((run) => run.rounds))) {
    const last = runs.filter((run) => run.rounds === rounds).map((run) => run.metres.at(-1) ?? NaN);
    console.log(
      `mean of ${last.length} seeds, ${rounds} rounds: ${above(last.reduce((sum, m) => sum + m, 0) / last.length)}`,
    );
  }
}

function runInThread(data: { units: number; rounds: number; seed: number }): Promise<Run> {
  return new Promise((resolve, reject) => {
    new Worker(new URL(import.meta.url), { workerData: data }).once('message', resolve).once('error', reject);
  });
}
