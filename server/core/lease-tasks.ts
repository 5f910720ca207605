import { must } from '../../shared/assert.ts';
import type { BlockId } from '../../shared/ids.ts';
import type { Device } from '../../shared/model/device.ts';
import type { Block } from '../../shared/model/job.ts';
import type { LeasePolicy } from '../../shared/model/policy.ts';
import { hasBit } from './bitmap.ts';
import type { HeldLease, LeaseBook } from './lease-book.ts';
import { openSlots, type LiveJob } from './live-jobs.ts';

/** Slots of one block chosen for one executor. */
export interface Choice {
  readonly live: LiveJob;
  readonly block: Block;
  readonly taskIndices: readonly number[];
}

export interface LeaseTime {
  readonly now: number;
  /** Blocks that phones had leases of before a restart, while they are kept for those phones. */
  readonly keptBlocks: ReadonlySet<BlockId>;
}

/**
 * Chooses up to `want` slots, oldest job first: first slots nobody holds, then second copies of stragglers (held longer
 * than `stragglerTimes` × what their holder was expected to need, or by one whose link is gone), so that one lost phone never holds up a round. Yields
 * lazily: the caller stops when money or the device's limit ends it. A job never goes to its asker's own devices.
 */
export function* chooseSlots(
  jobs: Iterable<LiveJob>,
  book: LeaseBook,
  device: Device,
  want: number,
  time: LeaseTime,
  policy: LeasePolicy,
): Iterable<Choice> {
  let left = want;
  const blocks = [...openBlocks(jobs, device, time)];
  for (const pick of [freeSlots, stragglers]) {
    for (const { live, block } of blocks) {
      if (left <= 0) return;
      const taskIndices = pick(block, book, device, left, time.now, policy);
      if (taskIndices.length === 0) continue;
      left -= taskIndices.length;
      yield { live, block, taskIndices };
    }
  }
}

function* openBlocks(
  jobs: Iterable<LiveJob>,
  device: Device,
  time: LeaseTime,
): Iterable<{ live: LiveJob; block: Block }> {
  for (const live of jobs) {
    if (live.job.accountId === device.accountId && device.executor === 'peer') continue;
    for (const block of live.blocks) {
      if (openSlots(block) > 0 && !time.keptBlocks.has(block.id)) yield { live, block };
    }
  }
}

function freeSlots(block: Block, book: LeaseBook, _device: Device, want: number): number[] {
  const free: number[] = [];
  if (openSlots(block) <= book.countIn(block.id)) return free;
  for (let i = 0; i < block.taskCount && free.length < want; i++) {
    if (!hasBit(block.done, i) && book.at(block.id, i).length === 0) free.push(i);
  }
  return free;
}

function stragglers(
  block: Block,
  book: LeaseBook,
  device: Device,
  want: number,
  now: number,
  policy: LeasePolicy,
): number[] {
  return overdueLeases(block, book, now, policy)
    .filter((lease) => lease.deviceId !== device.id)
    .sort((a, b) => a.leasedAt - b.leasedAt || a.taskIndex - b.taskIndex)
    .slice(0, want)
    .map((lease) => lease.taskIndex);
}

/** Leases that have no second copy yet and should have one: out too long, or their holder's link is gone. */
export function overdueLeases(block: Block, book: LeaseBook, now: number, policy: LeasePolicy): HeldLease[] {
  const overdue: HeldLease[] = [];
  for (const lease of book.inBlock(block.id)) {
    const isSlow = now - lease.leasedAt > policy.stragglerTimes * lease.expectedMs;
    const isAway = lease.awaySince !== undefined && now - lease.awaySince > policy.awayMs;
    if ((isSlow || isAway) && book.at(block.id, lease.taskIndex).length === 1) overdue.push(lease);
  }
  return overdue;
}

/** How many units may be out at a device: one at first, few until it has shown that it finishes, then the most. */
export function holdLimit(device: Device, policy: LeasePolicy): number {
  if (device.taskCount === 0) return policy.first;
  return device.taskCount < policy.provenUnits ? policy.early : policy.most;
}

/** Expected wall time of one unit on this device at its promised share. */
export function unitMs(device: Device, policy: LeasePolicy): number {
  if (device.executor === 'mainframe') return policy.mainframeUnitMs;
  return must(
    policy.unitMsByCores.find((step) => device.cores <= step.upTo),
    `a pace for ${device.cores} cores`,
  ).unitMs;
}

/** How long a lease lasts when `held` units, this one included, wait at the device. */
export const leaseMs = (device: Device, held: number, policy: LeasePolicy): number =>
  Math.min(policy.mostMs, Math.max(policy.leastMs, policy.expectedTimes * unitMs(device, policy) * held));
