import { must } from '../../../shared/assert.ts';
import type { BlockId, JobId } from '../../../shared/ids.ts';
import type { StoredResult } from '../../../shared/model/job.ts';
import { CHUNKS_PER_TASK, DIGESTS_BYTES, NO_SCORE } from '../../../shared/protocol/output.ts';
import { equalBytes } from '../../../shared/bytes.ts';
import type { SlotKey, WriteSet } from '../../core/ports.ts';
import { runTask, type Kernels } from '../kernels.ts';
import type { RerunCounts } from './rerunner.ts';

interface Inputs {
  readonly kind: string;
  readonly jobInput: Uint8Array;
  readonly roundInput: Uint8Array;
}

/** What a rival's server runs itself to spot-check a result: whole tasks, counted like any other re-run. */
export class SpotChecker {
  readonly #kernels: Kernels;
  readonly #reruns: RerunCounts;
  readonly #inputs = new Map<JobId, Inputs>();
  readonly #jobOf = new Map<BlockId, JobId>();

  constructor(kernels: Kernels, reruns: RerunCounts) {
    this.#kernels = kernels;
    this.#reruns = reruns;
  }

  committed({ jobs, rounds, blocks }: Pick<WriteSet, 'jobs' | 'rounds' | 'blocks'>): void {
    for (const { id, kind, jobInput, state } of jobs) {
      if (state.name !== 'running') this.#inputs.delete(id);
      else {
        const round = must(
          rounds.find(({ jobId }) => jobId === id),
          `a round of job ${id}`,
        );
        this.#inputs.set(id, { kind, jobInput, roundInput: round.roundInput });
      }
    }
    for (const { id, jobId } of blocks) this.#jobOf.set(id, jobId);
  }

  isRight({ blockId, taskIndex }: SlotKey, { output }: StoredResult): boolean {
    const jobId = must(this.#jobOf.get(blockId), `the job of block ${blockId}`);
    const inputs = must(this.#inputs.get(jobId), `inputs of job ${jobId}`);
    const firstChunk = taskIndex * CHUNKS_PER_TASK; // one block a job
    const own = runTask(this.#kernels, { ...inputs, firstChunk, scoreToBeat: NO_SCORE });
    this.#reruns.background += CHUNKS_PER_TASK;
    return equalBytes(own.subarray(0, DIGESTS_BYTES), output.subarray(0, DIGESTS_BYTES));
  }
}
