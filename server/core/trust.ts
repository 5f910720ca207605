import type { Device, ExchangeRow } from '../../shared/model/device.ts';

/**
 * What a device's record leads to. This is the whole of trust for now: wrong work costs everything still pending, and the
 * device goes on from nothing. Probation, bans, evidence and appeals take their place here.
 */
export interface Sentence {
  readonly device: Device;
  /** Exchanges to void, with their slots to issue again where the round is still open. */
  readonly voids: readonly ExchangeRow[];
}

/** Proven wrong work: every pending exchange is voided. */
export function convict(device: Device, pending: readonly ExchangeRow[]): Sentence {
  return {
    device: { ...device, convictions: device.convictions + 1 },
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
