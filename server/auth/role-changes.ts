import type Database from 'better-sqlite3';
import { must } from '../../shared/assert.ts';
import { accountId, type AccountId } from '../../shared/ids.ts';
import type { Role } from '../../shared/model/device.ts';
import type { AuditPort } from '../services/audit-port.ts';

/** One admin's proposal. Another's yes makes it so, in the coordinator's commit that changes the role; any admin's no ends it. */
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
  readonly #audit: AuditPort;

  constructor(db: Database.Database, audit: AuditPort) {
    this.#db = db;
    this.#audit = audit;
  }

  propose(account: AccountId, role: Role, by: AccountId, at: number): RoleChange {
    return this.#audit.commit((note) => {
      const row = this.#db
        .prepare<unknown[], Row>(
          'INSERT INTO role_change (account_id, role, proposed_by, proposed_at) VALUES (?, ?, ?, ?) RETURNING *',
        )
        .get(account, role, by, at);
      const change = fromRow(must(row, 'the proposal'));
      const detail = { role, change: change.id };
      note({ actorId: by, action: 'role_proposed', target: `account:${account}`, detail });
      return change;
    });
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

  /** Any admin's no. Once: the second of two that decide at the same moment gets nothing. */
  reject({ id, accountId: account, role, proposedBy }: RoleChange, by: AccountId, at: number): boolean {
    return this.#audit.commit((note) => {
      const { changes } = this.#db
        .prepare(
          'UPDATE role_change SET rejected_by = ?, rejected_at = ? WHERE id = ? AND approved_at IS NULL AND rejected_at IS NULL',
        )
        .run(by, at, id);
      if (changes === 0) return false;
      const detail = { role, change: id, proposedBy };
      note({ actorId: by, action: 'role_rejected', target: `account:${account}`, detail });
      return true;
    });
  }
}

const fromRow = (row: Row): RoleChange => ({
  id: row.id,
  accountId: accountId(row.account_id),
  role: row.role,
  proposedBy: accountId(row.proposed_by),
  proposedAt: row.proposed_at,
});
