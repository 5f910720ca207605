import type { DeviceId } from '../ids.ts';
import { areHoursWithin, type Hours } from './hours.ts';

/** What kinds of work there are, as a driver may agree to them: product terms, not priorities of the queue. */
export const TASK_CLASSES = ['speed_critical', 'high_value', 'normal', 'gpu_accelerated'] as const;
export type TaskClass = (typeof TASK_CLASSES)[number];

/**
 * What a driver has agreed to. The server leases by class and within the hours; the phone's own governor keeps hours and
 * networks. A server cannot know which network a phone is on.
 */
export interface ConsentScope {
  readonly classes: readonly TaskClass[];
  /** Of the driver's day. Nothing = any hour. */
  readonly hours: Hours | undefined;
  readonly networks: 'any' | 'wifi';
}

/** One act of opting in or out, or of narrowing. Never changed, never removed. */
export interface Consent {
  readonly deviceId: DeviceId;
  readonly version: number;
  readonly isGranted: boolean;
  /** Of a withdrawal: what it withdrew. */
  readonly scope: ConsentScope;
  readonly at: number;
  /** The commit it became true with; later commits have higher numbers. */
  readonly commitNo: number;
  /** The last commit before it that gave this device leases; 0 = none ever. */
  readonly lastLeaseCommit: number;
}

/** Whether `inner` asks for nothing that `outer` does not hold already. */
export const isScopeWithin = (inner: ConsentScope, outer: ConsentScope): boolean =>
  inner.classes.every((one) => outer.classes.includes(one)) &&
  (outer.networks === 'any' || inner.networks === 'wifi') &&
  (outer.hours === undefined || (inner.hours !== undefined && areHoursWithin(inner.hours, outer.hours)));
