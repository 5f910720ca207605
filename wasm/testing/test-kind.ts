/** What holds for every kind. A kind's own test calls this and adds what only it knows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import {
  CHUNKS_PER_TASK,
  DIGESTS_BYTES,
  NO_SCORE,
  bestChunk,
  candidateOf,
  digestAt,
} from '../../shared/protocol/output.ts';
import { pcg32 } from '../../shared/rng.ts';
import type { Effort, RoundOutcome, TaskKind } from '../kind.ts';
import { loadBaselineKernel, loadKernel, loadSecondKernel } from '../load-node.ts';
import { answerLocally } from '../runtime/answer-locally.ts';
import { ALL_OPS, BadKernelInput, type Kernel, openKernel } from '../runtime/kernel.ts';
import { runChunk } from '../runtime/run-chunk.ts';
import { type TaskInput, openTask } from '../runtime/run-task.ts';

export interface KindUnderTest<Spec, Answer> {
  readonly kind: TaskKind<Spec, Answer>;
  readonly anySpec: fc.Arbitrary<Spec>;
  readonly effort: Effort;
  /** Compares an answer with one found another way, or recomputes what it claims. Throws when they differ. */
  checkAnswer(spec: Spec, answer: Answer): void;
  /** Compares a blinded score with the value on the original data, where they are bound to agree. */
  checkScore(spec: Spec, score: number, value: number): void;
  /** What must not be found in a blinded input. */
  checkHidden(spec: Spec, jobInput: Uint8Array): void;
}

const NOTHING = new Uint8Array(0);
const MAX_INPUT_BYTES = 16 * 1024;

export function testKind<Spec, Answer>(under: KindUnderTest<Spec, Answer>): void {
  const { kind, anySpec, effort } = under;
  const { module } = loadKernel(kind.name);
  const shared = openKernel(module);
  const property = <Args extends [unknown, ...unknown[]]>(arbitraries: fc.IProperty<Args>, runs: number): void =>
    fc.assert(arbitraries, { numRuns: runs });
  const seeded = fc.bigInt(0n, 2n ** 64n - 1n);

  describe(`the contract of ${kind.name}`, () => {
    test('plan, run and merge give the answer that another way gives', () => {
      expect.hasAssertions();
      property(
        fc.property(anySpec, seeded, (spec, seed) => {
          under.checkAnswer(spec, answerOverRounds(kind, shared, spec, effort, seed));
        }),
        15,
      );
    });

    test('a small request is answered locally by the same rules', () => {
      property(
        fc.property(anySpec, seeded, (spec, seed) => {
          const chunkCount = effort.units * CHUNKS_PER_TASK;
          const rng = pcg32(seed);
          const { rounds } = effort;
          expect(answerLocally({ kind, kernel: shared, spec, chunkCount, rounds, rng })).toEqual(
            answerOverRounds(kind, shared, spec, effort, seed),
          );
        }),
        3,
      );
    });

    test('the output is the same whatever the slices, on a fresh kernel or a used one', () => {
      const slices = fc.oneof(
        fc.constant([1]),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 }),
      );
      property(
        fc.property(anySpec, seeded, slices, (spec, seed, budgets) => {
          const input = firstTask(kind, spec, seed);
          expect(runSliced(openKernel(module), input, budgets)).toEqual(runSliced(shared, input, [ALL_OPS]));
        }),
        8,
      );
    });

    test('an audit of any one chunk finds the digest of the output', () => {
      property(
        fc.property(anySpec, seeded, fc.integer({ min: 0, max: CHUNKS_PER_TASK - 1 }), (spec, seed, chunk) => {
          const input = firstTask(kind, spec, seed);
          const output = runSliced(shared, input, [ALL_OPS]);
          const audited = runChunk(openKernel(module), input.jobInput, NOTHING, chunk);
          expect(audited.digest).toEqual(digestAt(output, chunk));
          expect(runChunk(shared, input.jobInput, NOTHING, bestChunk(output).chunk).candidate).toEqual(
            candidateOf(output),
          );
        }),
        8,
      );
    });

    test.each([
      ['baseline', loadBaselineKernel(kind.name).module],
      ['second', loadSecondKernel(kind.name).module],
    ])('the %s build gives the digests and candidates of the first, in any round', (_, other) => {
      const second = openKernel(other);
      property(
        fc.property(anySpec, seeded, (spec, seed) => {
          const { jobInput } = kind.blind(spec, pcg32(seed));
          const outcomes: RoundOutcome[] = [];
          for (let plan = kind.plan(spec, effort, outcomes); plan; plan = kind.plan(spec, effort, outcomes)) {
            const chunks = Array.from({ length: plan.taskCount * CHUNKS_PER_TASK }, (_, i) => i);
            const { roundInput } = plan;
            const runs = chunks.map((chunk) => runChunk(shared, jobInput, roundInput, chunk));
            expect(chunks.map((chunk) => runChunk(second, jobInput, roundInput, chunk))).toEqual(runs);
            const best = must(runs.toSorted((a, b) => a.digest.score - b.digest.score)[0], 'a chunk');
            outcomes.push({ score: best.digest.score, candidate: best.candidate });
          }
          expect(outcomes.length).toBeGreaterThan(0);
        }),
        5,
      );
    });

    test('without SIMD the output of a task is the same bytes, in slices of other sizes', () => {
      const { module: baseline } = loadBaselineKernel(kind.name);
      const slices = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 4 });
      property(
        fc.property(anySpec, seeded, slices, (spec, seed, budgets) => {
          const input = firstTask(kind, spec, seed);
          expect(runSliced(openKernel(baseline), input, budgets)).toEqual(runSliced(shared, input, [ALL_OPS]));
        }),
        5,
      );
    });

    test('a candidate travels only if it beats the score to beat', () => {
      property(
        fc.property(anySpec, seeded, (spec, seed) => {
          const input = firstTask(kind, spec, seed);
          const { score } = bestChunk(runSliced(shared, input, [ALL_OPS])).digest;
          expect(runSliced(shared, { ...input, scoreToBeat: score }, [ALL_OPS]).length).toBe(DIGESTS_BYTES);
          expect(runSliced(shared, { ...input, scoreToBeat: score + 1 }, [ALL_OPS]).length).toBeGreaterThan(
            DIGESTS_BYTES,
          );
        }),
        3,
      );
    });

    test('the certificate names the candidate, and an altered one is another or none', () => {
      property(
        fc.property(anySpec, seeded, fc.nat(), fc.integer({ min: 1, max: 255 }), (spec, seed, at, change) => {
          const { jobInput, key } = kind.blind(spec, pcg32(seed));
          const { digest, candidate } = runChunk(shared, jobInput, NOTHING, 0);
          const certificate = must(kind.certify(spec, key, candidate), 'a certificate');
          expect(certificate.hash).toBe(digest.hash);
          under.checkScore(spec, digest.score, certificate.value);

          const altered = candidate.slice();
          altered[at % altered.length]! ^= change;
          expect(kind.certify(spec, key, altered)?.hash).not.toBe(digest.hash);
          expect(kind.certify(spec, key, candidate.subarray(1))).toBeUndefined();
          expect(kind.certify(spec, key, NOTHING)).toBeUndefined();
        }),
        40,
      );
    });

    test('blinding hides the asker’s data, and hides it differently each time', () => {
      property(
        fc.property(anySpec, seeded, (spec, seed) => {
          const { jobInput } = kind.blind(spec, pcg32(seed));
          expect(jobInput.length).toBeLessThanOrEqual(MAX_INPUT_BYTES);
          under.checkHidden(spec, jobInput);
          expect(kind.blind(spec, pcg32(seed)).jobInput).toEqual(jobInput);
        }),
        20,
      );
    });

    test('the kernel refuses bytes that are no input', () => {
      property(
        fc.property(anySpec, seeded, fc.integer({ min: 1, max: 7 }), (spec, seed, cut) => {
          const { jobInput } = kind.blind(spec, pcg32(seed));
          const kernel = openKernel(module);
          expect(() => runChunk(kernel, jobInput.subarray(0, -cut), NOTHING, 0)).toThrow(BadKernelInput);
          expect(() => runChunk(kernel, NOTHING, NOTHING, 0)).toThrow(BadKernelInput);
          expect(() => runChunk(kernel, new Uint8Array(1 << 20), NOTHING, 0)).toThrow(BadKernelInput);
          expect(() => runChunk(kernel, jobInput, new Uint8Array(3), 0)).toThrow(BadKernelInput);
          // and takes good ones afterwards
          expect(runChunk(kernel, jobInput, NOTHING, 0)).toEqual(runChunk(shared, jobInput, NOTHING, 0));
        }),
        5,
      );
    });

    test('codecs give back what they took and throw on anything else', () => {
      property(
        fc.property(anySpec, seeded, fc.uint8Array({ maxLength: 64 }), (spec, seed, garbage) => {
          const answer = answerLocally({ kind, kernel: shared, spec, chunkCount: 1, rng: pcg32(seed) });
          for (const [codec, value] of [
            [kind.spec, spec],
            [kind.answer, answer],
          ] as const) {
            const bytes = codec.encode(value as never);
            expect(codec.decode(bytes)).toEqual(value);
            expect(() => codec.decode(bytes.subarray(0, -1))).toThrow();
            expect(() => codec.decode(NOTHING)).toThrow();
            expect(throwsOrRepeats(codec as never, garbage)).toBe(true);
          }
        }),
        30,
      );
    });
  });
}

/** Runs a whole job the way the server does: every chunk of every round, the best of each carried on. */
function answerOverRounds<Spec, Answer>(
  kind: TaskKind<Spec, Answer>,
  kernel: Kernel,
  spec: Spec,
  effort: Effort,
  seed: bigint,
): Answer {
  const { jobInput, key } = kind.blind(spec, pcg32(seed));
  const outcomes: RoundOutcome[] = [];
  for (let plan = kind.plan(spec, effort, outcomes); plan; plan = kind.plan(spec, effort, outcomes)) {
    let best: RoundOutcome | undefined;
    for (let taskIndex = 0; taskIndex < plan.taskCount; taskIndex++) {
      const scoreToBeat = best?.score ?? NO_SCORE;
      const output = runSliced(kernel, { jobInput, roundInput: plan.roundInput, taskIndex, scoreToBeat }, [ALL_OPS]);
      const candidate = candidateOf(output);
      if (candidate) best = { score: bestChunk(output).digest.score, candidate: candidate.slice() };
    }
    outcomes.push(must(best, 'a best chunk'));
    if (outcomes.length > effort.units) throw new Error('expected the plan to end');
  }
  return kind.merge(spec, key, outcomes);
}

function firstTask<Spec, Answer>(kind: TaskKind<Spec, Answer>, spec: Spec, seed: bigint): TaskInput {
  return { jobInput: kind.blind(spec, pcg32(seed)).jobInput, roundInput: NOTHING, taskIndex: 0, scoreToBeat: NO_SCORE };
}

/** Budgets in turn, over and over, until the task is done. */
function runSliced(kernel: Kernel, input: TaskInput, budgets: readonly number[]): Uint8Array {
  const task = openTask(kernel, input);
  for (let i = 0; !task.advance(must(budgets[i % budgets.length], 'a budget')); i++);
  expect(task.progress()).toBe(1);
  return task.output();
}

function throwsOrRepeats(
  codec: { encode(v: unknown): Uint8Array; decode(b: Uint8Array): unknown },
  bytes: Uint8Array,
): boolean {
  let value: unknown;
  try {
    value = codec.decode(bytes);
  } catch {
    return true;
  }
  return Buffer.from(codec.encode(value)).equals(Buffer.from(bytes));
}
