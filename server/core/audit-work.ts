import { must } from '../../shared/assert.ts';
import type { JobId } from '../../shared/ids.ts';
import type { ExchangeRow } from '../../shared/model/device.ts';
import type { Job, StoredResult } from '../../shared/model/job.ts';
import { CHUNKS_PER_TASK, digestAt, equalDigests, type Digest } from '../../shared/protocol/output.ts';
import type { AuditPolicy } from '../../shared/model/policy.ts';
import { pickWinner } from './assimilate-job.ts';
import { gateChunks, type ResultKey } from './draws.ts';
import type { Fact, FactOf, Slot } from './facts.ts';
import { blockOf, roundOf, type LiveJobs } from './live-jobs.ts';
import type { AuditExecutor, RoundOfJob, Secrets, Store } from './ports.ts';
import { readSetOf } from './read-set.ts';
import { gateSize } from './trust.ts';
import { wrongAt } from './verify.ts';

export interface AuditParts {
  readonly store: Store;
  readonly secrets: Secrets;
  readonly executor: AuditExecutor;
  readonly live: LiveJobs;
  readonly policy: AuditPolicy;
  readonly add: (fact: FactOf<AuditFact>) => Promise<unknown>;
  /** Whether the kernel this job was planned for is the one we run. */
  readonly isComputable: (job: Job) => boolean;
  /** Two builds of a kernel do not agree: the job cannot be computed, and nobody is to blame. */
  readonly buildsDisagree: (jobId: JobId, what: string) => Promise<unknown>;
}

type AuditFact = Extract<Fact['type'], 'audited' | 'found_wrong' | 'winner_rerun'>;

/** A task as it was computed: where, and what was handed in. */
interface Claim {
  readonly of: RoundOfJob;
  /** Position in the round. */
  readonly task: number;
  readonly result: StoredResult;
}

/**
 * Carries out re-runs and brings what they show back as facts. Silent: no device ever hears of one. Each says whether
 * something was decided; nothing was when the thing to check is gone.
 */
export class AuditWork {
  readonly #parts: AuditParts;

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** The chunks of a result that stand between it and `checked`. */
  async gate(slot: Slot): Promise<boolean> {
    const { store, secrets, executor, live: jobs, policy, add } = this.#parts;
    const result = await this.#resultAt(slot);
    const live = jobs.jobOf(slot.blockId);
    if (!live || !result) return false;
    const { devices } = await store.load({ ...readSetOf([]), devices: new Set([result.deviceId]) });
    const device = must(devices.get(result.deviceId), `device ${result.deviceId}`);
    const chunks = gateChunks(secrets, result, gateSize(device, policy));
    const of = this.#running(live.job.id);
    const task = blockOf(live, slot.blockId).firstTask + slot.taskIndex;
    const { digests } = await executor.rerun({ ...of, task, chunks, urgency: 'answer', build: 'first' });
    const wrong = wrongAt(result.output, chunks, digests);
    if (wrong[0] !== undefined) return this.#accuse({ of, task, result }, chunks[wrong[0]]!, digests[wrong[0]]!);
    await add({ type: 'audited', result: keyOf(result), depth: 'gate', chunks: chunks.length });
    return true;
  }

  /** All 64 chunks of one result of a row, whatever has become of its job. */
  async whole(row: ExchangeRow, taskIndex: number): Promise<void> {
    const { store, executor, add, isComputable } = this.#parts;
    const { blockId } = row;
    const result = await this.#resultAt({ blockId, taskIndex });
    if (!result || result.deviceId !== row.deviceId || result.seq !== row.seq) return; // taken back meanwhile
    const { jobId, round, firstTask } = must((await store.blocks([blockId])).get(blockId), `block ${blockId}`);
    const { job, rounds } = must(await store.job(jobId), `job ${jobId}`);
    if (job.state.name === 'failed' || !isComputable(job)) {
      // It cannot be computed here any more: whoever did it keeps it.
      await add({ type: 'audited', result: keyOf(result), depth: 'whole', chunks: 0 });
      return;
    }
    const { roundInput } = must(
      rounds.find((one) => one.round === round),
      `round ${round} of job ${jobId}`,
    );
    const of = { kind: job.kind, jobId, round, jobInput: job.jobInput, roundInput };
    const task = firstTask + taskIndex;
    const { digests } = await executor.rerun({ ...of, task, chunks: ALL, urgency: 'background', build: 'first' });
    const wrong = wrongAt(result.output, ALL, digests);
    if (wrong[0] !== undefined) await this.#accuse({ of, task, result }, wrong[0], digests[wrong[0]]!, wrong.length);
    else await add({ type: 'audited', result: keyOf(result), depth: 'whole', chunks: ALL.length });
  }

  /** The chunk a round's answer rests on: the round closes on the candidate of our own run. */
  async winner(jobId: JobId, round: number): Promise<boolean> {
    const { store, executor, live: jobs, add } = this.#parts;
    const results = await store.resultsOf(jobId, round);
    const live = jobs.job(jobId);
    if (!live || roundOf(live).round !== round) return false;
    const winner = must(pickWinner(live, results), `a winner of job ${jobId}, round ${round}`);
    const { result, chunk, digest: claimed } = winner;
    const of = this.#running(jobId);
    const task = Math.floor(winner.chunkOfRound / CHUNKS_PER_TASK);
    const reran = await executor.rerun({ ...of, task, chunks: [chunk], urgency: 'answer', build: 'first' });
    const digest = must(reran.digests[0], 'a digest');
    if (!equalDigests(digest, claimed)) return this.#accuse({ of, task, result }, chunk, digest);
    await add({ type: 'winner_rerun', winner, jobId, round, candidate: reran.candidate });
    return true;
  }

  /** A mismatch counts only when a second build says what the first did. Then the whole task is looked at, once. */
  async #accuse({ of, task, result }: Claim, chunk: number, expected: Digest, wrongChunks?: number): Promise<boolean> {
    const { executor, add, buildsDisagree } = this.#parts;
    const again = await executor.rerun({ ...of, task, chunks: [chunk], urgency: 'answer', build: 'second' });
    if (!equalDigests(must(again.digests[0], 'a digest'), expected)) {
      await buildsDisagree(
        of.jobId,
        `${of.kind}: builds disagree on job ${of.jobId}, round ${of.round}, chunk ${task}:${chunk}`,
      );
      // Its job may be over: then this re-run is over too, and nobody is blamed.
      if (wrongChunks !== undefined) await add({ type: 'audited', result: keyOf(result), depth: 'whole', chunks: 0 });
      return true;
    }
    const finding = {
      chunk,
      claimed: digestAt(result.output, chunk),
      expected,
      wrongChunks: wrongChunks ?? (await this.#countWrong({ of, task, result })),
    };
    await add({ type: 'found_wrong', result: keyOf(result), finding, before: NOT_READ, sameVotes: [] });
    return true;
  }

  async #countWrong({ of, task, result }: Claim): Promise<number> {
    const { digests } = await this.#parts.executor.rerun({
      ...of,
      task,
      chunks: ALL,
      urgency: 'answer', // its slot waits for the ruling
      build: 'first',
    });
    return wrongAt(result.output, ALL, digests).length;
  }

  async #resultAt(slot: Slot): Promise<StoredResult | undefined> {
    const { results } = await this.#parts.store.load({ ...readSetOf([]), results: [slot] });
    return results[0];
  }

  /** What a re-run needs of the round that runs. */
  #running(jobId: JobId): RoundOfJob {
    const live = must(this.#parts.live.job(jobId), `running job ${jobId}`);
    const { round, roundInput } = roundOf(live);
    const { kind, jobInput } = live.job;
    return { kind, jobId, round, jobInput, roundInput };
  }
}

const ALL: readonly number[] = Array.from({ length: CHUNKS_PER_TASK }, (_, chunk) => chunk);

/** What a conviction touches is read when it is decided. */
const NOT_READ: FactOf<'found_wrong'>['before'] = { pending: [], blocks: new Map(), results: [], sameChunk: [] };

const keyOf = ({ deviceId, seq, blockId, taskIndex }: ResultKey): ResultKey => ({ deviceId, seq, blockId, taskIndex });
