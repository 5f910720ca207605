import type Database from 'better-sqlite3';
import type { AccountId } from '../../shared/ids.ts';
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

  constructor(db: Database.Database) {
    this.#db = db;
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
    return (
      this.#db.prepare('DELETE FROM auth_passkey WHERE user_id = ? AND id = ?').run(String(account), id).changes > 0
    );
  }

  removeEmail(account: AccountId): boolean {
    return (
      this.#db
        .prepare('UPDATE auth_user SET email = ?, email_verified = 0 WHERE id = ? AND email_verified = 1')
        .run(placeholderOf(account), String(account)).changes > 0
    );
  }

  /** The account is erased: nobody comes back to it. Sessions and passkeys go with the user, and codes that are on their way. */
  forget(account: AccountId): void {
    const { email } = this.of(account);
    if (email !== null) this.#db.prepare('DELETE FROM auth_verification WHERE instr(identifier, ?)').run(email);
    this.#db.prepare('DELETE FROM auth_user WHERE id = ?').run(String(account));
  }
}
