import type { AccountId, BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import type { Micros } from '../../shared/money.ts';
import type { Account, Consent, Device, ExchangeRow, Invite } from '../../shared/model/device.ts';
import type { Block, Job, Round, StoredResult } from '../../shared/model/job.ts';
import type { LedgerAccount, Transfer } from '../../shared/model/ledger.ts';
import type { Digest } from '../../shared/protocol/output.ts';
import type { Rng } from '../../shared/rng.ts';

/**
 * What the coordinator needs of a store. One writer. Every method sees all earlier commits of this store object; `commit`
 * is atomic and durable when its promise resolves, and leaves no trace when it was not stored. A rejected commit may still
 * have been stored (a reply lost on the way): callers read again before they try again.
 */
export interface Store {
  /** The highest ids in use, so that the coordinator can hand out the next ones. */
  lastIds(): Promise<LastIds>;
  /** Everything a batch of facts needs, at once. Absent rows are absent from the maps. */
  load(wanted: ReadSet): Promise<ReadRows>;
  /** All jobs in state running, oldest first, each with its rounds and the blocks of its current round. */
  runningJobs(): Promise<readonly RunningJob[]>;
  job(id: JobId): Promise<{ readonly job: Job; readonly rounds: readonly Round[] } | undefined>;
  jobByKey(accountId: AccountId, idempotencyKey: string): Promise<Job | undefined>;
  /** An account's jobs, newest first. */
  jobsOf(accountId: AccountId, limit: number): Promise<readonly Job[]>;
  /** Pool units an account has asked for since an instant, and how many of its jobs run. */
  usage(accountId: AccountId, since: number): Promise<{ readonly units: number; readonly running: number }>;
  /** Progress of a block's slots, by executor, for the asker's screen. */
  contributions(
    jobId: JobId,
  ): Promise<{ readonly mainframe: number; readonly peers: number; readonly devices: number }>;
  /** Every stored result of a round, in task order. */
  resultsOf(jobId: JobId, round: number): Promise<readonly StoredResult[]>;
  /** A device's exchanges in state pending, oldest first. */
  pendingOf(deviceId: DeviceId): Promise<readonly ExchangeRow[]>;
  /** The device that enrolled with this key. */
  deviceByKey(publicKey: Uint8Array): Promise<Device | undefined>;
  /** A device's last act of consent. */
  lastConsent(deviceId: DeviceId): Promise<Consent | undefined>;
  /** Exchanges of an account's devices that were credited, newest first; `before` is a row's place in that order. */
  statement(accountId: AccountId, before: StatementMark | undefined, limit: number): Promise<readonly StatementRow[]>;
  /** Units accepted and not voided: since an instant, and in all. */
  unitsOf(accountId: AccountId, since: number): Promise<{ readonly since: number; readonly all: number }>;
  /** Devices whose posting is due, earliest first. */
  duePosts(now: number, limit: number): Promise<readonly DeviceId[]>;
  balance(account: LedgerAccount): Promise<Micros | undefined>;
  /** Newest first, entries of one ledger account with id below `before`. */
  entries(account: LedgerAccount, before: number, limit: number): Promise<readonly LedgerLine[]>;
  /** Sums and compares the whole book. */
  verifyLedger(): Promise<LedgerReport>;
  unsentOutbox(limit: number): Promise<readonly OutboxRow[]>;
  commit(writes: WriteSet): Promise<void>;
  /** Brings the account history index up to date in one sorted pass of at most `limit` entries; off the hot path. */
  indexHistory(limit: number): Promise<number>;
  close(): void;
}

export interface LastIds {
  readonly account: number;
  readonly device: number;
  readonly job: number;
  readonly block: number;
  readonly transfer: number;
}

export interface ReadSet {
  readonly accounts: ReadonlySet<AccountId>;
  readonly devices: ReadonlySet<DeviceId>;
  /** By code hash. */
  readonly invites: readonly Uint8Array[];
  readonly results: readonly SlotKey[];
  readonly exchanges: readonly ExchangeKey[];
  readonly balances: ReadonlySet<LedgerAccount>;
}

export interface SlotKey {
  readonly blockId: BlockId;
  readonly taskIndex: number;
}

export interface ExchangeKey {
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly blockId: BlockId;
}

export interface ReadRows {
  readonly accounts: ReadonlyMap<AccountId, Account>;
  readonly devices: ReadonlyMap<DeviceId, Device>;
  readonly invites: readonly Invite[];
  readonly results: readonly StoredResult[];
  readonly exchanges: readonly ExchangeRow[];
  readonly balances: ReadonlyMap<LedgerAccount, Micros>;
}

export interface RunningJob {
  readonly job: Job;
  readonly rounds: readonly Round[];
  readonly blocks: readonly Block[];
}

export interface StatementMark {
  readonly acceptedAt: number;
  readonly deviceId: number;
  readonly seq: number;
}

export interface StatementRow extends ExchangeRow {
  readonly kind: string;
}

export interface LedgerLine {
  readonly id: number;
  readonly transferId: number;
  readonly kind: Transfer['kind'];
  readonly cause: string;
  readonly at: number;
  readonly micros: Micros;
}

export interface LedgerReport {
  readonly transfers: number;
  readonly entries: number;
  readonly entriesSumMicros: Micros;
  /** Accounts whose balance is not the sum of their entries, or transfers whose entries do not sum to zero. */
  readonly mismatches: readonly string[];
  readonly balancesMatch: boolean;
}

export interface OutboxRow {
  readonly id: number;
  /** Idempotency key: a receiver that has seen it does nothing. */
  readonly key: string;
  readonly topic: 'job_answered' | 'job_failed';
  readonly jobId: JobId;
}

/** Everything one transaction writes. Puts are upserts of whole rows; the store adds transfers to balances itself. */
export interface WriteSet {
  readonly accounts: readonly Account[];
  readonly devices: readonly Device[];
  readonly consents: readonly Consent[];
  readonly invites: readonly Invite[];
  readonly jobs: readonly Job[];
  readonly rounds: readonly Round[];
  readonly blocks: readonly Block[];
  readonly results: readonly StoredResult[];
  readonly droppedResults: readonly SlotKey[];
  readonly exchanges: readonly ExchangeRow[];
  readonly transfers: readonly Transfer[];
  readonly outbox: readonly Omit<OutboxRow, 'id'>[];
  readonly sentOutbox: readonly number[];
}

/** The disk, not the caller, is at fault: nothing of the commit was kept. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: 'disk_full' | 'store_unavailable';
  constructor(code: 'disk_full' | 'store_unavailable', message: string) {
    super(message);
    this.code = code;
  }
}

/** Secrets and chance. Synchronous: they stand on the path between an exchange and its reply. */
export interface Secrets {
  readonly leaseKeyId: number;
  /** HMAC-SHA-256 under a lease key, cut to 16 bytes; nothing for a key we do not hold. */
  leaseMac(keyId: number, bytes: Uint8Array): Uint8Array | undefined;
  /** HMAC-SHA-256 under the audit secret: draws chunks nobody outside can foresee. */
  auditMac(bytes: Uint8Array): Uint8Array;
  sha256(bytes: Uint8Array): Uint8Array;
  readonly rng: Rng;
}

/** Re-runs chunks in the server's own kernels, off the coordinator's thread. */
export interface AuditExecutor {
  /** One chunk. */
  rerun(request: RerunRequest): Promise<{ readonly digest: Digest; readonly candidate: Uint8Array }>;
  /** All 64 of a task: an output, whose digests are what counts. */
  rerunTask(request: RerunTaskRequest): Promise<Uint8Array>;
}

export interface RoundOfJob {
  readonly kind: string;
  /** Identifies the inputs, so that an executor prepares once per job and round. */
  readonly jobId: JobId;
  readonly round: number;
  readonly jobInput: Uint8Array;
  readonly roundInput: Uint8Array;
}

export interface RerunRequest extends RoundOfJob {
  /** Chunk index within the round. */
  readonly chunk: number;
}

export interface RerunTaskRequest extends RoundOfJob {
  /** Task index within the round. */
  readonly task: number;
}

/** What the coordinator tells the outside after a commit. Must not throw and must not wait. */
export interface Listener {
  /**
   * Tasks are waiting for an executor; said again with every tick. `hasGrown`: more than when it was said last, so whoever
   * asked in vain may ask again.
   */
  workAvailable(units: number, hasGrown: boolean): void;
  /** Something of a job of this account changed. */
  jobChanged(jobId: JobId, accountId: AccountId): void;
  /** Credits, or a device, of this account changed. */
  accountChanged(accountId: AccountId): void;
  /** A message left the outbox. At least once; `key` tells a repeat. */
  deliver(row: OutboxRow): void;
  /** A bug was caught: the fact it happened in was refused with this id. */
  incident(id: string, error: unknown): void;
}
