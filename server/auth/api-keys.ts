import { createHash, randomBytes } from 'node:crypto';
import type Database from 'better-sqlite3';
import { must } from '../../shared/assert.ts';
import { accountId, type AccountId } from '../../shared/ids.ts';
import type { AuditPort } from '../services/audit-port.ts';

/** A token for scripts: what it may do is what its account may do, except what needs a person's fresh proof. */
export interface ApiKey {
  readonly id: number;
  readonly accountId: AccountId;
  readonly name: string;
  /** The first letters, to tell keys apart. */
  readonly prefix: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

interface Row {
  readonly id: number;
  readonly account_id: number;
  readonly name: string;
  readonly prefix: string;
  readonly created_at: number;
  readonly last_used_at: number | null;
}

const START = 'zeus_';
const SHOWN = START.length + 6;
/** Keys of one account at a time. */
const MOST_KEYS = 10;
/** Use is noted this often: not every request is a write. */
const NOTE_MS = 60 * 60_000;

/**
 * Keys in a table of our own, by SHA-256: they are 32 random bytes, so no slow hash is needed. better-auth's plugin would
 * bring a fourth package with exact peers that trail the core, and its check costs a write a request.
 */
export class ApiKeys {
  readonly #db: Database.Database;
  readonly #audit: AuditPort;
  readonly #clock: () => number;
  readonly #find: Database.Statement<[Uint8Array], Row>;
  readonly #ended: (account: AccountId) => void;

  /** `ended` hears whose key has just been revoked: what was opened with it must end, too. */
  constructor(db: Database.Database, audit: AuditPort, clock: () => number, ended: (account: AccountId) => void) {
    this.#db = db;
    this.#audit = audit;
    this.#clock = clock;
    this.#ended = ended;
    this.#find = db.prepare('SELECT * FROM api_key WHERE digest = ?');
  }

  static isKey(token: string): boolean {
    return token.startsWith(START);
  }

  find(token: string): ApiKey | undefined {
    const row = this.#find.get(digestOf(token));
    if (!row) return undefined;
    const now = Math.floor(this.#clock());
    if (now - (row.last_used_at ?? 0) >= NOTE_MS)
      this.#db.prepare('UPDATE api_key SET last_used_at = ? WHERE id = ?').run(now, row.id);
    return fromRow(row);
  }

  /** The key itself is shown this once. */
  create(account: AccountId, name: string): { readonly key: ApiKey; readonly token: string } | undefined {
    if (this.list(account).length >= MOST_KEYS) return undefined;
    const token = START + randomBytes(32).toString('base64url');
    const key = this.#audit.commit((note) => {
      const row = this.#db
        .prepare<unknown[], Row>(
          'INSERT INTO api_key (account_id, name, prefix, digest, created_at) VALUES (?, ?, ?, ?, ?) RETURNING *',
        )
        .get(account, name, token.slice(0, SHOWN), digestOf(token), Math.floor(this.#clock()));
      const made = fromRow(must(row, 'the key'));
      note({ actorId: account, action: 'key_created', target: `key:${made.id}`, detail: { account } });
      return made;
    });
    return { key, token };
  }

  /** Of one account, or all. */
  list(account?: AccountId): readonly ApiKey[] {
    const rows =
      account === undefined
        ? this.#db.prepare<[], Row>('SELECT * FROM api_key ORDER BY id DESC').all()
        : this.#db.prepare<[number], Row>('SELECT * FROM api_key WHERE account_id = ? ORDER BY id DESC').all(account);
    return rows.map(fromRow);
  }

  /** By its owner, or by an admin: then `owner` is nothing, and it may be anybody's. */
  revoke(id: number, by: AccountId, owner?: AccountId): boolean {
    const gone = this.#audit.commit((note) => {
      const row = this.#db
        .prepare<unknown[], Row>(
          'DELETE FROM api_key WHERE id = ? AND account_id = coalesce(?, account_id) RETURNING *',
        )
        .get(id, owner ?? null);
      if (row) note({ actorId: by, action: 'key_revoked', target: `key:${id}`, detail: { account: row.account_id } });
      return row;
    });
    if (gone) this.#ended(accountId(gone.account_id));
    return gone !== undefined;
  }

  /** With an account that is erased: that is what the log tells. */
  revokeAll(account: AccountId): void {
    if (this.#db.prepare('DELETE FROM api_key WHERE account_id = ?').run(account).changes > 0) this.#ended(account);
  }
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

const fromRow = (row: Row): ApiKey => ({
  id: row.id,
  accountId: accountId(row.account_id),
  name: row.name,
  prefix: row.prefix,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
});
