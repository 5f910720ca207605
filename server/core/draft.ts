import { must } from '../../shared/assert.ts';
import { equalBytes } from '../../shared/bytes.ts';
import type { AccountId, BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import { plus, ZERO, type Micros } from '../../shared/money.ts';
import type { Adjustment } from '../../shared/model/adjustment.ts';
import type { Account, Consent, Device, ExchangeRow, Invite } from '../../shared/model/device.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import type { Block, Correction, Job, Round, StoredResult, Vote } from '../../shared/model/job.ts';
import type { LedgerAccount, Transfer } from '../../shared/model/ledger.ts';
import type { PolicyChange } from '../../shared/model/policy-change.ts';
import type { ProgrammeChange } from '../../shared/model/programme.ts';
import type { Movement } from './ledger.ts';
import { accountsWithNews } from './news.ts';
import { withBlock, withoutVote, withVote, type LiveJob, type LiveJobs } from './live-jobs.ts';
import type {
  AuditEvent,
  ExchangeKey,
  LastIds,
  OutboxRow,
  ReadRows,
  RoleApproval,
  SlotKey,
  WriteSet,
} from './ports.ts';

/**
 * One batch's view of the world: what was read, overlaid with what has been decided so far. Nothing outside changes until
 * its write set is committed; a batch that fails is dropped with its draft.
 */
export class Draft {
  readonly now: number;
  readonly #rows: ReadRows;
  readonly #live: LiveJobs;
  readonly #ids: { -readonly [K in keyof LastIds]: LastIds[K] };

  readonly #accounts = new Map<AccountId, Account>();
  readonly #devices = new Map<DeviceId, Device>();
  readonly #consents: Consent[] = [];
  readonly #invites: Invite[] = [];
  readonly #jobs = new Map<JobId, Job>();
  readonly #liveJobs = new Map<JobId, LiveJob | undefined>();
  readonly #rounds: Round[] = [];
  readonly #blocks = new Map<BlockId, Block>();
  readonly #results = new Map<string, StoredResult | SlotKey>();
  /** Slots whose stored result goes, even if another comes in the same batch. */
  readonly #dropped = new Map<string, SlotKey>();
  readonly #exchanges = new Map<string, ExchangeRow>();
  readonly #evidence: Evidence[] = [];
  readonly #corrections: Correction[] = [];
  readonly #takenCorrections: Correction[] = [];
  readonly #votes: Vote[] = [];
  readonly #droppedVotes: Vote[] = [];
  readonly #laterResults: StoredResult[] = [];
  readonly #deltas = new Map<LedgerAccount, Micros>();
  readonly #transfers: Transfer[] = [];
  readonly #outbox: Omit<OutboxRow, 'id'>[] = [];
  readonly #sent: number[] = [];
  #programme: ProgrammeChange | undefined;
  #commitNo: number | undefined;
  readonly #erased = new Map<AccountId, readonly DeviceId[]>();
  readonly #erasedOutside: AccountId[] = [];
  readonly #policyChanges: PolicyChange[] = [];
  readonly #approvedRoleChanges: RoleApproval[] = [];
  readonly #adjustments: Adjustment[] = [];
  readonly #auditEvents: AuditEvent[] = [];
  #loggedAuditEvents = 0;

  constructor(now: number, rows: ReadRows, live: LiveJobs, ids: LastIds) {
    this.now = now;
    this.#rows = rows;
    this.#live = live;
    this.#ids = { ...ids };
  }

  nextId(of: keyof LastIds): number {
    return ++this.#ids[of];
  }

  /** This commit's place among those that gave leases or took a consent. */
  get commitNo(): number {
    return (this.#commitNo ??= this.nextId('commit'));
  }

  /** The store drops what is personal of it but jobs in progress, after everything else of this batch. */
  eraseAccount(id: AccountId, devices: readonly DeviceId[]): void {
    this.#erased.set(id, devices);
  }

  markErasedOutside(id: AccountId): void {
    this.#erasedOutside.push(id);
  }

  erasedAccounts(): ReadonlyMap<AccountId, readonly DeviceId[]> {
    return this.#erased;
  }

  /** Decided in this batch; nothing = as it was. */
  get programme(): ProgrammeChange | undefined {
    return this.#programme;
  }

  putProgramme(programme: ProgrammeChange): void {
    this.#programme = programme;
  }

  /** Decided in this batch. */
  get policyChanges(): readonly PolicyChange[] {
    return this.#policyChanges;
  }

  putPolicyChange(change: PolicyChange): void {
    this.#policyChanges.push(change);
  }

  approveRoleChange(approval: RoleApproval): void {
    this.#approvedRoleChanges.push(approval);
  }

  putAdjustment(adjustment: Adjustment): void {
    this.#adjustments.push(adjustment);
  }

  /** For the audit log, if and only if this batch is committed. */
  note(event: Omit<AuditEvent, 'at'>): void {
    this.#auditEvents.push({ at: this.now, ...event });
  }

  auditLogged(upTo: number): void {
    this.#loggedAuditEvents = upTo;
  }

  get hasAuditEvents(): boolean {
    return this.#auditEvents.length > 0;
  }

  get ids(): LastIds {
    return this.#ids;
  }

  account(id: AccountId): Account | undefined {
    return this.#accounts.get(id) ?? this.#rows.accounts.get(id);
  }

  putAccount(account: Account): void {
    this.#accounts.set(account.id, account);
  }

  device(id: DeviceId): Device | undefined {
    return this.#devices.get(id) ?? this.#rows.devices.get(id);
  }

  putDevice(device: Device): void {
    this.#devices.set(device.id, device);
  }

  addConsent(consent: Consent): void {
    this.#consents.push(consent);
  }

  invite(codeHash: Uint8Array): Invite | undefined {
    return [...this.#invites, ...this.#rows.invites].find((invite) => equalBytes(invite.codeHash, codeHash));
  }

  putInvite(invite: Invite): void {
    this.#invites.push(invite);
  }

  /** A running job, as decided so far. */
  live(id: JobId): LiveJob | undefined {
    return this.#liveJobs.has(id) ? this.#liveJobs.get(id) : this.#live.job(id);
  }

  liveOf(blockId: BlockId): LiveJob | undefined {
    const known = this.#live.jobOf(blockId)?.job.id ?? this.#blocks.get(blockId)?.jobId;
    const live = known === undefined ? undefined : this.live(known);
    return live?.blocks.some((block) => block.id === blockId) ? live : undefined; // a block of a closed round is no longer there
  }

  /** Running jobs as decided so far, oldest first. */
  *liveJobs(): Iterable<LiveJob> {
    const seen = new Set<JobId>();
    for (const { job } of this.#live.all()) {
      seen.add(job.id);
      const live = this.live(job.id);
      if (live) yield live;
    }
    for (const [id, live] of this.#liveJobs) if (live && !seen.has(id)) yield live;
  }

  /** Whether anything an account asked for is in progress, or drains. */
  hasLiveJobs(accountId: AccountId): boolean {
    for (const { job } of this.liveJobs()) if (job.accountId === accountId) return true;
    return false;
  }

  putBlock(block: Block): void {
    this.#blocks.set(block.id, block);
    const live = must(this.live(block.jobId), `running job ${block.jobId}`);
    this.#liveJobs.set(block.jobId, withBlock(live, block));
  }

  /** A hint kept in memory only. */
  putScoreToBeat(id: JobId, scoreToBeat: number): void {
    this.#liveJobs.set(id, { ...must(this.live(id), `running job ${id}`), scoreToBeat });
  }

  /** A job enters a round: a new job, or the next round of a running one. */
  openRound(live: LiveJob, closed: Round | undefined, opened: Round): void {
    if (closed) this.#rounds.push(closed);
    this.#rounds.push(opened);
    this.#jobs.set(live.job.id, live.job);
    for (const block of live.blocks) this.#blocks.set(block.id, block);
    this.#liveJobs.set(live.job.id, live);
  }

  /** A running job's state changes, and nothing else of it. */
  putJob(job: Job): void {
    this.#jobs.set(job.id, job);
    this.#liveJobs.set(job.id, { ...must(this.live(job.id), `running job ${job.id}`), job });
  }

  /** A job leaves the queue: answered, failed or cancelled. */
  settleJob(job: Job, closed: Round | undefined): void {
    if (closed) this.#rounds.push(closed);
    this.#jobs.set(job.id, job);
    this.#liveJobs.set(job.id, undefined);
  }

  result(blockId: BlockId, taskIndex: number): StoredResult | undefined {
    const own = this.#results.get(slotName(blockId, taskIndex));
    if (own) return 'output' in own ? own : undefined;
    const isThere = (row: StoredResult): boolean => row.blockId === blockId && row.taskIndex === taskIndex;
    return this.#rows.results.find(isThere) ?? this.#laterResults.find(isThere);
  }

  /** Stored results that turned out to be needed only while deciding. */
  readAlso(results: readonly StoredResult[]): void {
    this.#laterResults.push(...results);
  }

  putResult(row: StoredResult): void {
    this.#results.set(slotName(row.blockId, row.taskIndex), row);
  }

  dropResult(blockId: BlockId, taskIndex: number): void {
    this.#results.set(slotName(blockId, taskIndex), { blockId, taskIndex });
    this.#dropped.set(slotName(blockId, taskIndex), { blockId, taskIndex });
  }

  exchange(key: ExchangeKey): ExchangeRow | undefined {
    const { deviceId, seq, blockId } = key;
    return (
      this.#exchanges.get(exchangeName(key)) ??
      this.#rows.exchanges.find((row) => row.deviceId === deviceId && row.seq === seq && row.blockId === blockId)
    );
  }

  putExchange(row: ExchangeRow): void {
    this.#exchanges.set(exchangeName(row), row);
  }

  /** Exchanges written by this batch that have results to be re-run whole and have passed their gate. */
  wholeDue(): readonly ExchangeRow[] {
    return [...this.#exchanges.values()].filter(
      ({ state, audit, wholeDue, wholeDone }) => state === 'pending' && audit === 'passed' && wholeDue !== wholeDone,
    );
  }

  putEvidence(evidence: Evidence): void {
    this.#evidence.push(evidence);
  }

  addCorrection(correction: Correction): void {
    this.#corrections.push(correction);
  }

  takeCorrections(corrections: readonly Correction[]): void {
    this.#takenCorrections.push(...corrections);
  }

  addVote(vote: Vote): void {
    this.#votes.push(vote);
    const live = must(this.liveOf(vote.blockId), `a running job of block ${vote.blockId}`);
    this.#liveJobs.set(live.job.id, withVote(live, vote));
  }

  dropVote(vote: Vote): void {
    this.#droppedVotes.push(vote);
    const live = this.liveOf(vote.blockId);
    if (live) this.#liveJobs.set(live.job.id, withoutVote(live, vote));
  }

  /** One account has done more units of a large job. */
  countUnits(id: JobId, account: AccountId, units: number): void {
    const live = must(this.live(id), `running job ${id}`);
    if (!live.accountUnits) return;
    const accountUnits = new Map(live.accountUnits).set(account, (live.accountUnits.get(account) ?? 0) + units);
    this.#liveJobs.set(id, { ...live, accountUnits });
  }

  /** Exchanges of a device written by this batch: what a conviction in the same batch must not overlook. */
  exchangesOf(deviceId: DeviceId): readonly ExchangeRow[] {
    return [...this.#exchanges.values()].filter((row) => row.deviceId === deviceId);
  }

  balance(account: LedgerAccount): Micros {
    return plus(this.#rows.balances.get(account) ?? ZERO, this.#deltas.get(account) ?? ZERO);
  }

  transfer(movement: Movement, id = this.nextId('transfer')): void {
    this.#transfers.push({ ...movement, id, at: this.now });
    for (const { account, micros } of movement.entries) {
      this.#deltas.set(account, plus(this.#deltas.get(account) ?? ZERO, micros));
    }
  }

  send(row: Omit<OutboxRow, 'id'>): void {
    this.#outbox.push(row);
  }

  markSent(ids: readonly number[]): void {
    this.#sent.push(...ids);
  }

  writes(): WriteSet {
    const results = [...this.#results.values()];
    return {
      accounts: [...this.#accounts.values()],
      devices: [...this.#devices.values()],
      consents: this.#consents,
      invites: this.#invites,
      jobs: [...this.#jobs.values()],
      rounds: this.#rounds,
      blocks: [...this.#blocks.values()],
      results: results.filter((row) => 'output' in row),
      droppedResults: [...this.#dropped.values()],
      exchanges: [...this.#exchanges.values()],
      evidence: this.#evidence,
      corrections: this.#corrections,
      takenCorrections: this.#takenCorrections,
      votes: this.#votes,
      droppedVotes: this.#droppedVotes,
      transfers: this.#transfers,
      outbox: this.#outbox,
      sentOutbox: this.#sent,
      programme: this.#programme,
      erased: [...this.#erased.keys()],
      erasedOutside: this.#erasedOutside,
      policyChanges: this.#policyChanges,
      approvedRoleChanges: this.#approvedRoleChanges,
      adjustments: this.#adjustments,
      auditEvents: this.#auditEvents,
      loggedAuditEvents: this.#loggedAuditEvents,
    };
  }

  /** After the commit: what was decided becomes what is. Returns the jobs that changed. */
  apply(): readonly Pick<Job, 'id' | 'accountId'>[] {
    const changed: Pick<Job, 'id' | 'accountId'>[] = [];
    for (const [id, live] of this.#liveJobs) {
      const job = live?.job ?? this.#jobs.get(id);
      if (live) this.#live.put(live);
      else this.#live.delete(id);
      if (job) changed.push(job);
    }
    return changed;
  }

  /** Devices this batch wrote as banned. */
  bannedDevices(): readonly DeviceId[] {
    return [...this.#devices.values()].filter(({ status }) => status === 'banned').map(({ id }) => id);
  }

  /** Accounts that something they may see has changed for. */
  touchedAccounts(): ReadonlySet<AccountId> {
    return accountsWithNews(this.#rows.devices, this.#devices.values(), this.#transfers);
  }

  /** Whether messages wait to leave once this is committed. */
  hasMail(): boolean {
    return this.#outbox.length > 0;
  }

  isEmpty(): boolean {
    return (
      this.#accounts.size + this.#devices.size + this.#jobs.size + this.#blocks.size + this.#results.size === 0 &&
      this.#programme === undefined &&
      this.#loggedAuditEvents === 0 &&
      this.#policyChanges.length + this.#adjustments.length + this.#auditEvents.length === 0 &&
      this.#exchanges.size +
        this.#rounds.length +
        this.#transfers.length +
        this.#evidence.length +
        this.#corrections.length +
        this.#takenCorrections.length +
        this.#votes.length +
        this.#droppedVotes.length +
        this.#invites.length +
        this.#outbox.length +
        this.#erasedOutside.length +
        this.#sent.length ===
        0
    );
  }
}

const slotName = (blockId: BlockId, taskIndex: number): string => `${blockId}:${taskIndex}`;
const exchangeName = (key: ExchangeKey): string => `${key.deviceId}:${key.seq}:${key.blockId}`;
