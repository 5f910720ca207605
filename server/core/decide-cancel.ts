import type { Job } from '../../shared/model/job.ts';
import type { LeasePolicy } from '../../shared/model/policy.ts';
import { ok, refuse } from '../../shared/result.ts';
import { countBits, hasBit } from './bitmap.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Answers, FactOf } from './facts.ts';
import { MAINFRAME } from './found.ts';
import type { LeaseBook } from './lease-book.ts';
import type { LiveJob } from './live-jobs.ts';

/**
 * A job that its asker calls off has two states of its own, and neither is `failed`:
 *
 *   running → cancelling (decideCancel: its asker is told that it is over, and nothing more is leased)
 *   cancelling → cancelled (decideEndCancelled: the longest lease has run out, and all that came in is checked)
 *
 * Phones that are at work on it have done nothing wrong and cannot be told: what they hand in meanwhile is accepted, checked
 * by its gate and paid like any other work. Ending the job at once would have cost them that work, and paying without the
 * gate (as a failed job does, whose fault is ours) would let an asker and a friend cancel whatever was about to be checked.
 */
export function decideCancel(fact: FactOf<'cancel_job'>, draft: Draft, { book }: Context): Answers['cancel_job'] {
  const live = draft.live(fact.jobId);
  const job = live?.job ?? fact.found;
  if (job?.accountId !== fact.accountId) return refuse('unknown_job');
  const { name } = job.state;
  if (name === 'cancelling' || name === 'cancelled') return ok(true);
  if (!live || job.state.name !== 'running') return refuse('job_over');
  const called = { cancelledAt: draft.now, spentUnits: begunUnits(live, book) };
  for (const block of live.blocks) dropMainframe(block, book);
  if (live.blocks.every(({ peerLeased }) => !peerLeased)) {
    draft.settleJob({ ...job, state: { name: 'cancelled', ...called } }, undefined);
  } else {
    draft.putJob({ ...job, state: { name: 'cancelling', round: job.state.round, ...called } });
  }
  return ok(true);
}

/** Units done, or at somebody: filing and cancelling is never free, or it would be a way to file without end. */
function begunUnits({ rounds, blocks }: LiveJob, book: LeaseBook): number {
  let begun = 0;
  for (const { outcome, taskCount } of rounds) if (outcome) begun += taskCount;
  for (const { id, taskCount, done } of blocks) {
    for (let i = 0; i < taskCount; i++) if (hasBit(done, i) || book.at(id, i).length > 0) begun++;
  }
  return Math.max(1, begun);
}

/** What its threads still hand in is taken while its slot is free; nobody waits for it. */
function dropMainframe({ id, taskCount }: LiveJob['blocks'][number], book: LeaseBook): void {
  for (let i = 0; i < taskCount; i++) {
    for (const lease of [...book.at(id, i)]) if (lease.deviceId === MAINFRAME) book.drop(lease);
  }
}

/** Whether the last thing that could come in for a cancelled job has come in, and is checked. */
export function isDrained({ job, blocks }: LiveJob, now: number, { mostMs }: LeasePolicy): boolean {
  if (job.state.name !== 'cancelling' || now <= job.state.cancelledAt + mostMs) return false;
  return blocks.every(({ done, checked }) => countBits(done) === countBits(checked));
}

/** Level-triggered, by the tick: a crash in between loses nothing. */
export function decideEndCancelled(fact: FactOf<'end_cancelled'>, draft: Draft, { book, policy }: Context): void {
  const live = draft.live(fact.jobId);
  if (!live || !isDrained(live, draft.now, policy.leases)) return; // overtaken
  for (const block of live.blocks) book.dropBlock(block.id);
  // Votes that found no other to agree with: whoever cast them did the work.
  for (const row of fact.ungated) draft.putExchange({ ...row, audit: 'passed', wholeDue: row.wholeDone });
  draft.settleJob(cancelled(live.job), undefined);
}

/** A cancelled job for good. */
export function cancelled(job: Job): Job {
  if (job.state.name !== 'cancelling') return job;
  const { round: _, ...called } = job.state;
  return { ...job, state: { ...called, name: 'cancelled' } };
}
