import { assert } from '../../shared/assert.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import type { Rng } from '../../shared/rng.ts';
import type { RoundOutcome, TaskKind } from '../kind.ts';
import type { Kernel } from './kernel.ts';
import { runChunk } from './run-chunk.ts';

export interface LocalRequest<Spec, Answer> {
  readonly kind: TaskKind<Spec, Answer>;
  readonly kernel: Kernel;
  readonly spec: Spec;
  /** How many chunks to run in all; 64 are a unit. A phone that wants an answer at once runs few. */
  readonly chunkCount: number;
  readonly rounds?: number;
  readonly rng: Rng;
}

/**
 * Answers a request where it was asked, with zero bytes sent: the same blinding, plan, chunks and merge as on the pool,
 * so the answer is one the pool could have given. Yields after each chunk; a caller in a hurry stops listening.
 */
export function* answeringLocally<Spec, Answer>(
  request: LocalRequest<Spec, Answer>,
): Generator<{ readonly chunksDone: number }, Answer> {
  const { kind, kernel, spec, chunkCount } = request;
  const effort = { units: Math.ceil(chunkCount / CHUNKS_PER_TASK), rounds: request.rounds ?? 1 };
  const { jobInput, key } = kind.blind(spec, request.rng);
  const outcomes: RoundOutcome[] = [];
  let chunksDone = 0;

  for (;;) {
    const plan = kind.plan(spec, effort, outcomes);
    if (!plan) return kind.merge(spec, key, outcomes);
    // a plan deals in whole units: a part of one is the first chunks of it
    const chunks = Math.min(plan.taskCount * CHUNKS_PER_TASK, Math.max(chunkCount - chunksDone, 1));
    let best: RoundOutcome | undefined;
    for (let i = 0; i < chunks; i++) {
      const { digest, candidate } = runChunk(kernel, jobInput, plan.roundInput, i);
      if (!best || digest.score < best.score) best = { score: digest.score, candidate };
      yield { chunksDone: ++chunksDone };
    }
    assert(best, 'expected a plan with at least one task');
    outcomes.push(best);
  }
}

/** `answeringLocally` in one go. */
export function answerLocally<Spec, Answer>(request: LocalRequest<Spec, Answer>): Answer {
  const steps = answeringLocally(request);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
