import type { Device } from '../../shared/model/device.ts';
import type { Policy } from '../../shared/model/policy.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import { unit, type Rng } from '../../shared/rng.ts';
import { afterCleanGate, afterCleanTask, gateSize, NO_TRUST, wholeRate } from '../core/trust.ts';

/** What the policy has re-run of one unit that a phone brought. */
export interface AuditedUnit {
  readonly gateChunks: number;
  readonly isWhole: boolean;
}

/** Rounds rest on one chunk each, which is re-run when they close. A round of the policy's is eight units. */
export const UNITS_PER_WINNER = 8;

/**
 * The first `tasks` units of honest devices, one device after the other, as the rules of trust have them re-run. All on one
 * day: a phone that works does a thousand in ten to twenty hours.
 */
export function auditMix(policy: Policy, devices: number, tasks: number, rng: Rng): readonly AuditedUnit[] {
  const { audit } = policy;
  const now = 0;
  const units: AuditedUnit[] = [];
  for (let i = 0; i < devices; i++) {
    let device = newcomer(policy);
    for (let taskCount = 0; taskCount < tasks; taskCount++) {
      device = { ...device, taskCount };
      const gateChunks = gateSize(device, audit);
      const isWhole = unit(rng) < wholeRate(device, now, audit);
      device = afterCleanGate(device, gateChunks, now, audit);
      if (isWhole) device = afterCleanTask(device, CHUNKS_PER_TASK, now, audit);
      units.push({ gateChunks, isWhole });
    }
  }
  return units;
}

/** A device as far as the rules of trust look at it. */
const newcomer = ({ probationTasks }: Policy): Device =>
  ({ probationLeft: probationTasks, cleanTasks: 0, suspectUntil: 0, verified: NO_TRUST }) as unknown as Device;

/** Chunks re-run for a unit, on average. */
export const meanChunks = (units: readonly AuditedUnit[]): number =>
  units.reduce((sum, { gateChunks, isWhole }) => sum + gateChunks + (isWhole ? CHUNKS_PER_TASK : 0), 0) / units.length;
