import type { WriteSet } from '../core/ports.ts';
import { emptySlot, rowName, type AuditedWorld, type RowModel } from './audited-world.ts';
import { slotName, type Report } from './observer.ts';

/**
 * Accounts that were erased: what they had in escrow and what had posted goes back to the budget, their devices are nobody's,
 * and nothing that leads to anybody is written of them.
 */
export function takeErasures(world: AuditedWorld, writes: WriteSet, touched: Set<RowModel>, report: Report): void {
  for (const accountId of writes.erased) {
    if (world.erasedAccounts.has(accountId)) {
      const drained = writes.jobs.filter((job) => job.accountId === accountId && job.state.name === 'cancelled');
      if (drained.length === 0) report('erased_once', `account ${accountId} again, and no request of it has drained`);
      world.counts.drained += drained.length;
      continue;
    }
    world.erasedAccounts.add(accountId);
    world.counts.erasures++;
    const account = writes.accounts.find(({ id }) => id === accountId);
    if (account?.name !== '' || account.erasedAt === undefined) report('erased_has_no_name', `account ${accountId}`);
    for (const device of world.devices.values()) {
      if (device.accountId !== accountId) continue;
      device.isErased = true;
      device.isBanned = false;
      const written = writes.devices.find(({ id }) => id === device.id);
      if (written?.status !== 'erased' || written.consentVersion !== 0)
        report('erased_devices_are_out', `device ${device.id} is ${written?.status}`);
      for (const row of device.rows) {
        if (row.state !== 'pending') continue;
        row.state = 'void';
        touched.add(row);
      }
    }
    for (const held of [`pending:${accountId}`, `available:${accountId}`])
      world.move(held, 'budget', world.balance(held));
  }
}

/** A wrong result of somebody who has gone is taken out without blame; a right one stays. */
export function takeDropped(world: AuditedWorld, writes: WriteSet, report: Report): void {
  for (const { blockId, taskIndex } of writes.droppedResults) {
    const slot = world.blocks.get(blockId)?.slots[taskIndex];
    const device = slot?.deviceId === undefined ? undefined : world.devices.get(slot.deviceId);
    if (!slot || !device?.isErased || world.rows.get(rowName(device.id, slot.seq, blockId))?.state !== 'void') continue;
    if (slot.wrongAt === undefined)
      report('erased_work_stays', `${slotName(blockId, taskIndex)} was right, and was taken out`);
    world.wrong.delete(slot);
    emptySlot(slot);
  }
}
