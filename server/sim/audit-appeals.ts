import type { WriteSet } from '../core/ports.ts';
import type { AuditedWorld, DeviceModel, RowModel } from './audited-world.ts';
import type { Report } from './observer.ts';

/**
 * Appeals: what whoever re-ran the chunk said is heard once; a device that was right gets back what that evidence took, and
 * is free again unless another fraud stands.
 */
export function takeAppeals(
  world: AuditedWorld,
  writes: WriteSet,
  said: ReadonlyMap<number, ReadonlySet<boolean>>,
  touched: Set<RowModel>,
  report: Report,
): void {
  for (const { id, appeal } of writes.evidence) {
    const finding = world.findings.get(id);
    if (!finding || !appeal) continue;
    if (finding.isAppealed) {
      report('one_appeal_each', `evidence ${id}`);
      continue;
    }
    const isGranted = appeal.outcome === 'granted';
    if (!said.get(id)?.has(isGranted)) report('appeal_as_heard', `evidence ${id}: ${appeal.outcome}`);
    finding.isAppealed = true;
    finding.isGranted = isGranted;
    const device = world.devices.get(finding.deviceId);
    if (device && isGranted) restore(device, id, touched, world);
  }
}

function restore(device: DeviceModel, evidenceId: number, touched: Set<RowModel>, world: AuditedWorld): void {
  device.convictions--; // it was none
  for (const row of device.rows) {
    if (row.state !== 'void' || row.voidedBy !== evidenceId) continue;
    row.state = 'restored';
    touched.add(row);
    world.counts.restored++;
    world.move('reserved', `available:${device.accountId}`, row.amount);
  }
  if (device.findings.some(({ ruling, isGranted }) => ruling === 'fraud' && !isGranted)) return;
  device.isBanned = false;
  device.frozenAt = undefined;
}
