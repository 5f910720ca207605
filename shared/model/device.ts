import type { AccountId, BlockId, DeviceId } from '../ids.ts';
import type { Micros } from '../money.ts';

export type Role = 'driver' | 'tester' | 'admin';

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
}

/** One installed browser of a driver, or the mainframe (which has no key, earns nothing and is believed). */
export interface Device {
  readonly id: DeviceId;
  readonly accountId: AccountId;
  readonly executor: 'peer' | 'mainframe';
  /** Uncompressed P-256 point, 65 bytes; empty for the mainframe. */
  readonly publicKey: Uint8Array;
  readonly cores: number;
  readonly status: 'active' | 'stopped';
  /** Units accepted in its life. */
  readonly taskCount: number;
  readonly lastSeq: number;
  /** The reply to `lastSeq`, as sent: a repeated exchange gets it again. */
  readonly lastReply: Uint8Array;
  readonly convictions: number;
  /** When its matured exchanges are posted next; nothing while none is pending. */
  readonly postAt: number | undefined;
  readonly createdAt: number;
}

/** One device's accepted work in one message and block: the unit of escrow and of money. */
export interface ExchangeRow {
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly blockId: BlockId;
  readonly taskIndices: readonly number[];
  readonly amountMicros: Micros;
  /** SHA-256 over the outputs, in the order of `taskIndices`. */
  readonly digest: Uint8Array;
  readonly state: 'pending' | 'posted' | 'void';
  readonly audit: 'none' | 'passed' | 'failed';
  /** The device's unit count after this exchange: it matures when the count is 250 further. */
  readonly taskNo: number;
  readonly acceptedAt: number;
}
