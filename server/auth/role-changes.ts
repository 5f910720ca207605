import type Database from 'better-sqlite3';
import { accountId, type AccountId } from '../../shared/ids.ts';
import type { Role } from '../../shared/model/device.ts';

/** One admin's proposal; another's yes makes it so, and any admin's no ends it. */
export interface RoleChange {
  readonly id: number;
  readonly accountId: AccountId;
  readonly role: Role;
  readonly proposedBy: AccountId;
  readonly proposedAt: number;
}

interface Row {
  readonly id: number;
  readonly account_id: number;
  readonly role: Role;
  readonly proposed_by: number;
  readonly proposed_at: number;
}

export class RoleChanges {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  propose(account: AccountId, role: Role, by: AccountId, at: number): RoleChange {
    const row = this.#db
      .prepare<unknown[], Row>(
        'INSERT INTO role_change (account_id, role, proposed_by, proposed_at) VALUES (?, ?, ?, ?) RETURNING *',
      )
      .get(account, role, by, at);
    return fromRow(row!);
  }

  /** Those nobody has decided on and not older than `since`, the newest first. */
  open(since: number): readonly RoleChange[] {
    return this.#db
      .prepare<[number], Row>(
        'SELECT * FROM role_change WHERE approved_at IS NULL AND rejected_at IS NULL AND proposed_at > ? ORDER BY id DESC',
      )
      .all(since)
      .map(fromRow);
  }

  /** Once: the second of two that decide at the same moment gets nothing. */
  approve(id: number, by: AccountId, at: number): boolean {
    return this.#decide('approved', id, by, at);
  }

  reject(id: number, by: AccountId, at: number): boolean {
    return this.#decide('rejected', id, by, at);
  }

  #decide(as: 'approved' | 'rejected', id: number, by: AccountId, at: number): boolean {
    const decided = this.#db
      .prepare(
        `UPDATE role_change SET ${as}_by = ?, ${as}_at = ? WHERE id = ? AND approved_at IS NULL AND rejected_at IS NULL`,
      )
      .run(by, at, id);
    return decided.changes > 0;
  }
}

const fromRow = (row: Row): RoleChange => ({
  id: row.id,
  accountId: accountId(row.account_id),
  role: row.role,
  proposedBy: accountId(row.proposed_by),
  proposedAt: row.proposed_at,
});
