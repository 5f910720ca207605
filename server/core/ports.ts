import type { AccountId, BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import type { Micros } from '../../shared/money.ts';
import type { Adjustment } from '../../shared/model/adjustment.ts';
import type { Account, Consent, Device, ExchangeRow, Invite } from '../../shared/model/device.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import type { Block, Correction, Job, Round, StoredResult, Vote } from '../../shared/model/job.ts';
import type { LedgerAccount, Transfer } from '../../shared/model/ledger.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { PolicyChange } from '../../shared/model/policy-change.ts';
import type { Programme, ProgrammeChange } from '../../shared/model/programme.ts';
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
  /** All jobs in state running, correcting or cancelling, oldest first, each with its rounds and the blocks of its current round. */
  runningJobs(): Promise<readonly RunningJob[]>;
  job(id: JobId): Promise<{ readonly job: Job; readonly rounds: readonly Round[] } | undefined>;
  jobByKey(accountId: AccountId, idempotencyKey: string): Promise<Job | undefined>;
  /** An account's jobs, newest first. */
  jobsOf(accountId: AccountId, limit: number): Promise<readonly Job[]>;
  /** Pool units an account has asked for since an instant (of cancelled jobs those spent), and how many of its jobs run. */
  usage(accountId: AccountId, since: number): Promise<{ readonly units: number; readonly running: number }>;
  /** Of the newest `limit` jobs, how long those took, in ms, that were answered since an instant: shortest first. */
  recentWaits(since: number, limit: number): Promise<readonly number[]>;
  /** Results of a job by executor, for the asker's screen; what corrections did over is not counted again. */
  contributions(
    jobId: JobId,
  ): Promise<{ readonly mainframe: number; readonly peers: number; readonly devices: number }>;
  /** Blocks by id, of open and closed rounds. */
  blocks(ids: readonly BlockId[]): Promise<ReadonlyMap<BlockId, Block>>;
  /** Every stored result of a round, in task order. */
  resultsOf(jobId: JobId, round: number): Promise<readonly StoredResult[]>;
  /** A device's exchanges in state pending, oldest first. */
  pendingOf(deviceId: DeviceId): Promise<readonly ExchangeRow[]>;
  /** Pending exchanges whose gate has passed and that have results still to be re-run whole, oldest first. */
  wholeDue(limit: number): Promise<readonly ExchangeRow[]>;
  /** Pending exchanges of a job whose gate has not passed. */
  ungatedOf(jobId: JobId): Promise<readonly ExchangeRow[]>;
  /** Exchanges that an evidence voided. */
  voidedBy(evidenceId: number): Promise<readonly ExchangeRow[]>;
  evidence(id: number): Promise<Evidence | undefined>;
  /** A device's findings, oldest first. */
  evidenceOf(deviceId: DeviceId): Promise<readonly Evidence[]>;
  /** Every finding about one chunk. */
  evidenceAt(chunk: ChunkKey): Promise<readonly Evidence[]>;
  /** Jobs that are over (none that is correcting) and have corrections due, oldest first. */
  correctionsDue(limit: number): Promise<readonly JobId[]>;
  /** Tasks of a job that are to be done again, by round and task. */
  correctionsOf(jobId: JobId): Promise<readonly Correction[]>;
  /** Votes of a round of a replicated job, in the order they came. */
  votesOf(jobId: JobId, round: number): Promise<readonly Vote[]>;
  /** How many results of a job each account has in all its rounds; the mainframe's not. */
  accountUnits(jobId: JobId): Promise<ReadonlyMap<AccountId, number>>;
  /** Devices an account has enrolled since an instant. */
  newDevices(accountId: AccountId, since: number): Promise<number>;
  /**
   * Who works for whom: of each asker with at least `leastUnits` credited units, the accounts that did at least `share` of
   * them. Off the hot path; for admins.
   */
  feeding(leastUnits: number, share: number): Promise<readonly Feeding[]>;
  /**
   * Units that went to devices on probation since an instant, as far as rows tell: of devices enrolled since then all they
   * were leased (their first `probationTasks` of those that are done with it), of others on probation what they handed in.
   */
  probationUnits(since: number, probationTasks: number): Promise<number>;
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
  /** As it was last set; nothing before anybody touched it. */
  lastProgramme(): Promise<Programme | undefined>;
  /** All of them, oldest first: few. */
  policyChanges(): Promise<readonly PolicyChange[]>;
  /** Whether a proposal of another role still waits for its answer. */
  isRoleChangeOpen(id: number): Promise<boolean>;
  /** How many admins there are besides these two. */
  otherAdmins(house: AccountId, account: AccountId): Promise<number>;
  adjustment(id: number): Promise<Adjustment | undefined>;
  /** An author's, under an idempotency key. */
  adjustmentByKey(authorId: AccountId, idempotencyKey: string): Promise<Adjustment | undefined>;
  /** Those that an admin did alone, decided later than an instant. */
  adjustedAlone(authorId: AccountId, after: number): Promise<readonly Adjustment[]>;
  /** How many are proposed. */
  waitingAdjustments(): Promise<number>;
  /** Those proposed at or before an instant, oldest first. */
  adjustmentsDue(madeBy: number, limit: number): Promise<readonly number[]>;
  /** All there are, newest first, with id below `before`; for admins. */
  adjustments(before: number, limit: number): Promise<readonly Adjustment[]>;
  /** Those done to an account, newest first; `before` is a place in the order of `statement`. */
  adjustmentsOf(accountId: AccountId, before: StatementMark | undefined, limit: number): Promise<readonly Adjustment[]>;
  /** Events that the audit log has not yet, in the order of their commits. */
  waitingAuditEvents(limit: number): Promise<readonly StoredAuditEvent[]>;
  unsentOutbox(limit: number): Promise<readonly OutboxRow[]>;
  /** Whether an account may be erased now, and what would be lost. */
  erasable(accountId: AccountId): Promise<Erasable>;
  /** Erasures that are not known to be done; those that wait for a job of theirs to drain come last. */
  erasuresDue(limit: number): Promise<readonly AccountId[]>;
  /** Leaves no copy of what was erased in the log beside the database. */
  scrub(): Promise<void>;
  /** Everything stored about an account, table by table, in pieces of a bounded size. Off the hot path. */
  exportAccount(accountId: AccountId): Iterable<ExportPage>;
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
  readonly evidence: number;
  /** Of commits that gave leases or took a consent. */
  readonly commit: number;
  readonly policyChange: number;
  readonly adjustment: number;
}

/** What an account is made of, for its erasure. */
export interface Erasable {
  readonly deviceIds: readonly DeviceId[];
  /** Exchanges of its devices that are still in escrow. */
  readonly pending: readonly ExchangeRow[];
  /** Its jobs, running or not. */
  readonly jobIds: readonly JobId[];
}

export interface ExportPage {
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, string | number | Uint8Array | null>>[];
}

/** One chunk of all there are. */
export interface ChunkKey {
  readonly jobId: JobId;
  readonly round: number;
  readonly task: number;
  readonly chunk: number;
}

export interface Feeding {
  readonly asker: AccountId;
  readonly worker: AccountId;
  readonly units: number;
  /** Of all units credited for this asker's jobs. */
  readonly share: number;
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

/** A row's place in a statement. What no device did has device 0, and its own id for a seq. */
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
  readonly topic: 'job_answered' | 'job_failed' | 'job_corrected';
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
  /** New ones, and those whose appeal was decided. */
  readonly evidence: readonly Evidence[];
  readonly corrections: readonly Correction[];
  /** Corrections that a round has taken over. */
  readonly takenCorrections: readonly Correction[];
  readonly votes: readonly Vote[];
  /** Votes that turned out wrong, so that their slot is voted on anew. */
  readonly droppedVotes: readonly (SlotKey & { readonly deviceId: DeviceId })[];
  readonly transfers: readonly Transfer[];
  readonly outbox: readonly Omit<OutboxRow, 'id'>[];
  readonly sentOutbox: readonly number[];
  /** A new one. */
  readonly programme: ProgrammeChange | undefined;
  /** Accounts whose personal data goes with this commit, but for jobs that it leaves in progress. */
  readonly erased: readonly AccountId[];
  /** Erasures that are done outside, too. */
  readonly erasedOutside: readonly AccountId[];
  /** New ones, and those decided. */
  readonly policyChanges: readonly PolicyChange[];
  /** Proposals of another role that this commit makes true. One that is no longer open fails it: nothing of it is stored. */
  readonly approvedRoleChanges: readonly RoleApproval[];
  /** The same. */
  readonly adjustments: readonly Adjustment[];
  /** For the audit log, in this order: what is committed will be told there, whatever happens to this process. */
  readonly auditEvents: readonly AuditEvent[];
  /** Events up to this id are in the audit log and go; 0 = none. */
  readonly loggedAuditEvents: number;
}

export interface RoleApproval {
  readonly id: number;
  readonly by: AccountId;
  readonly at: number;
}

/** Something that people may one day have to be shown to have happened: one record of the audit log. */
export interface AuditEvent {
  readonly at: number;
  /** Whose act it was; nothing when the server acted by itself, or does not know. */
  readonly actorId: AccountId | null;
  /** In snake_case and in the past: `consent_withdrawn`. */
  readonly action: string;
  /** What it was done to: `device:7`, `account:3`, `policy-change:2`. */
  readonly target: string;
  /** Plain values, no names and no secrets: the log is never erased. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** Ids count up without gaps in the order of the commits. */
export interface StoredAuditEvent extends AuditEvent {
  readonly id: number;
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
  rerun(request: RerunRequest): Promise<Reran>;
  /**
   * Whole units (64 chunks) a second that all threads together can re-run, as measured so far; an estimate before the first.
   * About 1.2 a core. What a core audits of devices that are trusted, mostly a chunk a unit, is some twenty times as much.
   */
  unitsPerSecond(): number;
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
  /** Task index within the round. */
  readonly task: number;
  /** Which of its 64 chunks, in the order they are answered. */
  readonly chunks: readonly number[];
  /** `answer`: somebody waits for it. `background`: it never stands in front of those, not even once begun. */
  readonly urgency: 'answer' | 'background';
  /** The second build of the kernel: other bytes, same results. Asked before anybody is blamed. */
  readonly build: 'first' | 'second';
}

export interface Reran {
  /** One for each chunk asked for. */
  readonly digests: readonly Digest[];
  /** Of the last chunk. */
  readonly candidate: Uint8Array;
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
  /** Operators changed it: every open link and page hears of it. */
  programmeChanged(programme: Programme): void;
  /** Admins changed it: the same. */
  policyChanged(policy: Policy): void;
  /** Events wait for the audit log. */
  auditWaiting(): void;
  /** A device was banned: its link, if any, has to end. */
  deviceBanned(deviceId: DeviceId): void;
  /** An account was erased: links of its devices end, and what lies outside the store is erased next. Said again until that is told. */
  accountErased(accountId: AccountId, deviceIds: readonly DeviceId[]): void;
  /** A bug was caught: the fact it happened in was refused with this id. */
  incident(id: string, error: unknown): void;
}
