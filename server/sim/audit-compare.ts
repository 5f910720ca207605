import type { Device, ExchangeRow } from '../../shared/model/device.ts';
import type { WriteSet } from '../core/ports.ts';
import { spanOf } from './audit-draws.ts';
import { hasBit, isWithin, rowName, type AuditedWorld, type DeviceModel, type RowModel } from './audited-world.ts';
import { slotName, type Report } from './observer.ts';

/** What a commit wrote against what should have followed; `touched` are the exchanges that should have changed. */
export function compareWrites(
  world: AuditedWorld,
  writes: WriteSet,
  now: number,
  touched: ReadonlySet<RowModel>,
  report: Report,
): void {
  for (const device of writes.devices) compareDevice(device, world.devices.get(device.id), now, report);
  const written = new Set<RowModel | undefined>();
  for (const row of writes.exchanges) {
    const model = world.rows.get(rowName(row.deviceId, row.seq, row.blockId));
    written.add(model);
    // Passed and then voided in one commit: the slots are open again, so that a passed audit cannot be seen any more.
    if (model?.state === 'void' && model.audit === 'none' && row.audit === 'passed') model.audit = 'passed';
    compareRow(row, model, report);
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
        report('slot_as_predicted', `${slotName(id, i)}: ${said}, expected ${slot.state} (gate ${slot.gate})`);
    });
  }
}

function compareRow(row: ExchangeRow, model: RowModel | undefined, report: Report): void {
  const name = rowName(row.deviceId, row.seq, row.blockId);
  const said = `${row.state} ${row.audit} ${row.amountMicros} of ${row.taskIndices.join()} no ${row.taskNo} at ${row.acceptedAt}, whole ${row.wholeDue}/${row.wholeDone}, settled ${row.isSettled}, voided by ${row.voidedBy}`;
  const expected =
    model &&
    `${model.state} ${model.audit} ${model.amount} of ${model.indices.join()} no ${model.taskNo} at ${model.acceptedAt}, whole ${model.wholeDue}/${model.wholeDone}, settled ${model.isSettled}, voided by ${model.voidedBy}`;
  if (said !== expected) report('exchange_as_predicted', `${name}: ${said}, expected ${expected}`);
  if (!isWithin(row.wholeDone, row.wholeDue, row.taskIndices.length))
    report('done_is_due', `${name}: ${row.wholeDone} of ${row.wholeDue}`);
}

/** Where a rule says what a field must be, that; of what is believed, what must hold. */
function compareDevice(device: Device, model: DeviceModel | undefined, now: number, report: Report): void {
  if (!model) return;
  const expect = (rule: string, what: string, said: unknown, expected: unknown): void => {
    if (said !== expected) report(rule, `device ${device.id}: ${what} ${String(said)}, expected ${String(expected)}`);
  };
  expect('units_as_predicted', 'units', device.taskCount, model.taskCount);
  expect('conviction_as_predicted', 'convictions', device.convictions, model.convictions);
  expect('probation_as_predicted', 'probation', device.probationLeft, model.probationLeft);
  expect('trust_as_predicted', 'clean tasks', device.cleanTasks, model.cleanTasks);
  expect('trust_as_predicted', 'verified chunks', saidOf(device, now), countedOf(model, now));
  expect('ban_as_predicted', 'banned', device.status === 'banned', model.isBanned);
  expect('ban_as_predicted', 'frozen at', device.frozenAt, model.frozenAt);
  if (device.suspectUntil < model.suspectUntil)
    report('suspicion_ends_by_work', `device ${device.id}: until ${device.suspectUntil}, was ${model.suspectUntil}`);
  // Both are halved now and then, while some are out.
  if (device.recentFinished > device.recentLeased + 16)
    report('completion_is_a_share', `device ${device.id}: ${device.recentFinished} of ${device.recentLeased}`);
  const { suspectUntil, chunkMs, recentLeased, recentFinished } = device;
  Object.assign(model, { suspectUntil, chunkMs, recentLeased, recentFinished });
}

/** Spans that still count, latest first, as `span:chunks`. */
const saidOf = ({ verified: { span, counts } }: Device, now: number): string =>
  spans(
    counts.map((count, i) => [span - i, count] as const),
    now,
  );

const countedOf = ({ verified }: DeviceModel, now: number): string => spans([...verified], now);

const spans = (counted: readonly (readonly [span: number, count: number])[], now: number): string =>
  counted
    .filter(([span, count]) => count > 0 && span > spanOf(now) - 10)
    .toSorted(([a], [b]) => b - a)
    .map(([span, count]) => `${span}:${count}`)
    .join(' ');
