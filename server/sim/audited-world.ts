import type { AccountId, BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import type { NaiveDigest } from './naive-tiny.ts';
import type { Asked } from './observer.ts';

/** The auditor's picture of the world: one plain object for everything, changed in place, no cleverness. */

export interface SlotModel {
  state: 'open' | 'done' | 'checked';
  /** Whose result it holds. */
  deviceId: DeviceId | undefined;
  seq: number;
  digests: readonly NaiveDigest[];
  /** What the audit of this very result has said, once it was answered: by the auditor's own sums. */
  audit: 'none' | 'right' | 'wrong';
  auditedAt: number;
}

export interface BlockModel {
  readonly id: BlockId;
  readonly job: JobModel;
  readonly round: number;
  readonly firstTask: number;
  readonly slots: readonly SlotModel[];
  isLive: boolean;
}

export interface JobModel {
  readonly id: JobId;
  readonly asked: Asked;
  readonly rounds: number;
  /** Column sums of what devices see. */
  readonly sums: readonly number[];
  round: number;
  readonly blocks: BlockModel[];
  readonly winners: { readonly score: number; readonly column: number }[];
  state: 'running' | 'answered';
  /** Every digest the answer rests on is the truth. */
  isTrue: boolean;
  isDelivered: boolean;
}

export interface RowModel {
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly block: BlockModel;
  readonly indices: number[];
  readonly amount: number;
  state: 'pending' | 'posted' | 'void';
  audit: 'none' | 'passed' | 'failed';
  readonly taskNo: number;
  readonly acceptedAt: number;
}

export interface DeviceModel {
  readonly accountId: AccountId;
  taskCount: number;
  lastSeq: number;
  convictions: number;
  /** Tasks that are still to be re-run whole. */
  probationLeft: number;
  readonly rows: RowModel[];
}

export const rowName = (deviceId: number, seq: number, blockId: number): string => `${deviceId}:${seq}:${blockId}`;

export const openSlot = (): SlotModel => ({
  state: 'open',
  deviceId: undefined,
  seq: 0,
  digests: [],
  audit: 'none',
  auditedAt: 0,
});

export function emptySlot(slot: SlotModel): void {
  Object.assign(slot, openSlot());
}

export class AuditedWorld {
  readonly balances = new Map<string, number>();
  readonly rows = new Map<string, RowModel>();
  readonly jobs = new Map<JobId, JobModel>();
  readonly blocks = new Map<BlockId, BlockModel>();
  readonly devices = new Map<DeviceId, DeviceModel>();
  readonly counts = {
    commits: 0,
    exchanges: 0,
    accepted: 0,
    voids: 0,
    postings: 0,
    convictions: 0,
    /** Answers that a liar made worse by hiding a better one. */
    hiddenAnswers: 0,
    /** Lies found out after they were posted. */
    paidLies: 0,
  };

  balance(account: string): number {
    return this.balances.get(account) ?? 0;
  }

  move(from: string, to: string, amount: number): void {
    if (amount === 0) return;
    this.balances.set(from, this.balance(from) - amount);
    this.balances.set(to, this.balance(to) + amount);
  }
}

export const hasBit = (bitmap: Uint8Array | undefined, index: number): boolean =>
  Math.floor((bitmap?.[Math.floor(index / 8)] ?? 0) / 2 ** (index % 8)) % 2 === 1;
