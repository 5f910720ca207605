import type { BlockId, JobId } from '../ids.ts';
import type { HeldGroup, JobInput, LeaseGroup, LeaseTerms } from '../model/exchange.ts';
import { sameTerms } from '../protocol/build-exchange.ts';
import { MAX_UNITS } from '../protocol/frame-table.ts';
import { CHUNKS_PER_TASK } from '../protocol/output.ts';

/**
 * What the device has in hand: leases not started, the one it computes, and the inputs of at most four jobs. In memory
 * only; nothing of a task is ever stored on the phone.
 */
export interface Work {
  /** Not started, in the order they came. */
  readonly waiting: readonly Lease[];
  readonly running: Running | undefined;
  /** Counts computations, so that the end of an aborted one is not taken for the end of the next. */
  readonly runNo: number;
  /** Latest first. */
  readonly inputs: readonly CachedJob[];
}

export interface Lease {
  readonly jobId: JobId;
  readonly round: number;
  readonly blockId: BlockId;
  readonly taskIndex: number;
  readonly token: Uint8Array;
  readonly terms: LeaseTerms;
  /** Of the task's 64 chunks, within the round. */
  readonly firstChunk: number;
  readonly scoreToBeat: number;
  /** On the device's own clock. */
  readonly expiresAt: number;
}

export interface Running {
  readonly lease: Lease;
  readonly paused: boolean;
}

export interface CachedJob {
  readonly jobId: JobId;
  readonly kind: string;
  readonly kindVersion: number;
  readonly kernelHash: Uint8Array;
  readonly jobInput: Uint8Array;
  readonly rounds: readonly { readonly round: number; readonly roundInput: Uint8Array }[];
}

export const NO_WORK: Work = { waiting: [], running: undefined, runNo: 0, inputs: [] };

/** Jobs whose inputs are kept: 4 × 32 KiB. Leases of a fifth wait until one of the four is done. */
const JOBS_IN_HAND = 4;
/** A server that hands out more than anyone asked for does not fill the phone's memory. */
const MOST_WAITING = MAX_UNITS;

const sameSlot = (a: Lease, b: Lease): boolean => a.blockId === b.blockId && a.taskIndex === b.taskIndex;

/** Leases started or not. */
export const heldCount = (work: Work): number => work.waiting.length + (work.running ? 1 : 0);

/** Takes new leases in. A slot held already gets its new token, and keeps its place. */
export function withLeases(work: Work, groups: readonly LeaseGroup[], now: number): Work {
  const waiting = [...work.waiting];
  for (const lease of groups.flatMap((group) => leasesOf(group, now))) {
    const at = waiting.findIndex((held) => sameSlot(held, lease));
    if (at >= 0) waiting[at] = lease;
    else if (waiting.length < MOST_WAITING && !(work.running && sameSlot(work.running.lease, lease)))
      waiting.push(lease);
  }
  return { ...work, waiting };
}

const leasesOf = ({ leases, ...group }: LeaseGroup, now: number): readonly Lease[] =>
  leases.map(({ taskIndex, token }) => ({
    jobId: group.jobId,
    round: group.round,
    blockId: group.blockId,
    taskIndex,
    token,
    terms: group.terms,
    firstChunk: (group.firstTask + taskIndex) * CHUNKS_PER_TASK,
    scoreToBeat: group.scoreToBeat,
    expiresAt: now + group.leaseMs,
  }));

/** Without the leases whose time ran out before they were started. One that was started is finished all the same. */
export const withoutExpired = (work: Work, now: number): Work =>
  work.waiting.some((lease) => lease.expiresAt <= now)
    ? { ...work, waiting: work.waiting.filter((lease) => lease.expiresAt > now) }
    : work;

/** Without the waiting leases of a round that is over. */
export const withoutRound = (work: Work, jobId: JobId, round: number): Work => ({
  ...work,
  waiting: work.waiting.filter((lease) => lease.jobId !== jobId || lease.round !== round),
});

/** The jobs that inputs are fetched and kept for: of the leases in hand, the first four. */
function jobsInHand(work: Work): ReadonlySet<JobId> {
  const leases = work.running ? [work.running.lease, ...work.waiting] : work.waiting;
  return new Set([...new Set(leases.map((lease) => lease.jobId))].slice(0, JOBS_IN_HAND));
}

export const cachedJob = (work: Work, jobId: JobId): CachedJob | undefined =>
  work.inputs.find((job) => job.jobId === jobId);

const cachedRound = (work: Work, lease: Lease) =>
  cachedJob(work, lease.jobId)?.rounds.find((cached) => cached.round === lease.round);

/** The first lease in hand whose input is not here yet. */
export function firstWithoutInput(work: Work): Lease | undefined {
  const jobs = jobsInHand(work);
  return work.waiting.find((lease) => jobs.has(lease.jobId) && !cachedRound(work, lease));
}

export interface Ready {
  readonly lease: Lease;
  readonly job: CachedJob;
  readonly roundInput: Uint8Array;
}

/** The oldest waiting lease that can be computed now. */
export function firstReady(work: Work): Ready | undefined {
  for (const lease of work.waiting) {
    const job = cachedJob(work, lease.jobId);
    const round = cachedRound(work, lease);
    if (job && round) return { lease, job, roundInput: round.roundInput };
  }
  return undefined;
}

/** Keeps an input; nothing when it is a round's part only and its job's part is no longer here. */
export function withInput(work: Work, input: JobInput): Work | undefined {
  const known = cachedJob(work, input.jobId);
  if (input.jobInput.length === 0 && !known) return undefined;
  const { jobId, kind, kindVersion, kernelHash, round, roundInput } = input;
  const needed = (cached: number): boolean =>
    work.waiting.some((lease) => lease.jobId === jobId && lease.round === cached);
  const earlier = known?.rounds.filter((cached) => cached.round !== round && needed(cached.round)) ?? [];
  const job: CachedJob = {
    jobId,
    kind,
    kindVersion,
    kernelHash,
    jobInput: known && input.jobInput.length === 0 ? known.jobInput : input.jobInput,
    rounds: [{ round, roundInput }, ...earlier],
  };
  return {
    ...work,
    inputs: keepFour([job, ...work.inputs.filter((other) => other.jobId !== jobId)], jobsInHand(work)),
  };
}

/** Four jobs: those in hand, then the latest (the next round's leases may be on their way). */
function keepFour(inputs: readonly CachedJob[], inHand: ReadonlySet<JobId>): readonly CachedJob[] {
  const ranked = [...inputs.filter((job) => inHand.has(job.jobId)), ...inputs.filter((job) => !inHand.has(job.jobId))];
  return ranked.slice(0, JOBS_IN_HAND);
}

interface NamedLease {
  readonly blockId: BlockId;
  readonly terms: LeaseTerms;
  readonly taskIndex: number;
  readonly token: Uint8Array;
}

/** Leases by block and terms, as a proof names them. */
export function heldGroups(leases: readonly NamedLease[]): readonly HeldGroup[] {
  const groups: { blockId: BlockId; terms: LeaseTerms; leases: { taskIndex: number; token: Uint8Array }[] }[] = [];
  for (const { blockId, terms, taskIndex, token } of leases.slice(0, 2 * MAX_UNITS)) {
    const group = groups.find((one) => one.blockId === blockId && sameTerms(one.terms, terms));
    if (group) group.leases.push({ taskIndex, token });
    else groups.push({ blockId, terms, leases: [{ taskIndex, token }] });
  }
  return groups;
}
