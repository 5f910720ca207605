import type Database from 'better-sqlite3';
import type { AccountId } from '../../shared/ids.ts';
import type { AuditPort } from '../services/audit-port.ts';
import { placeholderOf } from './sessions.ts';

/** How somebody comes back to an account once a session is gone. Without any, a lost phone is a lost account. */
export interface WaysIn {
  /** Nothing until one was proven by a code. */
  readonly email: string | null;
  readonly passkeys: readonly { readonly id: string; readonly name: string; readonly createdAt: number }[];
}

interface PasskeyRow {
  readonly id: string;
  readonly name: string | null;
  readonly created_at: string;
}

export class WaysInTable {
  readonly #db: Database.Database;
  readonly #audit: AuditPort;

  constructor(db: Database.Database, audit: AuditPort) {
    this.#db = db;
    this.#audit = audit;
  }

  of(account: AccountId): WaysIn {
    const user = this.#db
      .prepare<[string], { readonly email: string }>('SELECT email FROM auth_user WHERE id = ? AND email_verified = 1')
      .get(String(account));
    const passkeys = this.#db
      .prepare<[string], PasskeyRow>(
        'SELECT id, name, created_at FROM auth_passkey WHERE user_id = ? ORDER BY created_at',
      )
      .all(String(account));
    return {
      email: user?.email ?? null,
      passkeys: passkeys.map(({ id, name, created_at }) => ({
        id,
        name: name ?? '',
        createdAt: Date.parse(created_at),
      })),
    };
  }

  isKept(account: AccountId): boolean {
    const { email, passkeys } = this.of(account);
    return email !== null || passkeys.length > 0;
  }

  removePasskey(account: AccountId, id: string): boolean {
    return this.#told('passkey_removed', account, () =>
      this.#db.prepare('DELETE FROM auth_passkey WHERE user_id = ? AND id = ?').run(String(account), id),
    );
  }

  removeEmail(account: AccountId): boolean {
    return this.#told('email_removed', account, () =>
      this.#db
        .prepare('UPDATE auth_user SET email = ?, email_verified = 0 WHERE id = ? AND email_verified = 1')
        .run(placeholderOf(account), String(account)),
    );
  }

  /** The account is erased: nobody comes back to it. Sessions and passkeys go with the user, and codes that are on their way. */
  forget(account: AccountId): void {
    const { email } = this.of(account);
    if (email !== null) this.#db.prepare('DELETE FROM auth_verification WHERE instr(identifier, ?)').run(email);
    this.#db.prepare('DELETE FROM auth_user WHERE id = ?').run(String(account));
  }
  /** What one removes of one's own account, and its record. */
  #told(action: string, account: AccountId, remove: () => Database.RunResult): boolean {
    return this.#audit.commit((note) => {
      const isGone = remove().changes > 0;
      if (isGone) note({ actorId: account, action, target: `account:${account}`, detail: {} });
      return isGone;
    });
  }
}
