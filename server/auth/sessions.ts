import { randomUUID } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { AccountId } from '../../shared/ids.ts';
import { accountId } from '../../shared/ids.ts';
import { DAY } from '../../shared/time.ts';
import { newToken } from '../adapters/operator-token.ts';
import { readToken, signToken } from './signed-token.ts';

/** A session ends this long after it was opened. */
export const SESSION_MS = 180 * DAY;

/** One browser that somebody is signed in with. */
export interface SessionRow {
  readonly id: string;
  readonly accountId: AccountId;
  /** When a passkey or a code was last shown in it, ms since 1970; nothing since it was opened by an invite. */
  readonly provenAt: number | undefined;
  readonly createdAt: number;
  /** “Chrome, Android”: all that is kept of where it is. */
  readonly browser: string;
}

interface Row {
  readonly id: string;
  readonly user_id: string;
  readonly proven_at: string | null;
  readonly created_at: string;
  readonly user_agent: string | null;
}

/**
 * Sessions, in better-auth's table: it opens those that a passkey or a code begins, we open those of an invite, and who is
 * asking is looked up here by one prepared read (microseconds; the library takes milliseconds).
 */
export class Sessions {
  readonly #db: Database.Database;
  readonly #secret: string;
  readonly #clock: () => number;
  readonly #find: Database.Statement<[string, string], Row>;
  readonly #ended: (account: AccountId) => void;

  /** `ended` hears of every account one of whose sessions has just ended: what that session holds open must end, too. */
  constructor(db: Database.Database, secret: string, clock: () => number, ended: (account: AccountId) => void) {
    this.#db = db;
    this.#secret = secret;
    this.#clock = clock;
    this.#ended = ended;
    this.#find = db.prepare(
      'SELECT id, user_id, proven_at, created_at, user_agent FROM auth_session WHERE token = ? AND expires_at > ?',
    );
    db.prepare('DELETE FROM auth_session WHERE expires_at <= ?').run(this.#now());
    db.prepare('DELETE FROM auth_verification WHERE expires_at <= ?').run(this.#now());
  }

  /** The session a signed token shows. */
  find(signed: string): SessionRow | undefined {
    const token = readToken(this.#secret, signed);
    const row = token === undefined ? undefined : this.#find.get(token, this.#now());
    return row && fromRow(row);
  }

  /** Opens one without any proof (an invite). Returns the signed token, which is nowhere else. */
  open(account: { readonly id: AccountId; readonly name: string }, browser: string): string {
    this.#ensureUser(account);
    const token = newToken();
    const now = this.#now();
    this.#db
      .prepare(
        `INSERT INTO auth_session (id, user_id, token, expires_at, ip_address, user_agent, created_at, updated_at)
         VALUES (?, ?, ?, ?, '', ?, ?, ?)`,
      )
      .run(randomUUID(), String(account.id), token, isoOf(this.#clock() + SESSION_MS), browser, now, now);
    return signToken(this.#secret, token);
  }

  /** For a session that better-auth has just opened. */
  signed(token: string): string {
    return signToken(this.#secret, token);
  }

  /** A way in was just added in it, by the person who will use it: as good as a sign-in. */
  prove(id: string): void {
    this.#db.prepare('UPDATE auth_session SET proven_at = ? WHERE id = ?').run(this.#now(), id);
  }

  close(signed: string): void {
    const token = readToken(this.#secret, signed);
    const row = this.#db
      .prepare<[string | undefined], Pick<Row, 'user_id'>>('DELETE FROM auth_session WHERE token = ? RETURNING user_id')
      .get(token);
    if (row) this.#ended(accountId(Number(row.user_id)));
  }

  /** The newest first. */
  list(account: AccountId): readonly SessionRow[] {
    return this.#db
      .prepare<[string, string], Row>(
        `SELECT id, user_id, proven_at, created_at, user_agent FROM auth_session
         WHERE user_id = ? AND expires_at > ? ORDER BY created_at DESC, id`,
      )
      .all(String(account), this.#now())
      .map(fromRow);
  }

  /** Ends one of an account's own; absent and another's are the same. */
  end(account: AccountId, id: string): boolean {
    const { changes } = this.#db
      .prepare('DELETE FROM auth_session WHERE user_id = ? AND id = ?')
      .run(String(account), id);
    if (changes > 0) this.#ended(account);
    return changes > 0;
  }

  /** Ends all but this one; all of them without one to keep. */
  endOthers(account: AccountId, keep: string | undefined): number {
    const { changes } = this.#db
      .prepare('DELETE FROM auth_session WHERE user_id = ? AND id <> ?')
      .run(String(account), keep ?? '');
    if (changes > 0) this.#ended(account);
    return changes;
  }

  /** Every account has one user of better-auth, by the same number. No address yet: a placeholder, unique as it must be. */
  #ensureUser({ id, name }: { readonly id: AccountId; readonly name: string }): void {
    const now = this.#now();
    this.#db
      .prepare(
        `INSERT INTO auth_user (id, name, email, email_verified, created_at, updated_at) VALUES (?, ?, ?, 0, ?, ?)
         ON CONFLICT (id) DO NOTHING`,
      )
      .run(String(id), name, placeholderOf(id), now, now);
  }

  #now(): string {
    return isoOf(this.#clock());
  }
}

export const placeholderOf = (id: AccountId): string => `account-${id}@no-address.invalid`;

/** better-auth keeps instants as ISO text, which orders as time does. */
const isoOf = (ms: number): string => new Date(ms).toISOString();

const fromRow = (row: Row): SessionRow => ({
  id: row.id,
  accountId: accountId(Number(row.user_id)),
  provenAt: row.proven_at === null ? undefined : Date.parse(row.proven_at),
  createdAt: Date.parse(row.created_at),
  browser: row.user_agent ?? '',
});
