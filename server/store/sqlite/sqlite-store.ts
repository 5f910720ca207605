import Database from 'better-sqlite3';
import { must } from '../../../shared/assert.ts';
import type { AccountId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { Micros } from '../../../shared/money.ts';
import type { Consent, Device, ExchangeRow } from '../../../shared/model/device.ts';
import type { Job, Round, StoredResult } from '../../../shared/model/job.ts';
import type { LedgerAccount, Transfer, TransferKind } from '../../../shared/model/ledger.ts';
import {
  StoreError,
  type LastIds,
  type LedgerLine,
  type LedgerReport,
  type OutboxRow,
  type ReadRows,
  type ReadSet,
  type RunningJob,
  type StatementMark,
  type StatementRow,
  type Store,
  type WriteSet,
} from '../../core/ports.ts';
import { verifyLedger } from './ledger-report.ts';
import { migrate } from './migrations.ts';
import {
  type Row,
  fromAccount,
  fromDevice,
  fromExchange,
  fromJob,
  fromRound,
  toAccount,
  toBlock,
  toConsent,
  toDevice,
  toExchange,
  toInvite,
  toJob,
  toMicros,
  toResult,
  toRound,
} from './rows.ts';
import { PUTS, Statements } from './statements.ts';

/**
 * The store on SQLite. One connection writes and serves the coordinator's reads; a second, read-only one serves people, so
 * that a long statement of account never stands in front of a commit. Its twin is the same code on `:memory:`, where both
 * are one connection.
 *
 * WAL and `synchronous=FULL`: a commit is on the disk when it returns, and from a hundred tasks a commit on that costs
 * nothing (measured). Methods are synchronous inside; a transaction never spans an await.
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
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    db.pragma('wal_autocheckpoint = 10000'); // pages: the default of 1,000 costs a fifth of the throughput
    migrate(db);
    const reader = path === ':memory:' ? db : new Database(path, { readonly: true });
    return new SqliteStore(db, reader);
  }

  /** The writing connection, for tests and tools that look at the file with SQL of their own. */
  get database(): Database.Database {
    return this.#db;
  }

  async lastIds(): Promise<LastIds> {
    const last = (table: string): number =>
      this.#write.one(`SELECT coalesce(max(id), 0) AS id FROM ${table}`)?.['id'] as number;
    return {
      account: last('account'),
      device: last('device'),
      job: last('job'),
      block: last('block'),
      transfer: last('transfer'),
    };
  }

  async load(wanted: ReadSet): Promise<ReadRows> {
    const { accounts, devices, invites, results, exchanges, balances } = wanted;
    const own = this.#write;
    return {
      accounts: byKey(accounts, (id) => own.one('SELECT * FROM account WHERE id = ?', id), toAccount),
      devices: byKey(devices, (id) => own.one('SELECT * FROM device WHERE id = ?', id), toDevice),
      invites: present(invites, (hash) => own.one('SELECT * FROM invite WHERE code_hash = ?', hash), toInvite),
      results: present(
        results,
        (key) => own.one('SELECT * FROM result WHERE block_id = ? AND task_index = ?', key.blockId, key.taskIndex),
        toResult,
      ),
      exchanges: present(
        exchanges,
        (key) =>
          own.one(
            'SELECT * FROM exchange WHERE device_id = ? AND seq = ? AND block_id = ?',
            key.deviceId,
            key.seq,
            key.blockId,
          ),
        toExchange,
      ),
      balances: byKey(
        balances,
        (account) => own.one('SELECT micros FROM balance WHERE account = ?', account),
        toMicros,
      ),
    };
  }

  async runningJobs(): Promise<readonly RunningJob[]> {
    const jobs = this.#write.all(`SELECT * FROM job WHERE state = 'running' ORDER BY id`).map(toJob);
    return jobs.map((job) => ({
      job,
      rounds: this.#rounds(this.#write, job.id),
      blocks: this.#write
        .all(
          'SELECT * FROM block WHERE job_id = ? AND round = ? ORDER BY first_task',
          job.id,
          job.state.name === 'running' ? job.state.round : 0,
        )
        .map(toBlock),
    }));
  }

  async job(id: JobId): Promise<{ readonly job: Job; readonly rounds: readonly Round[] } | undefined> {
    const row = this.#read.one('SELECT * FROM job WHERE id = ?', id);
    return row && { job: toJob(row), rounds: this.#rounds(this.#read, id) };
  }

  async jobByKey(accountId: AccountId, idempotencyKey: string): Promise<Job | undefined> {
    const row = this.#write.one(
      'SELECT * FROM job WHERE account_id = ? AND idempotency_key = ?',
      accountId,
      idempotencyKey,
    );
    return row && toJob(row);
  }

  async jobsOf(accountId: AccountId, limit: number): Promise<readonly Job[]> {
    return this.#read
      .all('SELECT * FROM job WHERE account_id = ? ORDER BY created_at DESC, id DESC LIMIT ?', accountId, limit)
      .map(toJob);
  }

  async usage(accountId: AccountId, since: number): Promise<{ readonly units: number; readonly running: number }> {
    const asked = this.#write.one(
      'SELECT coalesce(sum(units), 0) AS units FROM job WHERE account_id = ? AND created_at >= ?',
      accountId,
      since,
    );
    const running = this.#write.one(
      `SELECT count(*) AS n FROM job WHERE state = 'running' AND account_id = ?`,
      accountId,
    );
    return { units: asked?.['units'] as number, running: running?.['n'] as number };
  }

  async contributions(
    jobId: JobId,
  ): Promise<{ readonly mainframe: number; readonly peers: number; readonly devices: number }> {
    const row = must(
      this.#read.one(
        `SELECT count(*) FILTER (WHERE d.executor = 'mainframe') AS mainframe, count(*) FILTER (WHERE d.executor = 'peer') AS peers,
                count(DISTINCT d.id) FILTER (WHERE d.executor = 'peer') AS devices
         FROM block b JOIN result r ON r.block_id = b.id JOIN device d ON d.id = r.device_id WHERE b.job_id = ?`,
        jobId,
      ),
      'one row of counts',
    );
    return { mainframe: row['mainframe'] as number, peers: row['peers'] as number, devices: row['devices'] as number };
  }

  async resultsOf(jobId: JobId, round: number): Promise<readonly StoredResult[]> {
    return this.#write
      .all(
        `SELECT r.* FROM block b JOIN result r ON r.block_id = b.id WHERE b.job_id = ? AND b.round = ?
         ORDER BY b.first_task, r.task_index`,
        jobId,
        round,
      )
      .map(toResult);
  }

  async pendingOf(deviceId: DeviceId): Promise<readonly ExchangeRow[]> {
    return this.#write
      .all(`SELECT * FROM exchange WHERE device_id = ? AND state = 'pending' ORDER BY seq, block_id`, deviceId)
      .map(toExchange);
  }

  async deviceByKey(publicKey: Uint8Array): Promise<Device | undefined> {
    const row = this.#write.one(`SELECT * FROM device WHERE public_key = ? AND executor = 'peer'`, publicKey);
    return row && toDevice(row);
  }

  async lastConsent(deviceId: DeviceId): Promise<Consent | undefined> {
    const row = this.#read.one('SELECT * FROM consent WHERE device_id = ? ORDER BY id DESC LIMIT 1', deviceId);
    return row && toConsent(row);
  }

  async statement(
    accountId: AccountId,
    before: StatementMark | undefined,
    limit: number,
  ): Promise<readonly StatementRow[]> {
    const { acceptedAt, deviceId, seq } = before ?? { acceptedAt: Number.MAX_SAFE_INTEGER, deviceId: 0, seq: 0 };
    return this.#read
      .all(
        `SELECT x.*, j.kind FROM device d JOIN exchange x ON x.device_id = d.id
         JOIN block b ON b.id = x.block_id JOIN job j ON j.id = b.job_id
         WHERE d.account_id = ? AND (x.accepted_at, x.device_id, x.seq) < (?, ?, ?)
         ORDER BY x.accepted_at DESC, x.device_id DESC, x.seq DESC LIMIT ?`,
        accountId,
        acceptedAt,
        deviceId,
        seq,
        limit,
      )
      .map((row) => ({ ...toExchange(row), kind: row['kind'] as string }));
  }

  async unitsOf(accountId: AccountId, since: number): Promise<{ readonly since: number; readonly all: number }> {
    const row = this.#read.one(
      `SELECT coalesce(sum(length(x.task_indices) / 2), 0) AS units,
              coalesce(sum(length(x.task_indices) / 2) FILTER (WHERE x.accepted_at >= ?), 0) AS recent
       FROM device d JOIN exchange x ON x.device_id = d.id WHERE d.account_id = ? AND x.state <> 'void'`,
      since,
      accountId,
    );
    return { since: row?.['recent'] as number, all: row?.['units'] as number };
  }

  async duePosts(now: number, limit: number): Promise<readonly DeviceId[]> {
    return this.#write
      .all('SELECT id FROM device WHERE post_at IS NOT NULL AND post_at <= ? ORDER BY post_at, id LIMIT ?', now, limit)
      .map((row) => row['id'] as DeviceId);
  }

  async balance(account: LedgerAccount): Promise<Micros | undefined> {
    const row = this.#read.one('SELECT micros FROM balance WHERE account = ?', account);
    return row && toMicros(row);
  }

  async entries(account: LedgerAccount, before: number, limit: number): Promise<readonly LedgerLine[]> {
    const mark = this.#read.one('SELECT entry_id FROM history_mark')?.['entry_id'] as number;
    const newest = this.#read.all(
      `SELECT id FROM entry WHERE id > ? AND id < ? AND account = ? ORDER BY id DESC LIMIT ?`, // not in the index yet: few
      mark,
      before,
      account,
      limit,
    );
    const older = this.#read.all(
      'SELECT entry_id AS id FROM history WHERE account = ? AND entry_id < ? ORDER BY entry_id DESC LIMIT ?',
      account,
      before,
      limit - newest.length,
    );
    return [...newest, ...older].map((row) => this.#ledgerLine(row['id'] as number));
  }

  async verifyLedger(): Promise<LedgerReport> {
    return verifyLedger(this.#read);
  }

  async unsentOutbox(limit: number): Promise<readonly OutboxRow[]> {
    return this.#write.all('SELECT * FROM outbox WHERE sent = 0 ORDER BY id LIMIT ?', limit).map((row) => ({
      id: row['id'] as number,
      key: row['key'] as string,
      topic: row['topic'] as OutboxRow['topic'],
      jobId: row['job_id'] as JobId,
    }));
  }

  async commit(writes: WriteSet): Promise<void> {
    this.#guarded(() => this.#transact(writes));
  }

  async indexHistory(limit: number): Promise<number> {
    return this.#guarded(() => {
      const mark = this.#write.one('SELECT entry_id FROM history_mark')?.['entry_id'] as number;
      const last = this.#write.one(
        'SELECT max(id) AS id FROM (SELECT id FROM entry WHERE id > ? ORDER BY id LIMIT ?)',
        mark,
        limit,
      )?.['id'];
      if (typeof last !== 'number') return 0;
      this.#db
        .transaction(() => {
          this.#write.run(
            'INSERT INTO history SELECT account, id FROM entry WHERE id > ? AND id <= ? ORDER BY account, id',
            mark,
            last,
          );
          this.#write.run('UPDATE history_mark SET entry_id = ?', last);
        })
        .immediate();
      return last - mark;
    });
  }

  close(): void {
    if (this.#reader !== this.#db) this.#reader.close();
    this.#db.close();
  }

  #transact(writes: WriteSet): void {
    const own = this.#write;
    this.#db
      .transaction(() => {
        for (const account of writes.accounts) own.put(PUTS.account, fromAccount(account));
        for (const device of writes.devices) own.put(PUTS.device, fromDevice(device));
        for (const { deviceId, version, isGranted, at } of writes.consents) {
          own.run(
            'INSERT INTO consent (device_id, version, is_granted, at) VALUES (?, ?, ?, ?)',
            deviceId,
            version,
            isGranted ? 1 : 0,
            at,
          );
        }
        for (const { codeHash, role, expiresAt, accountId } of writes.invites) {
          own.run(
            `INSERT INTO invite (code_hash, role, expires_at, account_id) VALUES (?, ?, ?, ?)
             ON CONFLICT (code_hash) DO UPDATE SET account_id = excluded.account_id`,
            codeHash,
            role,
            expiresAt,
            accountId ?? null,
          );
        }
        for (const job of writes.jobs) own.put(PUTS.job, fromJob(job));
        for (const round of writes.rounds) own.put(PUTS.round, fromRound(round));
        for (const block of writes.blocks) {
          own.put(PUTS.block, {
            id: block.id,
            job_id: block.jobId,
            round: block.round,
            first_task: block.firstTask,
            task_count: block.taskCount,
            done: block.done,
            checked: block.checked,
            price_micros: block.priceMicros,
            peer_leased: block.peerLeased ? 1 : 0,
          });
        }
        for (const { blockId, taskIndex } of writes.droppedResults) {
          own.run('DELETE FROM result WHERE block_id = ? AND task_index = ?', blockId, taskIndex);
        }
        for (const row of writes.results) {
          own.put(PUTS.result, {
            block_id: row.blockId,
            task_index: row.taskIndex,
            device_id: row.deviceId,
            seq: row.seq,
            output: row.output,
          });
        }
        for (const row of writes.exchanges) own.put(PUTS.exchange, fromExchange(row));
        this.#bookTransfers(writes.transfers);
        for (const { key, topic, jobId } of writes.outbox)
          own.run('INSERT INTO outbox (key, topic, job_id) VALUES (?, ?, ?)', key, topic, jobId);
        for (const id of writes.sentOutbox) own.run('UPDATE outbox SET sent = 1 WHERE id = ?', id);
      })
      .immediate();
  }

  /** Entries one by one, balances once per account and commit. */
  #bookTransfers(transfers: readonly Transfer[]): void {
    const deltas = new Map<LedgerAccount, number>();
    for (const { id, kind, cause, at, entries } of transfers) {
      this.#write.run('INSERT INTO transfer (id, kind, cause, at) VALUES (?, ?, ?, ?)', id, kind, cause, at);
      for (const { account, micros: amount } of entries) {
        this.#write.run('INSERT INTO entry (transfer_id, account, micros) VALUES (?, ?, ?)', id, account, amount);
        deltas.set(account, (deltas.get(account) ?? 0) + amount);
      }
    }
    for (const [account, delta] of deltas) {
      // Two steps, not an upsert: the check on the row an upsert would insert refuses a debit before it finds the conflict.
      const { changes } = this.#write.run('UPDATE balance SET micros = micros + ? WHERE account = ?', delta, account);
      if (changes === 0) this.#write.run('INSERT INTO balance (account, micros) VALUES (?, ?)', account, delta);
    }
  }

  #rounds(from: Statements, jobId: JobId): readonly Round[] {
    return from.all('SELECT * FROM round WHERE job_id = ? ORDER BY round', jobId).map(toRound);
  }

  #ledgerLine(id: number): LedgerLine {
    const row = must(
      this.#read.one(
        'SELECT e.id, e.transfer_id, e.micros, t.kind, t.cause, t.at FROM entry e JOIN transfer t ON t.id = e.transfer_id WHERE e.id = ?',
        id,
      ),
      `entry ${id}`,
    );
    return {
      id,
      transferId: row['transfer_id'] as number,
      kind: row['kind'] as TransferKind,
      cause: row['cause'] as string,
      at: row['at'] as number,
      micros: toMicros(row),
    };
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error);
    }
  }
}

function byKey<Key, Value>(
  keys: Iterable<Key>,
  find: (key: Key) => Row | undefined,
  read: (row: Row) => Value,
): Map<Key, Value> {
  const found = new Map<Key, Value>();
  for (const key of keys) {
    const row = find(key);
    if (row) found.set(key, read(row));
  }
  return found;
}

const present = <Key, Value>(
  keys: readonly Key[],
  find: (key: Key) => Row | undefined,
  read: (row: Row) => Value,
): Value[] =>
  keys.flatMap((key) => {
    const row = find(key);
    return row ? [read(row)] : [];
  });

/** A full or broken disk is its own kind of failure; anything else SQLite refuses is a bug of ours. */
function asStoreError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL')
    return new StoreError('disk_full', 'the disk is full; nothing of the commit was kept');
  const isDisk = /^SQLITE_(IOERR|BUSY|CANTOPEN|READONLY)/.test(error.code);
  return isDisk ? new StoreError('store_unavailable', `the database cannot be written: ${error.message}`) : error;
}
