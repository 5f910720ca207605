import type { DeviceId } from '../ids.ts';

/** What kinds of work there are, as a driver may agree to them: product terms, not priorities of the queue. */
export const TASK_CLASSES = ['speed_critical', 'high_value', 'normal', 'gpu_accelerated'] as const;
export type TaskClass = (typeof TASK_CLASSES)[number];

/** What a driver has agreed to. The server leases by class; hours and networks are kept by the phone's own governor. */
export interface ConsentScope {
  readonly classes: readonly TaskClass[];
  /** Minutes of the driver's day, from and to; from after to spans midnight. Nothing = any hour. */
  readonly hours: ConsentHours | undefined;
  readonly networks: 'any' | 'wifi';
}

export interface ConsentHours {
  readonly from: number;
  readonly to: number;
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

const DAY_MINUTES = 24 * 60;

/** On a circle: the way from the outer start to the inner end is no longer than the outer span. */
function areHoursWithin(inner: ConsentHours, outer: ConsentHours): boolean {
  const span = ({ from, to }: ConsentHours): number => (to - from + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const late = (inner.from - outer.from + DAY_MINUTES) % DAY_MINUTES;
  return late + span(inner) <= span(outer);
}
