import type { WriteSet } from '../core/ports.ts';
import { hasBit, rowName, type AuditedWorld, type RowModel } from './audited-world.ts';
import { slotName, type Report } from './observer.ts';

/** What a commit wrote against what should have followed; `touched` are the exchanges that should have changed. */
export function compareWrites(
  world: AuditedWorld,
  writes: WriteSet,
  touched: ReadonlySet<RowModel>,
  report: Report,
): void {
  for (const { id, taskCount, convictions, probationLeft } of writes.devices) {
    const device = world.devices.get(id);
    if (device?.taskCount !== taskCount)
      report('units_as_predicted', `device ${id}: ${taskCount}, expected ${device?.taskCount}`);
    if (device?.convictions !== convictions)
      report('conviction_as_predicted', `device ${id}: ${convictions}, expected ${device?.convictions}`);
    if (device?.probationLeft !== probationLeft)
      report('probation_as_predicted', `device ${id}: ${probationLeft} left, expected ${device?.probationLeft}`);
  }
  const written = new Set<RowModel | undefined>();
  for (const row of writes.exchanges) {
    const model = world.rows.get(rowName(row.deviceId, row.seq, row.blockId));
    written.add(model);
    // Passed and then voided in one commit: the slots are open again, so that a passed audit cannot be seen any more.
    if (model?.state === 'void' && model.audit === 'none' && row.audit === 'passed') model.audit = 'passed';
    const name = rowName(row.deviceId, row.seq, row.blockId);
    const said = `${row.state} ${row.audit} ${row.amountMicros} ${row.taskIndices.join()} no ${row.taskNo} at ${row.acceptedAt}`;
    const expected =
      model &&
      `${model.state} ${model.audit} ${model.amount} ${model.indices.join()} no ${model.taskNo} at ${model.acceptedAt}`;
    if (said !== expected) report('exchange_as_predicted', `${name}: ${said}, expected ${expected}`);
  }
  for (const row of touched) {
    if (!written.has(row))
      report(
        'exchange_as_predicted',
        `${rowName(row.deviceId, row.seq, row.block.id)} should be ${row.state} ${row.audit}, and was not written`,
      );
  }
  for (const { id, done, checked } of writes.blocks) {
    world.blocks.get(id)?.slots.forEach((slot, i) => {
      const said = hasBit(checked, i) ? 'checked' : hasBit(done, i) ? 'done' : 'open';
      if (said !== slot.state)
        report('slot_as_predicted', `${slotName(id, i)}: ${said}, expected ${slot.state} (audit ${slot.audit})`);
    });
  }
}
