import type { Device, ExchangeRow } from '../../shared/model/device.ts';

/**
 * What a device's record leads to. This is the whole of trust for now: a new device's first tasks are re-run whole, and wrong
 * work costs everything still pending and sends it back there. Bans, evidence and appeals take their place here.
 */
export interface Sentence {
  readonly device: Device;
  /** Exchanges to void, with their slots to issue again where the round is still open. */
  readonly voids: readonly ExchangeRow[];
}

/**
 * Whether a device's result is re-run whole: its first tasks, and the first after a conviction. One chunk of 64 finds half a
 * lie half the time; a device that nobody knows yet gets no such chance.
 */
export const isOnProbation = (device: Device): boolean => device.probationLeft > 0;

/** A whole task of its was right. */
export const afterCleanTask = (device: Device): Device => ({
  ...device,
  probationLeft: Math.max(0, device.probationLeft - 1),
});

/** Proven wrong work: every pending exchange is voided, and probation begins again. */
export function convict(device: Device, pending: readonly ExchangeRow[], probationTasks: number): Sentence {
  return {
    device: { ...device, convictions: device.convictions + 1, probationLeft: probationTasks },
    voids: pending.filter((row) => row.state === 'pending'),
  };
}

/** A row matures when its device has done enough further tasks, or time enough has passed, and its own check passed. */
export const isMature = (
  row: ExchangeRow,
  device: Device,
  now: number,
  policy: { readonly maturityTasks: number; readonly maturityMs: number },
): boolean =>
  row.state === 'pending' &&
  row.audit === 'passed' &&
  (device.taskCount >= row.taskNo + policy.maturityTasks || now >= row.acceptedAt + policy.maturityMs);
