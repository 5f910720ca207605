import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { must } from '../../../shared/assert.ts';
import { viewOf } from '../../../shared/bytes.ts';
import { CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import { pcg32 } from '../../../shared/rng.ts';
import { loadBaselineKernel, loadKernel } from '../../load-node.ts';
import { answerLocally } from '../../runtime/answer-locally.ts';
import { openKernel } from '../../runtime/kernel.ts';
import { runChunk } from '../../runtime/run-chunk.ts';
import { testKind } from '../../testing/test-kind.ts';
import type { Metric, RouteAnswer, RouteSpec, Stop } from './codec.ts';
import { routePlan, routePlanWith } from './kind.ts';
import { prepareReference, runReference } from './testing/reference.ts';

const SHORT = 20_000; // ops a chunk: 30 µs
const kernel = openKernel(loadKernel('route-plan').module);
const nothing = new Uint8Array(0);

const readFixture = (name: string): RouteSpec => {
  const read = routePlan.read(readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8'));
  if (!read.ok) throw new Error(read.error.message);
  return read.value;
};

/** The length again, by a way of its own: the file's coordinates, the metric's definition. */
function lengthOf(spec: RouteSpec, tour: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < tour.length; i++) {
    const a = must(spec.stops[must(tour[i], 'a stop')], 'a stop');
    const b = must(spec.stops[must(tour[(i + 1) % tour.length], 'a stop')], 'a stop');
    const way = Math.hypot(a[0] - b[0], a[1] - b[1]);
    sum += spec.metric === 'nint' ? Math.round(way) : way;
  }
  return sum;
}

function expectTour(spec: RouteSpec, answer: RouteAnswer): void {
  expect(answer.tour.toSorted((a, b) => a - b)).toEqual(spec.stops.map((_, i) => i));
  expect(answer.tour[0]).toBe(0);
  expect(answer.length).toBeCloseTo(lengthOf(spec, answer.tour), 2);
}

/** Every order of 1 … n - 1 behind 0. */
function shortest(spec: RouteSpec): number {
  const rest = spec.stops.map((_, i) => i).slice(1);
  let best = Infinity;
  const visit = (done: number[], left: number[]): void => {
    if (left.length === 0) best = Math.min(best, lengthOf(spec, [0, ...done]));
    for (const next of left) {
      visit(
        [...done, next],
        left.filter((other) => other !== next),
      );
    }
  };
  visit([], rest);
  return best;
}

const anyStops = (min: number, max: number): fc.Arbitrary<Stop[]> =>
  fc.array(fc.tuple(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: -3000, max: 3000 })), {
    minLength: min,
    maxLength: max,
  });

const anyMetric = fc.constantFrom<Metric>('nint', 'euclid');

testKind<RouteSpec, RouteAnswer>({
  kind: routePlanWith(SHORT),
  effort: { units: 3, rounds: 2 },
  anySpec: fc.record({ metric: anyMetric, stops: anyStops(2, 40) }),
  checkAnswer: expectTour,
  checkScore(spec, score, value) {
    if (spec.metric === 'nint') expect(score).toBe(value);
  },
  checkHidden(spec, jobInput) {
    if (spec.stops.length < 8) return;
    const view = viewOf(jobInput);
    const scale = spec.metric === 'nint' ? view.getFloat64(16, true) : 1;
    const seen = spec.stops.map((_, i): Stop => [
      view.getInt32(24 + 8 * i, true) * scale,
      view.getInt32(28 + 8 * i, true) * scale,
    ]);
    const inPlace = spec.stops.filter(([x, y], i) => Math.hypot(x - seen[i]![0], y - seen[i]![1]) < 1);
    expect(inPlace.length).toBeLessThan(spec.stops.length / 2);
  },
});

describe('route-plan', () => {
  test('finds the shortest tour of up to 7 stops, duplicates and all', () => {
    fc.assert(
      fc.property(fc.record({ metric: anyMetric, stops: anyStops(2, 7) }), (spec) => {
        const kind = routePlanWith(SHORT);
        const answer = answerLocally({ kind, kernel, spec, chunkCount: CHUNKS_PER_TASK, rng: pcg32(1n) });
        expectTour(spec, answer);
        expect(answer.length).toBeCloseTo(shortest(spec), 2);
      }),
      { numRuns: 25 },
    );
  });

  test('is optimal on berlin52 in one unit: 7542', () => {
    const spec = readFixture('berlin52.tsp');
    const answer = answerLocally({ kind: routePlan, kernel, spec, chunkCount: 8, rng: pcg32(2n) });
    expectTour(spec, answer);
    expect(answer.length).toBe(7542);
  });

  test.each(['berlin52.tsp', 'kroA100.tsp', 'a280.tsp'])('blinding keeps every rounded distance of %s', (name) => {
    const spec = readFixture(name);
    const kind = routePlanWith(200_000);
    for (const seed of [1n, 2n, 3n]) {
      const { jobInput, key } = kind.blind(spec, pcg32(seed));
      const { digest, candidate } = runChunk(kernel, jobInput, nothing, 5);
      expect(kind.certify(spec, key, candidate)).toEqual({ hash: digest.hash, value: digest.score });
    }
  });

  test.each(['berlin52.tsp', 'kroA100.tsp', 'a280.tsp', 'sample-places.csv', 'new-york-1000.csv'])(
    'with SIMD and without, in slices or not, chunks of %s give the same bytes',
    (name) => {
      const baseline = openKernel(loadBaselineKernel('route-plan').module);
      const { jobInput } = routePlanWith(300_000).blind(readFixture(name), pcg32(5n));
      for (const chunk of [0, 1, 2, 3]) {
        const expected = runChunk(kernel, jobInput, nothing, chunk);
        expect(runChunk(baseline, jobInput, nothing, chunk)).toEqual(expected);
        baseline.startChunk(chunk);
        while (baseline.step(7_001) > 0);
        expect({ digest: baseline.digest(), candidate: baseline.candidate() }).toEqual(expected);
      }
    },
  );

  test('a later round starts from the best tour and never ends above it', () => {
    const spec = readFixture('sample-places.csv');
    const kind = routePlanWith(50_000);
    const { jobInput } = kind.blind(spec, pcg32(4n));
    const { digest, candidate } = runChunk(kernel, jobInput, nothing, 0);
    const plan = must(kind.plan(spec, { units: 2, rounds: 2 }, [{ score: digest.score, candidate }]), 'a second round');
    for (let i = 0; i < 8; i++) {
      expect(runChunk(kernel, jobInput, plan.roundInput, i).digest.score).toBeLessThanOrEqual(digest.score);
    }
  });

  test('stops all in one place make a tour of length 0', () => {
    const spec: RouteSpec = { metric: 'euclid', stops: Array.from({ length: 30 }, (): Stop => [5, 5]) };
    const answer = answerLocally({ kind: routePlanWith(SHORT), kernel, spec, chunkCount: 2, rng: pcg32(1n) });
    expectTour(spec, answer);
    expect(answer.length).toBe(0);
  });

  test('equals the plain TypeScript port bit for bit, first round and later', () => {
    const pool = readFixture('new-york-1000.csv').stops;
    for (const [count, chunkOps] of [
      [2, 500],
      [3, 500],
      [4, 500],
      [5, 5000],
      [9, 20_000],
      [60, 200_000],
      [1000, 1_500_000],
    ] as const) {
      const spec: RouteSpec = { metric: 'euclid', stops: pool.slice(0, count) };
      const kind = routePlanWith(chunkOps);
      const { jobInput } = kind.blind(spec, pcg32(BigInt(count)));
      let roundInput: Uint8Array = nothing;
      for (const chunks of [
        [0, 1, 2, 3],
        [0, 1, 2, 3, 4294967295],
      ]) {
        prepareReference(jobInput, roundInput);
        const results = chunks.map((index) => runChunk(kernel, jobInput, roundInput, index));
        expect(chunks.map((index) => runReference(index))).toEqual(results);
        const { digest, candidate } = must(results[0], 'a result');
        roundInput = must(
          kind.plan(spec, { units: 2, rounds: 2 }, [{ score: digest.score, candidate }]),
          'round',
        ).roundInput;
      }
    }
  });

  test('units are shared out over the rounds, and the plan ends', () => {
    const spec = readFixture('berlin52.tsp');
    const outcome = { score: 1, candidate: new Uint8Array(104) };
    const counts = [0, 1, 2, 3].map(
      (round) =>
        routePlan.plan(
          spec,
          { units: 8, rounds: 3 },
          Array.from({ length: round }, () => outcome),
        )?.taskCount,
    );
    expect(counts).toEqual([2, 3, 3, undefined]);
  });

  test('memory stays within its cap at 1,000 stops', () => {
    const { jobInput } = routePlanWith(1000).blind(readFixture('new-york-1000.csv'), pcg32(1n));
    const fresh = openKernel(loadKernel('route-plan').module);
    runChunk(fresh, jobInput, nothing, 0);
    expect(fresh.memoryBytes()).toBeLessThan(5_000_000);
  });
});
