import type { Device } from '../../shared/model/device.ts';
import type { AuditPolicy } from '../../shared/model/policy.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';

/** What a device says of one unit, and how long we know it had it (nothing when its lease is no longer known). */
export interface UnitTime {
  readonly cpuMs: number;
  readonly wallMs: number | undefined;
}

/**
 * Times that do not fit: faster than its own self-test allows, more worker time than time has passed, or a pace far off its
 * own mean. None of it proves anything (a clock may be wrong, a phone may be new), so all of it only raises the audit rate.
 */
function isImplausible(device: Device, { cpuMs, wallMs }: UnitTime, audit: AuditPolicy): boolean {
  if (device.chunkMs > 0 && cpuMs < audit.fastestShare * device.chunkMs * CHUNKS_PER_TASK) return true;
  if (wallMs !== undefined && wallMs < 0.9 * cpuMs) return true; // clocks may differ by a tenth
  const { paceMs } = device;
  return paceMs > 0 && (cpuMs > audit.driftTimes * paceMs || cpuMs * audit.driftTimes < paceMs);
}

/** The device after it has said these times. */
export function afterTimes(device: Device, times: readonly UnitTime[], audit: AuditPolicy): Device {
  let { paceMs, suspectUntil } = device;
  for (const time of times) {
    if (isImplausible({ ...device, paceMs }, time, audit)) suspectUntil = device.taskCount + audit.suspectTasks;
    paceMs = paceMs === 0 ? time.cpuMs : 0.8 * paceMs + 0.2 * time.cpuMs;
  }
  return { ...device, paceMs, suspectUntil };
}
