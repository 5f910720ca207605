import { REST_CODES } from './rest-codes.ts';
import type { BlockId, DeviceId, JobId } from '../ids.ts';
import type { Micros } from '../money.ts';

/** One message of a device: results in, leases out. The frame codec turns it into bytes and back. */
export interface Exchange {
  readonly deviceId: DeviceId;
  /** Counts from 1 per device, without gaps. A repeated seq gets its stored reply, byte for byte. */
  readonly seq: number;
  readonly groups: readonly ResultGroup[];
  /** How many further units the device would take now. */
  readonly want: number;
  readonly report: DeviceReport;
}

/** Results of one block leased under the same terms; the shared fields of their tokens stand here once. */
export interface ResultGroup {
  readonly blockId: BlockId;
  readonly terms: LeaseTerms;
  readonly results: readonly TaskResult[];
}

/** What a lease token binds besides block, index, device, account and kernel. */
export interface LeaseTerms {
  readonly keyId: number;
  readonly priceMicros: Micros;
  /** The server's clock; opaque to the device, which counts its own `leaseMs`. */
  readonly leaseUntil: number;
  readonly policyVersion: number;
}

export interface TaskResult {
  readonly taskIndex: number;
  /** 16 bytes, as leased. */
  readonly token: Uint8Array;
  /** Worker time spent, as the device measured it: for plausibility, never for pay. */
  readonly cpuMs: number;
  /** 64 digests and perhaps a candidate: `protocol/output.ts`. */
  readonly output: Uint8Array;
}

/** Reason code of the governor (0 = computing), duty in hundredths of a percent of the device, bytes since local midnight. */
export interface DeviceReport {
  readonly reason: number;
  readonly duty: number;
  readonly bytesToday: number;
}

export interface ExchangeReply {
  readonly seq: number;
  /** Same order as the results that came in. */
  readonly outcomes: readonly ResultOutcome[];
  readonly leases: readonly LeaseGroup[];
  /** Why there are fewer leases than wanted; `ok` when there are not. */
  readonly status: LeaseStatus;
  /** When to ask again without being woken. */
  readonly retryMs: number;
}

/**
 * In precedence order, grouped by what the device does next.
 * Forget it, paid or not: `accepted`, `slot_taken`, `too_late`. Forget it, and look for the bug: `bad_token`, `invalid_result`.
 */
export type ResultOutcome = 'accepted' | 'bad_token' | 'too_late' | 'slot_taken' | 'invalid_result';

/**
 * Rules of the governor that the server asks too carry the governor's code. `too_fast`: more units than this device can have
 * computed; `day_full`: as many as a day has; `paused_by_us`: it asked too often though it may not; `resting`: for a reason we do not know.
 * `not_opted_in`: ask the driver, not us. `nothing_to_do`: wait to be woken. `budget_spent`: the programme's budget is used up. `enough_held`: finish first.
 */
export const LEASE_STATUSES = [
  'ok',
  'nothing_to_do',
  'budget_spent',
  'enough_held',
  'device_stopped',
  'too_fast',
  'day_full',
  'paused_by_us',
  'resting',
  ...REST_CODES,
] as const;
export type LeaseStatus = (typeof LEASE_STATUSES)[number];

/** Leases of one block under the same terms. */
export interface LeaseGroup {
  readonly jobId: JobId;
  readonly blockId: BlockId;
  readonly round: number;
  /** Position of the block's first task in its round: chunk = (firstTask + taskIndex) × 64 + c. */
  readonly firstTask: number;
  readonly terms: LeaseTerms;
  /** How long the device has, from receipt. A duration, because its clock may be a day off. */
  readonly leaseMs: number;
  /** A candidate is sent back only if it beats this. */
  readonly scoreToBeat: number;
  readonly leases: readonly LeaseSlot[];
}

export interface LeaseSlot {
  readonly taskIndex: number;
  readonly token: Uint8Array;
}

/** What a device says on linking: the leases it still holds. They are honoured before their slots are leased again. */
export interface HeldGroup {
  readonly blockId: BlockId;
  readonly terms: LeaseTerms;
  readonly leases: readonly LeaseSlot[];
}

/** What a device needs once per job, and once per round. */
export interface JobInput {
  readonly jobId: JobId;
  readonly round: number;
  /** Name and version of the kind, and the SHA-256 of its kernel (also its address). */
  readonly kind: string;
  readonly kindVersion: number;
  readonly kernelHash: Uint8Array;
  /** Empty when the device said that it holds the job's input already. */
  readonly jobInput: Uint8Array;
  readonly roundInput: Uint8Array;
}
