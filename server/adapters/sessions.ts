import { createHash, timingSafeEqual } from 'node:crypto';
import Database from 'better-sqlite3';
import type { AccountId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';
import { DAY } from '../../shared/time.ts';
import type { Auth, Credentials } from '../http/auth.ts';
import { newToken } from './operator-token.ts';

/** A session ends this long after it was opened. */
const LASTS_MS = 180 * DAY;

/**
 * Sessions in a small database of their own, so that a restart signs nobody out, and the coordinator stays the only writer
 * of its own. Kept is the SHA-256 of a token: a copy of the file opens nothing. `lasting` are tokens that live elsewhere.
 */
export class Sessions implements Auth {
  readonly #db: Database.Database;
  readonly #find: Database.Statement<[Uint8Array, number], { readonly digest: Buffer; readonly account_id: AccountId }>;
  readonly #accountOf: (id: AccountId) => Promise<Account | undefined>;
  readonly #clock: () => number;

  constructor(path: string, parts: SessionParts) {
    this.#db = new Database(path);
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('secure_delete = ON');
    this.#db.exec(
      'CREATE TABLE IF NOT EXISTS session (name BLOB PRIMARY KEY, digest BLOB NOT NULL, account_id INTEGER NOT NULL, ends_at INTEGER NOT NULL) STRICT',
    );
    this.#find = this.#db.prepare('SELECT digest, account_id FROM session WHERE name = ? AND ends_at > ?');
    this.#accountOf = parts.accountOf;
    this.#clock = parts.clock;
    this.#db.prepare('DELETE FROM session WHERE ends_at <= ?').run(Math.floor(this.#clock()));
    for (const { token, accountId } of parts.lasting) this.#put(token, accountId);
  }

  async whoIs({ token }: Credentials): Promise<Account | undefined> {
    if (token === undefined) return undefined;
    const digest = digestOf(token);
    const session = this.#find.get(nameOf(digest), Math.floor(this.#clock()));
    if (!session || !timingSafeEqual(session.digest, digest)) return undefined;
    return this.#accountOf(session.account_id);
  }

  async openSession(accountId: AccountId): Promise<string> {
    const token = newToken();
    this.#put(token, accountId);
    return token;
  }

  async closeSession(token: string): Promise<void> {
    this.#db.prepare('DELETE FROM session WHERE name = ?').run(nameOf(digestOf(token)));
  }

  async sessionsOf(accountId: AccountId): Promise<readonly { readonly endsAt: number }[]> {
    return this.#db
      .prepare<[AccountId], { readonly endsAt: number }>(
        'SELECT ends_at AS endsAt FROM session WHERE account_id = ? ORDER BY ends_at',
      )
      .all(accountId);
  }

  async eraseAccount(accountId: AccountId): Promise<void> {
    this.#db.prepare('DELETE FROM session WHERE account_id = ?').run(accountId);
    this.#db.pragma('wal_checkpoint(TRUNCATE)');
  }

  close(): void {
    this.#db.close();
  }

  #put(token: string, accountId: AccountId): void {
    const digest = digestOf(token);
    const put = this.#db.prepare(
      'INSERT OR REPLACE INTO session (name, digest, account_id, ends_at) VALUES (?, ?, ?, ?)',
    );
    put.run(nameOf(digest), digest, accountId, Math.floor(this.#clock()) + LASTS_MS);
  }
}

export interface SessionParts {
  readonly accountOf: (id: AccountId) => Promise<Account | undefined>;
  readonly clock: () => number;
  readonly lasting: readonly { readonly token: string; readonly accountId: AccountId }[];
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Half of the digest finds a session; all of it is then compared in constant time. */
const nameOf = (digest: Buffer): Buffer => digest.subarray(0, 16);
