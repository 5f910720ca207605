import type { BlockId } from '../../shared/ids.ts';
import type { Block } from '../../shared/model/job.ts';
import type { LeasePolicy } from '../../shared/model/policy.ts';
import { hasBit } from './bitmap.ts';
import type { LeaseBook } from './lease-book.ts';
import { missingCopies, overdueLeases, type LeaseRules } from './lease-tasks.ts';
import { openSlots, type LiveJob } from './live-jobs.ts';

/** Slots nobody holds and everybody may have, over all running jobs; of replicated ones, copies that are missing. */
export function waitingUnits(
  jobs: Iterable<LiveJob>,
  book: LeaseBook,
  keptBlocks: ReadonlySet<BlockId>,
  now: number,
  rules: LeaseRules,
): number {
  let units = 0;
  for (const live of jobs) {
    for (const block of live.blocks) {
      if (keptBlocks.has(block.id)) continue;
      units += live.job.replicas === 1 ? Math.max(0, openSlots(block) - book.countIn(block.id)) : copies(live, block);
    }
  }
  return units;

  function copies(live: LiveJob, block: Block): number {
    let missing = 0;
    for (let taskIndex = 0; taskIndex < block.taskCount; taskIndex++) {
      if (hasBit(block.done, taskIndex)) continue;
      const slot = { blockId: block.id, taskIndex };
      missing += Math.max(0, missingCopies(live, slot, book, now, rules.policy.leases, rules.replication));
    }
    return missing;
  }
}

/** Stragglers: idle executors are woken for second copies of them. */
export function overdueUnits(jobs: Iterable<LiveJob>, book: LeaseBook, now: number, policy: LeasePolicy): number {
  let units = 0;
  for (const { blocks } of jobs) for (const block of blocks) units += overdueLeases(block, book, now, policy).length;
  return units;
}
