import type { DeviceId } from '../../shared/ids.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { WriteSet } from '../core/ports.ts';
import type { AuditedWorld, RowModel } from './audited-world.ts';

/** A posting of a device: everything that has matured by now, and nothing else. */
export function post(world: AuditedWorld, policy: Policy, writes: WriteSet, now: number, touched: Set<RowModel>): void {
  const posting = new Set(writes.exchanges.filter((row) => row.state === 'posted').map(({ deviceId }) => deviceId));
  for (const { kind, cause } of writes.transfers)
    if (kind === 'post') posting.add(Number(cause.split(':')[1]) as DeviceId);
  for (const deviceId of posting) {
    const device = world.devices.get(deviceId);
    let amount = 0;
    for (const row of device?.rows ?? []) {
      const { maturityTasks, maturityMs } = policy;
      const isOld = (device?.taskCount ?? 0) - row.taskNo >= maturityTasks || now - row.acceptedAt >= maturityMs;
      if (row.state !== 'pending' || row.audit !== 'passed' || !isOld) continue;
      row.state = 'posted';
      touched.add(row);
      amount += row.amount;
    }
    if (amount > 0) world.counts.postings++;
    world.move(`pending:${device?.accountId}`, `available:${device?.accountId}`, amount);
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
