import type { BlockId } from '../../shared/ids.ts';
import type { Block } from '../../shared/model/job.ts';
import type { LeasePolicy } from '../../shared/model/policy.ts';
import { hasBit } from './bitmap.ts';
import type { LeaseBook } from './lease-book.ts';
import { missingCopies, overdueLeases, type LeaseRules } from './lease-tasks.ts';
import { openSlots, type LiveJob, type LiveJobs } from './live-jobs.ts';

/**
 * Slots nobody holds and everybody may have, over all running jobs; of replicated ones, copies that are missing. Asked after
 * every commit: where no block is kept and no job replicated or cancelled, it is the difference of two running counts.
 */
export function waitingUnits(
  live: LiveJobs,
  book: LeaseBook,
  keptBlocks: ReadonlySet<BlockId>,
  now: number,
  rules: LeaseRules,
): number {
  if (keptBlocks.size === 0 && !live.hasReplicated && !live.hasCancelling) return live.openUnits - book.leasedSlots;
  let units = 0;
  for (const job of live.all()) {
    if (job.job.state.name === 'cancelling') continue;
    for (const block of job.blocks) {
      if (keptBlocks.has(block.id)) continue;
      units += job.job.replicas === 1 ? Math.max(0, openSlots(block) - book.countIn(block.id)) : copies(job, block);
    }
  }
  return units;

  function copies(job: LiveJob, block: Block): number {
    let missing = 0;
    for (let taskIndex = 0; taskIndex < block.taskCount; taskIndex++) {
      if (hasBit(block.done, taskIndex)) continue;
      const slot = { blockId: block.id, taskIndex };
      missing += Math.max(0, missingCopies(job, slot, book, now, rules.policy.leases, rules.replication));
    }
    return missing;
  }
}

/** Stragglers: idle executors are woken for second copies of them. */
export function overdueUnits(jobs: Iterable<LiveJob>, book: LeaseBook, now: number, policy: LeasePolicy): number {
  let units = 0;
  for (const { job, blocks } of jobs) {
    if (job.state.name === 'cancelling') continue;
    for (const block of blocks) units += overdueLeases(block, book, now, policy).length;
  }
  return units;
}
