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
  readonly filedAt: number;
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
  readonly rows: RowModel[];
}

export interface PromiseModel {
  readonly deviceId: DeviceId;
  readonly slot: SlotModel;
  readonly block: BlockModel;
  readonly price: number;
  readonly until: number;
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
