import Database from 'better-sqlite3';
import type { AccountId, BlockId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { LedgerAccount } from '../../../shared/model/ledger.ts';
import type { ChunkKey, ReadSet, StatementMark, Store, WriteSet } from '../../core/ports.ts';
import * as adjusting from './adjustment-rows.ts';
import { asStoreError } from './as-store-error.ts';
import { erasable, erasuresDue } from './erase-account.ts';
import { exportAccount } from './export-account.ts';
import * as history from './history.ts';
import { verifyLedger } from './ledger-report.ts';
import { migrate } from './migrations.ts';
import * as oversight from './oversight-rows.ts';
import * as people from './read-people.ts';
import * as trust from './read-trust.ts';
import * as work from './read-work.ts';
import { Statements } from './statements.ts';
import { writeAll } from './write-all.ts';

/**
 * The store on SQLite. One connection writes and serves the coordinator's reads; a second, read-only one serves people, so
 * that a long statement of account never stands in front of a commit. Its twin is the same code on `:memory:`, where both
 * are one connection.
 *
 * WAL and `synchronous=FULL`: a commit is on the disk when it returns, and from a hundred tasks a commit on that costs
 * nothing (measured). Methods are synchronous inside; a transaction never spans an await.
 *
 * The SQL stands beside this file: read-work and read-trust for the coordinator, read-people, history and ledger-report for
 * people, write-all for the one transaction.
 */
export class SqliteStore implements Store {
  readonly #db: Database.Database;
  readonly #reader: Database.Database;
  readonly #write: Statements;
  readonly #read: Statements;

  private constructor(db: Database.Database, reader: Database.Database) {
    this.#db = db;
    this.#reader = reader;
    this.#write = new Statements(db);
    this.#read = new Statements(reader);
  }

  /** Opens a database file, creating it if absent, and brings its schema up to date. `:memory:` for the twin. */
  static open(path: string): SqliteStore {
    const db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('busy_timeout = 5000');
    db.pragma('secure_delete = ON'); // what is erased is overwritten; rows are seldom deleted, so it costs nothing that shows
    db.pragma('wal_autocheckpoint = 10000'); // pages: the default of 1,000 costs a fifth of the throughput
    migrate(db);
    const reader = path === ':memory:' ? db : new Database(path, { readonly: true });
    return new SqliteStore(db, reader);
  }

  /** The writing connection, for tests and tools that look at the file with SQL of their own. */
  get database(): Database.Database {
    return this.#db;
  }

  /** The reading connection, for reads of the desk that stand beside this file. */
  get reading(): Database.Database {
    return this.#reader;
  }

  async lastIds() {
    return work.lastIds(this.#write);
  }

  async load(wanted: ReadSet) {
    return work.load(this.#write, wanted);
  }

  async runningJobs() {
    return work.runningJobs(this.#write);
  }

  async blocks(ids: readonly BlockId[]) {
    return work.blocks(this.#write, ids);
  }

  async jobByKey(accountId: AccountId, idempotencyKey: string) {
    return work.jobByKey(this.#write, accountId, idempotencyKey);
  }

  async usage(accountId: AccountId, since: number) {
    return work.usage(this.#write, accountId, since);
  }

  async accountUnits(jobId: JobId) {
    return work.accountUnits(this.#write, jobId);
  }

  async resultsOf(jobId: JobId, round: number) {
    return work.resultsOf(this.#write, jobId, round);
  }

  async deviceByKey(publicKey: Uint8Array) {
    return work.deviceByKey(this.#write, publicKey);
  }

  async newDevices(accountId: AccountId, since: number) {
    return work.newDevices(this.#write, accountId, since);
  }

  async probationUnits(since: number, probationTasks: number) {
    return work.probationUnits(this.#write, since, probationTasks);
  }

  async duePosts(now: number, limit: number) {
    return work.duePosts(this.#write, now, limit);
  }

  async unsentOutbox(limit: number) {
    return work.unsentOutbox(this.#write, limit);
  }

  async pendingOf(deviceId: DeviceId) {
    return trust.pendingOf(this.#write, deviceId);
  }

  async wholeDue(limit: number) {
    return trust.wholeDue(this.#write, limit);
  }

  async ungatedOf(jobId: JobId) {
    return trust.ungatedOf(this.#write, jobId);
  }

  async voidedBy(evidenceId: number) {
    return trust.voidedBy(this.#write, evidenceId);
  }

  async evidence(id: number) {
    return trust.evidence(this.#write, id);
  }

  async evidenceOf(deviceId: DeviceId) {
    return trust.evidenceOf(this.#write, deviceId);
  }

  async evidenceAt(chunk: ChunkKey) {
    return trust.evidenceAt(this.#write, chunk);
  }

  async correctionsDue(limit: number) {
    return trust.correctionsDue(this.#write, limit);
  }

  async correctionsOf(jobId: JobId) {
    return trust.correctionsOf(this.#write, jobId);
  }

  async votesOf(jobId: JobId, round: number) {
    return trust.votesOf(this.#write, jobId, round);
  }

  async job(id: JobId) {
    return people.job(this.#read, id);
  }

  async jobsOf(accountId: AccountId, limit: number) {
    return people.jobsOf(this.#read, accountId, limit);
  }

  async recentWaits(since: number, limit: number) {
    return people.recentWaits(this.#read, since, limit);
  }

  async contributions(jobId: JobId) {
    return people.contributions(this.#read, jobId);
  }

  async lastProgramme() {
    return people.lastProgramme(this.#read);
  }

  async policyChanges() {
    return oversight.policyChanges(this.#read);
  }

  async isRoleChangeOpen(id: number) {
    return people.isRoleChangeOpen(this.#write, id);
  }

  async otherAdmins(house: AccountId, account: AccountId) {
    return people.otherAdmins(this.#write, house, account);
  }

  async adjustment(id: number) {
    return adjusting.adjustment(this.#write, id);
  }

  async adjustmentByKey(authorId: AccountId, idempotencyKey: string) {
    return adjusting.adjustmentByKey(this.#write, authorId, idempotencyKey);
  }

  async adjustedAlone(authorId: AccountId, after: number) {
    return adjusting.adjustedAlone(this.#write, authorId, after);
  }

  async waitingAdjustments() {
    return adjusting.waitingAdjustments(this.#write);
  }

  async adjustmentsDue(madeBy: number, limit: number) {
    return adjusting.adjustmentsDue(this.#write, madeBy, limit);
  }

  async adjustments(before: number, limit: number) {
    return adjusting.adjustments(this.#read, before, limit);
  }

  async adjustmentsOf(accountId: AccountId, before: StatementMark | undefined, limit: number) {
    return adjusting.adjustmentsOf(this.#read, accountId, before, limit);
  }

  async waitingAuditEvents(limit: number) {
    return oversight.waitingAuditEvents(this.#read, limit);
  }

  async lastConsent(deviceId: DeviceId) {
    return people.lastConsent(this.#read, deviceId);
  }

  async statement(accountId: AccountId, before: StatementMark | undefined, limit: number) {
    return people.statement(this.#read, accountId, before, limit);
  }

  async unitsOf(accountId: AccountId, since: number) {
    return people.unitsOf(this.#read, accountId, since);
  }

  async feeding(leastUnits: number, share: number) {
    return people.feeding(this.#read, leastUnits, share);
  }

  async balance(account: LedgerAccount) {
    return people.balance(this.#read, account);
  }

  async entries(account: LedgerAccount, before: number, limit: number) {
    return history.entries(this.#read, account, before, limit);
  }

  async verifyLedger() {
    return verifyLedger(this.#read);
  }

  async erasable(accountId: AccountId) {
    return erasable(this.#write, accountId);
  }

  async erasuresDue(limit: number) {
    return erasuresDue(this.#write, limit);
  }

  async scrub() {
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  exportAccount(accountId: AccountId) {
    return exportAccount(this.#read, accountId);
  }

  async commit(writes: WriteSet) {
    this.#transact(() => writeAll(this.#write, writes));
  }

  async indexHistory(limit: number) {
    return this.#transact(() => history.indexHistory(this.#write, limit));
  }

  close(): void {
    if (this.#reader !== this.#db) this.#reader.close();
    this.#db.close();
  }

  #transact<T>(work: () => T): T {
    try {
      return this.#db.transaction(work).immediate();
    } catch (error) {
      throw asStoreError(error);
    }
  }
}
