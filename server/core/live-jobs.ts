import { must } from '../../shared/assert.ts';
import type { AccountId, BlockId, JobId } from '../../shared/ids.ts';
import type { Block, Job, Round, Vote } from '../../shared/model/job.ts';
import { NO_SCORE } from '../../shared/protocol/output.ts';
import type { TaskKind } from '../../wasm/kind.ts';
import { countBits } from './bitmap.ts';
import type { RunningJob, SlotKey } from './ports.ts';

/**
 * The running jobs and the blocks of their current rounds, in memory: what the store holds, never ahead of it. Filled at
 * start, then replaced after each commit. One coordinator writes, so nothing else can change these rows.
 */
export interface LiveJob {
  readonly job: Job;
  readonly kind: TaskKind<unknown, unknown>;
  /** Decoded once. */
  readonly spec: unknown;
  readonly rounds: readonly Round[];
  readonly blocks: readonly Block[];
  /** The best score accepted in this round: leases name it, so that only better candidates travel. A hint, not a fact. */
  readonly scoreToBeat: number;
  /** Of a replicated job: what has come in for each slot of this round, by `slotName`. */
  readonly votes: ReadonlyMap<string, readonly Vote[]>;
  /** Of a large job: results accepted from each account. */
  readonly accountUnits: ReadonlyMap<AccountId, number> | undefined;
}

export class LiveJobs {
  readonly #jobs = new Map<JobId, LiveJob>();
  readonly #jobOfBlock = new Map<BlockId, JobId>();
  #openUnits = 0;
  #replicated = 0;
  #cancelling = 0;

  /** Slots without a result that may be leased, over all running jobs. */
  get openUnits(): number {
    return this.#openUnits;
  }

  get hasReplicated(): boolean {
    return this.#replicated > 0;
  }

  /** Jobs that take results and give no leases. */
  get hasCancelling(): boolean {
    return this.#cancelling > 0;
  }

  /** Running jobs, oldest first. */
  all(): Iterable<LiveJob> {
    return this.#jobs.values();
  }

  job(id: JobId): LiveJob | undefined {
    return this.#jobs.get(id);
  }

  jobOf(blockId: BlockId): LiveJob | undefined {
    const id = this.#jobOfBlock.get(blockId);
    return id === undefined ? undefined : this.#jobs.get(id);
  }

  put(live: LiveJob): void {
    this.delete(live.job.id, true);
    this.#count(live, 1);
    this.#jobs.set(live.job.id, live); // a key that exists keeps its place: the order stays oldest first
    for (const block of live.blocks) this.#jobOfBlock.set(block.id, live.job.id);
  }

  delete(id: JobId, keepPlace = false): void {
    const live = this.#jobs.get(id);
    if (live) this.#count(live, -1);
    for (const block of live?.blocks ?? []) this.#jobOfBlock.delete(block.id);
    if (!keepPlace) this.#jobs.delete(id);
  }

  #count({ job, blocks }: LiveJob, sign: 1 | -1): void {
    if (job.state.name === 'cancelling') this.#cancelling += sign;
    else for (const block of blocks) this.#openUnits += sign * openSlots(block);
    if (job.replicas > 1) this.#replicated += sign;
  }
}

/** Builds the live form of a stored job. */
export function liveJob(
  running: RunningJob,
  kind: TaskKind<unknown, unknown>,
  votes: readonly Vote[],
  accountUnits: LiveJob['accountUnits'],
): LiveJob {
  const spec = kind.spec.decode(running.job.spec);
  const live = { ...running, kind, spec, scoreToBeat: bestSoFar(running.rounds), votes: new Map(), accountUnits };
  return votes.reduce<LiveJob>(withVote, live);
}

const slotName = ({ blockId, taskIndex }: SlotKey): string => `${blockId}:${taskIndex}`;

export const votesAt = (live: LiveJob, slot: SlotKey): readonly Vote[] => live.votes.get(slotName(slot)) ?? [];

export const withoutVote = (live: LiveJob, { deviceId, ...slot }: Vote): LiveJob => ({
  ...live,
  votes: new Map(live.votes).set(
    slotName(slot),
    votesAt(live, slot).filter((vote) => vote.deviceId !== deviceId),
  ),
});

export const withVote = (live: LiveJob, vote: Vote): LiveJob => ({
  ...live,
  votes: new Map(live.votes).set(slotName(vote), [...votesAt(live, vote), vote]),
});

export const blockOf = (live: LiveJob, id: BlockId): Block =>
  must(
    live.blocks.find((block) => block.id === id),
    `block ${id} of job ${live.job.id}`,
  );

export const withBlock = (live: LiveJob, block: Block): LiveJob => ({
  ...live,
  blocks: live.blocks.map((other) => (other.id === block.id ? block : other)),
});

/** The number of the round that runs. Live jobs are running by definition. */
export function roundOf(live: LiveJob): Round {
  return must(live.rounds.at(-1), `a round of job ${live.job.id}`);
}

export const openSlots = (block: Block): number => block.taskCount - countBits(block.done);

/** The best score any closed round reached: what a candidate of the running round has to beat. */
export const bestSoFar = (rounds: readonly Round[]): number =>
  Math.min(NO_SCORE, ...rounds.map((round) => round.outcome?.score ?? NO_SCORE));
