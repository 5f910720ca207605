import type { WriteSet } from '../core/ports.ts';
import { spanOf } from './audit-draws.ts';
import {
  hasBit,
  isDue,
  rowName,
  type AuditedWorld,
  type BlockModel,
  type DeviceModel,
  type RowModel,
  type SlotModel,
} from './audited-world.ts';
import { slotName, type Report } from './observer.ts';

export interface PassParts {
  readonly world: AuditedWorld;
  readonly report: Report;
}

/**
 * Re-runs that passed: gates, then whole ones. Believed of the write set is that a bit was set; that this result was run
 * again, with as many chunks as it takes, and was right, is checked against what was asked and the auditor's own sums.
 */
export function takePasses(writes: WriteSet, now: number, touched: Set<RowModel>, parts: PassParts): void {
  const { world } = parts;
  for (const { id, checked } of writes.blocks) {
    const block = world.blocks.get(id);
    block?.slots.forEach((slot, index) => {
      if (slot.state === 'done' && hasBit(checked, index)) passGate(block, index, slot, now, touched, parts);
    });
  }
  const wiped: Passed[] = [];
  for (const { deviceId, seq, blockId, wholeDone } of writes.exchanges) {
    const row = world.rows.get(rowName(deviceId, seq, blockId));
    if (!row || row.wholeDone === wholeDone) continue;
    row.indices.forEach((index, i) => {
      if (!isDue(wholeDone, i) || isDue(row.wholeDone, i)) return;
      if (world.isWiped(row.block.job)) wiped.push({ row, index, bit: 2 ** i });
      else passWhole(row, index, 2 ** i, now, touched, parts);
    });
  }
  for (const { row, index, bit } of wiped) {
    if (row.block.slots[index]?.whole === 'right' && hasCounted(row, writes, world)) {
      passWhole(row, index, bit, now, touched, parts);
      continue;
    }
    row.wholeDone += bit; // there is nothing left to run: whoever did it keeps it, and nothing is known of it
    touched.add(row);
  }
}

interface Passed {
  readonly row: RowModel;
  readonly index: number;
  readonly bit: number;
}

/** Whether a whole re-run that was under way when the inputs went has counted for the device: nobody else can tell. */
function hasCounted({ deviceId }: RowModel, { devices }: WriteSet, world: AuditedWorld): boolean {
  const said = devices.find(({ id }) => id === deviceId)?.verified.counts ?? [];
  const known = world.devices.get(deviceId)?.verified.values() ?? [];
  const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0);
  return sum(said) >= sum(known) + 64;
}

function passGate(
  block: BlockModel,
  index: number,
  slot: SlotModel,
  now: number,
  touched: Set<RowModel>,
  { world, report }: PassParts,
): void {
  if (slot.gate !== 'right')
    report(
      'checked_is_rerun',
      `${slotName(block.id, index)} of device ${slot.deviceId} is checked, its gate said ${slot.gate}`,
    );
  slot.state = 'checked';
  const device = slot.deviceId === undefined ? undefined : world.devices.get(slot.deviceId);
  const row = device && world.rows.get(rowName(device.id, slot.seq, block.id));
  if (!device || !row) return;
  device.cleanTasks++;
  verify(device, slot.gateChunks, now);
  if (row.audit !== 'none' || !row.indices.every((one) => row.block.slots[one]?.state === 'checked')) return;
  row.audit = 'passed';
  touched.add(row);
}

function passWhole(
  row: RowModel,
  index: number,
  bit: number,
  now: number,
  touched: Set<RowModel>,
  { world, report }: PassParts,
): void {
  const slot = row.block.slots[index];
  const device = world.devices.get(row.deviceId);
  const name = `${rowName(row.deviceId, row.seq, row.block.id)}, slot ${index}`;
  const isIts = slot?.deviceId === row.deviceId && slot.seq === row.seq;
  if (!device || !isIts || slot.whole !== 'right')
    return report(
      'done_is_rerun',
      `${name} is done, its whole re-run said ${isIts ? slot.whole : 'nothing: it is not its'}`,
    );
  row.wholeDone += bit;
  touched.add(row);
  world.counts.wholeReruns++;
  if (device.probationLeft > 0) device.probationAt = now;
  device.probationLeft = Math.max(0, device.probationLeft - 1);
  verify(device, 64, now);
}

function verify(device: DeviceModel, chunks: number, now: number): void {
  const span = spanOf(now);
  device.verified.set(span, (device.verified.get(span) ?? 0) + chunks);
}
