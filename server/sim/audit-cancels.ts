import type { JobState } from '../../shared/model/job.ts';
import type { AuditedWorld, JobModel, RowModel } from './audited-world.ts';
import type { Report } from './observer.ts';

type Cancelled = Extract<JobState, { readonly spentUnits: number }>;

/** A job that its asker called off, or whose asker erased the account: that somebody did, that nothing is owed any more when it ends, and what it took. */
export function followCancel(
  world: AuditedWorld,
  job: JobModel,
  state: Cancelled,
  now: number,
  touched: Set<RowModel>,
  report: Report,
): void {
  const says = (rule: string, what: string): void => report(rule, `job ${job.id}: ${what}`);
  const isErased = world.erasedAccounts.has(job.asked.accountId);
  if (!world.cancelAsked.has(job.id) && !isErased) says('cancel_was_asked', 'nobody called it off');
  const mayBe: readonly JobModel['state'][] = ['running', 'cancelling', ...(isErased ? (['correcting'] as const) : [])];
  if (!mayBe.includes(job.state)) says('cancel_of_a_running_job', `it was ${job.state}`);
  const slots = [...job.rounds.values()].flatMap(({ blocks }) => blocks.flatMap((block) => block.slots));
  if (job.state !== 'cancelling') {
    job.cancelledAt = state.cancelledAt;
    world.counts.cancelled++;
    const done = slots.filter((slot) => slot.state !== 'open').length;
    const isGivenBack = job.state === 'running'; // of an answer that is being corrected there is nothing to give back
    if (isGivenBack && (state.spentUnits < Math.max(1, done) || state.spentUnits > job.asked.units))
      says('cancel_gives_back', `${state.spentUnits} units spent, ${done} of ${job.asked.units} were done`);
  }
  if (state.cancelledAt !== job.cancelledAt) says('cancel_is_once', `at ${state.cancelledAt}, was ${job.cancelledAt}`);
  if (state.name === 'cancelling') {
    job.state = 'cancelling';
    return;
  }
  const unchecked = slots.filter((slot) => slot.state === 'done').length;
  if (unchecked > 0) says('cancelled_work_is_checked', `over with ${unchecked} results unchecked`);
  const promised = world.promisedOf(job, now);
  if (promised > 0) says('cancelled_work_is_paid', `over while ${promised} leases run`);
  giveUp(world, job, 'cancelled', touched);
}

/** What a job's phones did counts although it has no answer. */
export function giveUp(world: AuditedWorld, job: JobModel, as: 'failed' | 'cancelled', touched: Set<RowModel>): void {
  job.state = as;
  for (const round of job.rounds.values()) round.isOpen = false;
  for (const row of world.rows.values()) {
    if (row.block.job !== job || row.state !== 'pending' || row.audit !== 'none') continue;
    row.audit = 'passed';
    touched.add(row);
  }
}
