import type Database from 'better-sqlite3';
import { accountId, type AccountId } from '../../shared/ids.ts';
import type { Role } from '../../shared/model/device.ts';

/** A person, as admins see them: no address, no phone, only what roles are decided by. */
export interface PersonRow {
  readonly id: AccountId;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly passkeys: number;
  readonly hasEmail: boolean;
  readonly devices: number;
}

export interface InviteRow {
  /** The first half of its hash. */
  readonly id: string;
  readonly codeHash: Uint8Array;
  readonly role: Role;
  readonly expiresAt: number;
  readonly accountId: AccountId | null;
}

/** Reads for the admin page: short, between two batches. */
export class Directory {
  readonly #db: Database.Database;

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** Everybody but the house itself, oldest first. */
  people(house: AccountId): readonly PersonRow[] {
    return this.#db
      .prepare<
        [number],
        { id: number; name: string; role: Role; created_at: number; passkeys: number; emails: number; devices: number }
      >(
        `SELECT a.id, a.name, a.role, a.created_at,
           (SELECT count(*) FROM auth_passkey p WHERE p.user_id = CAST(a.id AS TEXT)) AS passkeys,
           (SELECT count(*) FROM auth_user u WHERE u.id = CAST(a.id AS TEXT) AND u.email_verified = 1) AS emails,
           (SELECT count(*) FROM device d WHERE d.account_id = a.id AND d.executor = 'peer') AS devices
         FROM account a WHERE a.id <> ? AND a.erased_at IS NULL ORDER BY a.id`,
      )
      .all(house)
      .map(({ id, name, role, created_at, passkeys, emails, devices }) => ({
        id: accountId(id),
        name,
        role,
        createdAt: created_at,
        passkeys,
        hasEmail: emails > 0,
        devices,
      }));
  }

  adminIds(house: AccountId): readonly AccountId[] {
    return this.#db
      .prepare<[number], { id: number }>("SELECT id FROM account WHERE role = 'admin' AND id <> ? ORDER BY id")
      .all(house)
      .map(({ id }) => accountId(id));
  }

  /** Those that are still good, and those that let somebody in; the latest to run out first. */
  invites(now: number, limit: number): readonly InviteRow[] {
    return this.#db
      .prepare<[number, number], { code_hash: Buffer; role: Role; expires_at: number; account_id: number | null }>(
        'SELECT * FROM invite WHERE expires_at > ? OR account_id IS NOT NULL ORDER BY expires_at DESC LIMIT ?',
      )
      .all(Math.floor(now), limit)
      .map(({ code_hash, role, expires_at, account_id }) => ({
        id: code_hash.toString('hex').slice(0, 32),
        codeHash: code_hash,
        role,
        expiresAt: expires_at,
        accountId: account_id === null ? null : accountId(account_id),
      }));
  }
}
