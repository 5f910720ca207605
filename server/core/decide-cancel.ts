import { assert, must } from '../../shared/assert.ts';
import type { LeasePolicy } from '../../shared/model/policy.ts';
import { ok, refuse } from '../../shared/result.ts';
import { countBits, hasBit } from './bitmap.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { Answers, FactOf } from './facts.ts';
import { MAINFRAME } from './found.ts';
import type { LeaseBook } from './lease-book.ts';
import { roundOf, type LiveJob } from './live-jobs.ts';

/**
 * A job that its asker calls off has two states of its own, and neither is `failed`:
 *
 *   running → cancelling (decideCancel: its asker is told that it is over, and nothing more is leased)
 *   cancelling → cancelled (decideEndCancelled: the longest lease has run out, and all that came in is checked)
 *
 * Phones that are at work on it have done nothing wrong and cannot be told: what they hand in meanwhile is accepted, checked
 * by its gate and paid like any other work. Ending the job at once would have cost them that work, and paying without the
 * gate (as a failed job does, whose fault is ours) would let an asker and a friend cancel whatever was about to be checked.
 * An asker who erases the account calls all its jobs off (`decide-erase.ts`): of those that drain, the inputs go with their end.
 */
export function decideCancel(fact: FactOf<'cancel_job'>, draft: Draft, { book }: Context): Answers['cancel_job'] {
  const live = draft.live(fact.jobId);
  const job = live?.job ?? fact.found;
  if (job?.accountId !== fact.accountId) return refuse('unknown_job');
  const { name } = job.state;
  if (name === 'cancelling' || name === 'cancelled') return ok(true);
  if (!live || job.state.name !== 'running') return refuse('job_over');
  callOff(live, draft, book);
  return ok(true);
}

/** Nothing more of a job that is in progress is wanted. Whether phones may still hand in something of it: then it drains. */
export function callOff(live: LiveJob, draft: Draft, book: LeaseBook): boolean {
  const { job, blocks } = live;
  if (job.state.name === 'cancelling') return true;
  const called = { cancelledAt: draft.now, spentUnits: begunUnits(live, book) };
  for (const block of blocks) dropMainframe(block, book);
  if (blocks.some(({ peerLeased }) => peerLeased)) {
    draft.putJob({ ...job, state: { name: 'cancelling', round: roundOf(live).round, ...called } });
    return true;
  }
  draft.settleJob({ ...job, state: { name: 'cancelled', ...called } }, undefined);
  return false;
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
  settleCancelled(live, draft);
}

/** A cancelled job for good. Of an erased account its inputs go in the same commit; with the last one its erasure is whole. */
export function settleCancelled({ job }: LiveJob, draft: Draft): void {
  assert(job.state.name === 'cancelling', `job ${job.id} is ${job.state.name}, not cancelling`);
  const { round: _, ...called } = job.state;
  draft.settleJob({ ...job, state: { ...called, name: 'cancelled' } }, undefined);
  const { accountId } = job;
  if (must(draft.account(accountId), `account ${accountId}, which asked`).erasedAt === undefined) return;
  draft.eraseAccount(accountId, []);
  if (draft.hasLiveJobs(accountId)) return;
  draft.note({ actorId: null, action: 'erasure_drained', target: `account:${accountId}`, detail: {} });
}
