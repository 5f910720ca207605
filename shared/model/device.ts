import type { AccountId, BlockId, DeviceId } from '../ids.ts';
import type { Micros } from '../money.ts';
import type { TaskClass } from './consent.ts';
import type { Hours } from './hours.ts';

export type { Consent } from './consent.ts';

export type Role = 'driver' | 'tester' | 'admin';

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  /** Since when nobody stands behind it: its name is gone, its number stays in the books. */
  readonly erasedAt: number | undefined;
}

/** One installed browser of a driver, or the mainframe (which has no key, earns nothing and is believed). */
export interface Device {
  readonly id: DeviceId;
  readonly accountId: AccountId;
  readonly executor: 'peer' | 'mainframe';
  /** Uncompressed P-256 point, 65 bytes; empty for the mainframe. */
  readonly publicKey: Uint8Array;
  readonly cores: number;
  /** `banned`: proven fraud; it gets no leases. `erased`: its driver has erased the account; it has no key any more. */
  readonly status: 'active' | 'stopped' | 'banned' | 'erased';
  /** The consent version in force on this device; 0 = not opted in. The rows of consent say when and what before. */
  readonly consentVersion: number;
  /** Classes of work agreed to; none when it is not opted in. */
  readonly consentClasses: readonly TaskClass[];
  /** Hours of its driver's day agreed to; nothing = any hour, or not opted in. */
  readonly consentHours: Hours | undefined;
  /** The last commit that gave it leases; 0 = none ever. Consent rows tell theirs, so that the order can be checked. */
  readonly leasedCommit: number;
  /** Units accepted in its life. */
  readonly taskCount: number;
  readonly lastSeq: number;
  /** The reply to `lastSeq`, as sent: a repeated exchange gets it again. */
  readonly lastReply: Uint8Array;
  readonly convictions: number;
  /** Tasks still to be re-run whole before one chunk of each is enough. */
  readonly probationLeft: number;
  /** Tasks found clean since the last finding. */
  readonly cleanTasks: number;
  readonly verified: VerifiedChunks;
  /** Until its task count reaches this, more of its results are re-run: it said something implausible. */
  readonly suspectUntil: number;
  /** Since when its escrow is held: nothing posts until an appeal is granted. */
  readonly frozenAt: number | undefined;
  /** Milliseconds a chunk took it at full speed in the self-test at opt-in; 0 = no self-test passed. */
  readonly chunkMs: number;
  /** Mean milliseconds a unit as it reports them; 0 = none yet. */
  readonly paceMs: number;
  /** Units leased to it and finished by it of late: for the size of its leases, never for trust. */
  readonly recentLeased: number;
  readonly recentFinished: number;
  /** When its matured exchanges are posted next; nothing while none is pending. */
  readonly postAt: number | undefined;
  readonly throttle: Throttle;
  readonly createdAt: number;
}

/** What the server itself has counted of a device's day and pace, whatever the device says. */
export interface Throttle {
  /** Minutes its clock is east of UTC, as it said; and when it last said something else. */
  readonly zoneMinutes: number;
  readonly zoneAt: number;
  /** Days since 1970 by that clock. Never goes back. */
  readonly day: number;
  /** Sent and received by its link on that day, and units leased to it. */
  readonly bytes: number;
  readonly units: number;
  /** Units leased so far are worth the time until then at the fastest honest pace. */
  readonly pacedUntil: number;
  /** Times it asked on that day though it knew that it may not. */
  readonly breaches: number;
  readonly pausedUntil: number;
  /** Units leased to it in its life. Acts of consent hold it in the audit log: between two equal ones nothing was leased. */
  readonly unitsEver: number;
}

/** Chunks of a device that were re-run and right, by spans of ten days: what it is trusted for. */
export interface VerifiedChunks {
  /** Which span since 1970 `counts[0]` is; earlier ones follow. */
  readonly span: number;
  readonly counts: readonly number[];
}

/** A way in: shown once as a link, kept by its hash. */
export interface Invite {
  /** SHA-256 of the code. */
  readonly codeHash: Uint8Array;
  readonly role: Role;
  readonly expiresAt: number;
  /** Who came in by it. */
  readonly accountId: AccountId | undefined;
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
  /** `restored`: voided, and paid after a granted appeal. */
  readonly state: 'pending' | 'posted' | 'void' | 'restored';
  /** Of its gate: every result's first re-run passed, or one failed (here or later). */
  readonly audit: 'none' | 'passed' | 'failed';
  /** Results to be re-run whole before it may post, and those that were: bit i stands for `taskIndices[i]`. */
  readonly wholeDue: number;
  readonly wholeDone: number;
  /** What must be due for posting by time has been drawn. */
  readonly isSettled: boolean;
  /** The evidence that voided it; 0 = none did. */
  readonly voidedBy: number;
  /** The device's unit count after this exchange: it matures when the count is 250 further. */
  readonly taskNo: number;
  readonly acceptedAt: number;
}
