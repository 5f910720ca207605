import { assert } from '../../shared/assert.ts';
import { CHUNKS_PER_TASK, type Digest, encodeOutput } from '../../shared/protocol/output.ts';
import type { Kernel } from './kernel.ts';

export interface TaskInput {
  readonly jobInput: Uint8Array;
  /** Empty in a first round. */
  readonly roundInput: Uint8Array;
  /** Place of the task in its round: its chunks are taskIndex * 64 … + 63. */
  readonly taskIndex: number;
  /** The candidate travels only if it beats this; `NO_SCORE` lets every candidate through. */
  readonly scoreToBeat: number;
}

/** A task under way. The caller decides when, and how much at a time: this holds no timer. */
export interface TaskRun {
  /** Works about `budgetOps` (at least one op) and says whether the task is done. */
  advance(budgetOps: number): boolean;
  /** 0 … 1, by chunks done. */
  progress(): number;
  /** The task's output bytes. Only when done. */
  output(): Uint8Array;
}

/**
 * Runs the 64 chunks of one task on a kernel that the caller lends until the task is done. Another task on the same
 * kernel meanwhile would mix their memory: open a second kernel instead.
 */
export function openTask(kernel: Kernel, input: TaskInput): TaskRun {
  const digests: Digest[] = [];
  let best: { readonly score: number; readonly candidate: Uint8Array } | undefined;
  let phase: 'load' | 'prepare' | 'chunk' | 'done' = 'load';

  function closeChunk(): void {
    const digest = kernel.digest();
    if (digest.score < (best?.score ?? input.scoreToBeat))
      best = { score: digest.score, candidate: kernel.candidate() };
    digests.push(digest);
  }

  function nextChunk(): void {
    if (digests.length === CHUNKS_PER_TASK) {
      phase = 'done';
      return;
    }
    kernel.startChunk(input.taskIndex * CHUNKS_PER_TASK + digests.length);
    phase = 'chunk';
  }

  /** One call into the kernel; returns the ops it took. */
  function work(budgetOps: number): number {
    if (phase === 'load') {
      kernel.load(input.jobInput, input.roundInput);
      phase = 'prepare';
    }
    const preparing = phase === 'prepare';
    const run = (ops: number): number => (preparing ? kernel.prepare(ops) : kernel.step(ops));
    const before = run(0);
    const left = run(budgetOps);
    if (left === 0) {
      if (!preparing) closeChunk();
      nextChunk();
    }
    return before - left;
  }

  return {
    advance(budgetOps) {
      assert(budgetOps >= 1, `expected a budget of at least one op, got ${budgetOps}`);
      let spent = 0;
      while (phase !== 'done' && spent < budgetOps) spent += work(budgetOps - spent);
      return phase === 'done';
    },
    progress: () => digests.length / CHUNKS_PER_TASK,
    output() {
      assert(phase === 'done', `expected all 64 chunks done, got ${digests.length}`);
      return encodeOutput(digests, best?.candidate);
    },
  };
}
