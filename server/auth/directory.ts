import type Database from 'better-sqlite3';
import { accountId, deviceId, type AccountId, type DeviceId } from '../../shared/ids.ts';
import type { PeopleSort } from '../../shared/protocol/account.ts';
import type { Role } from '../../shared/model/device.ts';

/** A person, as admins see them: no address, and nothing of what they asked for. */
export interface PersonRow {
  readonly id: AccountId;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: number;
  readonly passkeys: number;
  readonly hasEmail: boolean;
  readonly devices: number;
  /** Units handed in and not voided by a finding. */
  readonly units: number;
  readonly pendingMicros: number;
  readonly postedMicros: number;
  readonly lastWorkAt: number | null;
}

export interface PeopleQuery {
  /** A part of the name, in any case; or an account's number. */
  readonly search: string;
  readonly role: Role | undefined;
  readonly sort: PeopleSort;
  readonly offset: number;
  readonly limit: number;
}

export interface PhoneRow {
  readonly id: DeviceId;
  readonly cores: number;
  readonly chunkMs: number;
  readonly status: 'active' | 'stopped' | 'banned';
  readonly createdAt: number;
  readonly consentVersion: number;
  readonly units: number;
  readonly lastWorkAt: number | null;
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

  /** A page of everybody but the house itself, and how many match in all. */
  people(house: AccountId, { search, role, sort, offset, limit }: PeopleQuery): PeoplePage {
    const where = `a.id <> @house AND a.erased_at IS NULL AND (@role IS NULL OR a.role = @role)
      AND (instr(lower(a.name), lower(@search)) > 0 OR CAST(a.id AS TEXT) = @search)`;
    const values = { house, search, role: role ?? null };
    const { matching } = this.#db
      .prepare<[typeof values], { matching: number }>(`SELECT count(*) AS matching FROM account a WHERE ${where}`)
      .get(values)!;
    const rows = this.#db
      .prepare<[typeof values & { offset: number; limit: number }], PersonCells>(
        `${PERSON} WHERE ${where} ORDER BY ${ORDERS[sort]} LIMIT @limit OFFSET @offset`,
      )
      .all({ ...values, offset, limit });
    return { people: rows.map(personOf), matching };
  }

  person(house: AccountId, id: AccountId): PersonRow | undefined {
    const row = this.#db
      .prepare<[number, number], PersonCells>(`${PERSON} WHERE a.id = ? AND a.id <> ? AND a.erased_at IS NULL`)
      .get(id, house);
    return row && personOf(row);
  }

  /** Units accepted since an instant and not void, read from the newest exchange back to there. */
  unitsSince(account: AccountId, since: number): number {
    let units = 0;
    const devices = this.#db
      .prepare<[number], { id: number }>("SELECT id FROM device WHERE account_id = ? AND executor = 'peer'")
      .all(account);
    const newestFirst = this.#db.prepare<[number], { units: number; state: string; accepted_at: number }>(
      `SELECT length(task_indices) / 2 AS units, state, accepted_at FROM exchange WHERE device_id = ? ORDER BY seq DESC`,
    );
    for (const { id } of devices) {
      for (const row of newestFirst.iterate(id)) {
        if (row.accepted_at < since) break;
        if (row.state !== 'void') units += row.units;
      }
    }
    return units;
  }

  /** An account's phones, the newest first. */
  phones(account: AccountId): readonly PhoneRow[] {
    return this.#db
      .prepare<[number], PhoneCells>(
        `SELECT d.id, d.cores, d.chunk_ms, d.status, d.created_at, d.consent_version, d.task_count - ${VOIDED} AS units, ${LAST_WORK} AS last_work
         FROM device d WHERE d.account_id = ? AND d.executor = 'peer' AND d.status <> 'erased' ORDER BY d.id DESC`,
      )
      .all(account)
      .map(({ id, chunk_ms, created_at, consent_version, last_work, ...rest }) => ({
        ...rest,
        ...{
          id: deviceId(id),
          chunkMs: chunk_ms,
          createdAt: created_at,
          consentVersion: consent_version,
          lastWorkAt: last_work,
        },
      }));
  }

  /** Browsers that an account is signed in with, and its keys. */
  waysOf(account: AccountId, now: number): { readonly sessions: number; readonly keys: number } {
    return this.#db
      .prepare<[string, string, number], { sessions: number; keys: number }>(
        `SELECT (SELECT count(*) FROM auth_session WHERE user_id = ? AND expires_at > ?) AS sessions,
                (SELECT count(*) FROM api_key WHERE account_id = ?) AS keys`,
      )
      .get(String(account), new Date(now).toISOString(), account)!;
  }

  /** The role of the invite that let somebody in. */
  inviteOf(account: AccountId): Role | undefined {
    return this.#db.prepare<[number], { role: Role }>('SELECT role FROM invite WHERE account_id = ?').get(account)
      ?.role;
  }

  /** Names by number; whoever has none any more is not there. */
  names(ids: readonly number[]): Readonly<Record<string, string>> {
    const find = this.#db.prepare<[number], { name: string }>(
      'SELECT name FROM account WHERE id = ? AND erased_at IS NULL',
    );
    const names: Record<string, string> = {};
    for (const id of ids) {
      const row = find.get(id);
      if (row) names[id] = row.name;
    }
    return names;
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

export interface PeoplePage {
  readonly people: readonly PersonRow[];
  readonly matching: number;
}

interface PersonCells {
  readonly id: number;
  readonly name: string;
  readonly role: Role;
  readonly created_at: number;
  readonly passkeys: number;
  readonly emails: number;
  readonly devices: number;
  readonly units: number;
  readonly pending: number;
  readonly posted: number;
  readonly last_work: number | null;
}

interface PhoneCells {
  readonly id: number;
  readonly cores: number;
  readonly chunk_ms: number;
  readonly status: PhoneRow['status'];
  readonly created_at: number;
  readonly consent_version: number;
  readonly units: number;
  readonly last_work: number | null;
}

/** Units of a device that findings have voided: few devices have any, and both steps stand on an index. */
const VOIDED = `(SELECT coalesce(sum(length(x.task_indices) / 2), 0) FROM evidence e
  JOIN exchange x INDEXED BY exchange_voided ON x.voided_by = e.id WHERE e.device_id = d.id AND x.state = 'void')`;

/** By the key of the exchange: one step. */
const LAST_WORK = '(SELECT x.accepted_at FROM exchange x WHERE x.device_id = d.id ORDER BY x.seq DESC LIMIT 1)';

const PERSON = `SELECT a.id, a.name, a.role, a.created_at,
    (SELECT count(*) FROM auth_passkey p WHERE p.user_id = CAST(a.id AS TEXT)) AS passkeys,
    (SELECT count(*) FROM auth_user u WHERE u.id = CAST(a.id AS TEXT) AND u.email_verified = 1) AS emails,
    coalesce(p.devices, 0) AS devices, coalesce(p.units, 0) AS units, p.last_work,
    coalesce((SELECT micros FROM balance WHERE account = 'pending:' || a.id), 0) AS pending,
    coalesce((SELECT micros FROM balance WHERE account = 'available:' || a.id), 0) AS posted
  FROM account a LEFT JOIN (
    SELECT d.account_id, count(*) AS devices, sum(d.task_count - ${VOIDED}) AS units, max(${LAST_WORK}) AS last_work
    FROM device d WHERE d.executor = 'peer' AND d.status <> 'erased' GROUP BY d.account_id
  ) p ON p.account_id = a.id`;

const ORDERS: Readonly<Record<PeopleSort, string>> = {
  newest: 'a.id DESC',
  name: 'lower(a.name), a.id',
  units: 'units DESC, a.id',
  seen: 'last_work DESC NULLS LAST, a.id DESC',
};

const personOf = (row: PersonCells): PersonRow => ({
  id: accountId(row.id),
  name: row.name,
  role: row.role,
  createdAt: row.created_at,
  passkeys: row.passkeys,
  hasEmail: row.emails > 0,
  devices: row.devices,
  units: row.units,
  pendingMicros: row.pending,
  postedMicros: row.posted,
  lastWorkAt: row.last_work,
});
