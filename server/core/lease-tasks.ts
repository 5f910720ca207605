import { must } from '../../shared/assert.ts';
import type { AccountId, BlockId } from '../../shared/ids.ts';
import type { Device } from '../../shared/model/device.ts';
import type { Block } from '../../shared/model/job.ts';
import type { LeasePolicy, Policy } from '../../shared/model/policy.ts';
import { hasBit } from './bitmap.ts';
import type { HeldLease, LeaseBook } from './lease-book.ts';
import { openSlots, votesAt, type LiveJob } from './live-jobs.ts';
import type { SlotKey } from './ports.ts';
import type { ReplicationRule } from './replication.ts';

/** Slots of one block chosen for one executor. */
export interface Choice {
  readonly live: LiveJob;
  readonly block: Block;
  readonly taskIndices: readonly number[];
}

export interface LeaseRules {
  readonly policy: Policy;
  readonly replication: (copies: number) => ReplicationRule;
  /** How many more units of audited jobs this device may have; without it, any number. */
  readonly auditedRoom?: () => number;
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
  rules: LeaseRules,
): Iterable<Choice> {
  const policy = rules.policy.leases;
  let left = want;
  const blocks = [...openBlocks(jobs, device, time)];
  for (const pick of [freeSlots, stragglers]) {
    for (const { live, block } of blocks) {
      if (left <= 0) return;
      const audited = live.job.replicas === 1 ? rules.auditedRoom?.() : undefined;
      const most = Math.min(left, accountRoom(live, book, device, policy), audited ?? left);
      const taskIndices =
        live.job.replicas === 1
          ? pick(block, book, device, most, time.now, policy)
          : pick === freeSlots
            ? copies(live, block, book, device, most, time.now, rules)
            : [];
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
    if (live.job.state.name === 'cancelling') continue;
    if (live.job.accountId === device.accountId && device.executor === 'peer') continue;
    if (device.executor === 'peer' && !device.consentClasses.includes(live.kind.class)) continue; // not agreed to
    if (live.job.replicas > 1 && device.executor === 'mainframe') continue; // copies are for accounts to agree on
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

/** Copies of a replicated job's slots: as many as its rule wants now, each for an account that has none of that slot. */
function copies(
  live: LiveJob,
  block: Block,
  book: LeaseBook,
  device: Device,
  want: number,
  now: number,
  { policy, replication }: LeaseRules,
): number[] {
  const chosen: number[] = [];
  for (let i = 0; i < block.taskCount && chosen.length < want; i++) {
    const isOwn = ({ accountId }: { readonly accountId: AccountId }): boolean => accountId === device.accountId;
    const slot = { blockId: block.id, taskIndex: i };
    if (hasBit(block.done, i) || votesAt(live, slot).some(isOwn) || book.at(block.id, i).some(isOwn)) continue;
    if (missingCopies(live, slot, book, now, policy.leases, replication) > 0) chosen.push(i);
  }
  return chosen;
}

/** Copies of a slot that should be out or in and are not. Copies of stragglers are given up for lost. */
export function missingCopies(
  live: LiveJob,
  slot: SlotKey,
  book: LeaseBook,
  now: number,
  policy: LeasePolicy,
  replication: LeaseRules['replication'],
): number {
  const votes = votesAt(live, slot);
  const out = book.at(slot.blockId, slot.taskIndex).filter((lease) => !isOverdue(lease, now, policy)).length;
  return replication(live.job.replicas).wanted(slot, votes) - votes.length - out;
}

/** Of a large job, how many more units this device's account may have: no account sees or makes much of it. */
function accountRoom(live: LiveJob, book: LeaseBook, device: Device, policy: LeasePolicy): number {
  if (!live.accountUnits || device.executor === 'mainframe') return Number.POSITIVE_INFINITY;
  const most = Math.max(1, Math.floor(live.job.units * policy.largeJobShare));
  let held = 0;
  for (const block of live.blocks) held += book.heldIn(block.id, device.accountId);
  return Math.max(0, most - (live.accountUnits.get(device.accountId) ?? 0) - held);
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
    if (isOverdue(lease, now, policy) && book.at(block.id, lease.taskIndex).length === 1) overdue.push(lease);
  }
  return overdue;
}

function isOverdue(lease: HeldLease, now: number, policy: LeasePolicy): boolean {
  const isSlow = now - lease.leasedAt > policy.stragglerTimes * lease.expectedMs;
  return isSlow || (lease.awaySince !== undefined && now - lease.awaySince > policy.awayMs);
}

/**
 * How many units may be out at a device: one at first, few until it has shown that it finishes, then the most; one again
 * for a device that lately finishes less than half. Stopping costs it nothing else.
 */
export function holdLimit(device: Device, held: number, policy: LeasePolicy): number {
  const ended = device.recentLeased - held;
  const isFickle = ended >= policy.completionLeases && device.recentFinished < policy.completionShare * ended;
  if (device.taskCount === 0 || isFickle) return policy.first;
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
