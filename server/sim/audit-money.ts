import type { DeviceId } from '../../shared/ids.ts';
import type { ExchangeRow } from '../../shared/model/device.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { WriteSet } from '../core/ports.ts';
import type { Draws } from './audit-draws.ts';
import { rowName, type AuditedWorld, type DeviceModel, type RowModel } from './audited-world.ts';
import type { Report } from './observer.ts';

export interface MoneyParts {
  readonly world: AuditedWorld;
  readonly policy: Policy;
  readonly draws: Draws;
  readonly report: Report;
}

const DAY_MS = 86_400_000;
const SLOW_READ_MS = 60_000;

/**
 * Postings. Believed is that a device's pass was made (one of its rows was posted, settled, or forfeited, or money was
 * posted); which rows that had to be, and how much, is worked out.
 */
export function post(writes: WriteSet, now: number, touched: Set<RowModel>, parts: MoneyParts): void {
  for (const deviceId of passesIn(writes, parts.world)) {
    const device = parts.world.devices.get(deviceId);
    if (device) pass(device, writes, now, touched, parts);
  }
}

function passesIn(writes: WriteSet, world: AuditedWorld): ReadonlySet<DeviceId> {
  const passes = new Set<DeviceId>();
  for (const { deviceId, seq, blockId, state, isSettled } of writes.exchanges) {
    const row = world.rows.get(rowName(deviceId, seq, blockId));
    if (row?.state !== 'pending') continue;
    if (state === 'posted' || state === 'void' || isSettled !== row.isSettled) passes.add(deviceId);
  }
  for (const { kind, cause } of writes.transfers)
    if (kind === 'post') passes.add(Number(cause.split(':')[1]) as DeviceId);
  return passes;
}

function pass(device: DeviceModel, writes: WriteSet, now: number, touched: Set<RowModel>, parts: MoneyParts): void {
  const pending = device.rows.filter(({ state }) => state === 'pending');
  if (device.frozenAt !== undefined) return forfeit(device, device.frozenAt, pending, now, writes, touched, parts);
  const { world, policy, report } = parts;
  const byTasks = (row: RowModel): boolean => device.taskCount - row.taskNo >= policy.maturityTasks;
  const midnight = Math.floor(now / DAY_MS) * DAY_MS; // age is measured at the last one
  const byTime = (row: RowModel): boolean => midnight - row.acceptedAt >= policy.maturityMs;
  const isWaiting = settle(device, pending, (row) => byTime(row) && !byTasks(row), writes, touched, now, parts);
  const day = Math.floor(now / DAY_MS);
  const expectedAt = isWaiting ? now + policy.audit.settleMs : (day + 1) * DAY_MS;
  let isAllPosted = true;
  let amount = 0;
  for (const row of pending) {
    const isMature = byTasks(row) || (byTime(row) && row.isSettled);
    const isClean = row.audit === 'passed' && row.wholeDue === row.wholeDone;
    if (isWaiting || device.postedOn === day || !isMature || !isClean) {
      isAllPosted = false;
      continue;
    }
    row.state = 'posted';
    touched.add(row);
    amount += row.amount;
  }
  if (amount > 0) {
    world.counts.postings++;
    device.postedOn = day;
  }
  world.move(`pending:${device.accountId}`, `available:${device.accountId}`, amount);
  const said = writes.devices.find(({ id }) => id === device.id)?.postAt;
  const expected = isAllPosted ? undefined : expectedAt;
  // A pass that only asks for re-runs books nothing with a time of its own: when it was decided is known to what a slow read takes.
  const decidedAt = isWaiting && said !== undefined ? said - policy.audit.settleMs : undefined;
  if (decidedAt !== undefined && decidedAt <= now && decidedAt >= now - SLOW_READ_MS) return;
  if (said !== expected)
    report('posting_as_predicted', `device ${device.id} posts next at ${said}, expected ${expected}`);
}

/** Rows about to post by time alone are drawn once more. Says whether any of them has to be re-run first. */
function settle(
  device: DeviceModel,
  pending: readonly RowModel[],
  isByTimeAlone: (row: RowModel) => boolean,
  writes: WriteSet,
  touched: Set<RowModel>,
  now: number,
  { world, draws, report }: MoneyParts,
): boolean {
  let isWaiting = false;
  for (const row of pending) {
    const written = writtenRow(writes, row);
    const name = rowName(device.id, row.seq, row.block.id);
    const isCandidate = !row.isSettled && row.audit === 'passed' && isByTimeAlone(row);
    const isSettled = written?.isSettled ?? row.isSettled;
    // One that waits for re-runs anyway may be settled now or when it has had them.
    if (isCandidate && !isSettled && row.wholeDue === row.wholeDone) report('settled_as_predicted', `${name} is not`);
    if (!isCandidate && isSettled && !row.isSettled) report('settled_as_predicted', `${name} is`);
    if (!written || !isSettled || row.isSettled) continue;
    row.isSettled = true;
    touched.add(row);
    world.counts.settlements++;
    const before = row.wholeDue;
    row.wholeDue = written.wholeDue;
    draws.settled(row, before, device, now);
    if (row.wholeDue !== before) isWaiting = true;
  }
  return isWaiting;
}

const writtenRow = ({ exchanges }: WriteSet, row: RowModel): ExchangeRow | undefined =>
  exchanges.find((one) => one.deviceId === row.deviceId && one.seq === row.seq && one.blockId === row.block.id);

/** What a banned device had in escrow is lost when nobody was found to have wronged it within the time for it. */
function forfeit(
  device: DeviceModel,
  frozenAt: number,
  pending: readonly RowModel[],
  now: number,
  writes: WriteSet,
  touched: Set<RowModel>,
  { world, policy, report }: MoneyParts,
): void {
  if (now < frozenAt + policy.audit.appealMs)
    return report('frozen_posts_nothing', `device ${device.id}, frozen at ${frozenAt}, had its pass at ${now}`);
  const findings = device.findings.filter(({ isGranted }) => !isGranted).map(({ id }) => id);
  for (const row of pending) {
    // Which of its findings it is booked to is the coordinator's choice: an appeal against that one would restore it.
    row.voidedBy = writtenRow(writes, row)?.voidedBy ?? 0;
    if (!findings.includes(row.voidedBy))
      report('forfeits_have_a_reason', `device ${device.id}: voided by ${row.voidedBy}`);
    row.state = 'void';
    touched.add(row);
    world.counts.forfeits++;
    world.move(`pending:${device.accountId}`, 'reserved', row.amount);
  }
}

/** Money that is granted and put aside: how often is taken from the write set, how much is worked out. */
export function moveSlabs(world: AuditedWorld, policy: Policy, writes: WriteSet): void {
  const { phaseBudgetMicros, priceMicros, slabUnits } = policy;
  for (const { kind } of writes.transfers) {
    if (kind === 'fund') world.move('funding', 'budget', phaseBudgetMicros);
    if (kind !== 'slab') continue;
    const whole = Math.floor(world.balance('budget') / priceMicros);
    world.move('budget', 'reserved', Math.min(slabUnits, whole) * priceMicros);
  }
}
