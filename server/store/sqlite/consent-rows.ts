import Database from 'better-sqlite3';
import type { PhoneRow, Rows } from '../../audit-log/rows-beside.ts';
import { flag, num, type Row } from './cells.ts';
import { SCHEMA } from './migrations.ts';
import { waitingAuditEvents } from './oversight-rows.ts';
import { Statements } from './statements.ts';

/** Every phone from one on, with its last row of consent. */
const PHONES = `
  SELECT d.id, d.consent_version, d.consent_classes, d.units_ever, d.leased_commit, c.id AS consent_id, c.is_granted, c.commit_no, c.at
  FROM device d LEFT JOIN consent c ON c.id = (SELECT max(id) FROM consent WHERE device_id = d.id)
  WHERE d.id > ? AND d.executor = 'peer' ORDER BY d.id LIMIT ?`;

/** The numbers of events are never given twice, and SQLite keeps the last one. */
const LAST_EVENT = `SELECT coalesce(max(seq), 0) AS id FROM sqlite_sequence WHERE name = 'audit_event'`;

/**
 * What the audit log is held against. Each call is one short transaction that begins and ends inside it, so what it returns is
 * of one moment, and neither the server's commits nor its checkpoints (an erasure waits for one) ever wait for a reader.
 */
export class ConsentRows implements Rows {
  readonly #db: Database.Database;
  readonly #rows: Statements;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#rows = new Statements(db);
  }

  phones(after: number, limit: number): ReturnType<Rows['phones']> {
    return this.#at((lastEventId) => ({ phones: this.#rows.all(PHONES, after, limit).map(toPhone), lastEventId }));
  }

  waiting(): ReturnType<Rows['waiting']> {
    return this.#at((lastEventId) => ({ events: waitingAuditEvents(this.#rows, -1), lastEventId }));
  }

  #at<T>(read: (lastEventId: number) => T): T {
    return this.#db.transaction(() => read(num(this.#rows.only(LAST_EVENT), 'id')))();
  }
}

/** The database file of a server that runs or not, to read; or why it cannot be held against anything. */
export function openConsentRows(
  path: string,
): { readonly rows: ConsentRows; readonly close: () => void } | { readonly schema: number } {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    db.pragma('busy_timeout = 5000');
    const schema = db.pragma('user_version', { simple: true }) as number;
    if (schema === SCHEMA) return { rows: new ConsentRows(db), close: () => db.close() };
    db.close();
    return { schema };
  } catch (error) {
    db.close();
    throw error;
  }
}

const toPhone = (row: Row): PhoneRow => ({
  deviceId: num(row, 'id'),
  version: num(row, 'consent_version'),
  classBits: num(row, 'consent_classes'),
  unitsEver: num(row, 'units_ever'),
  leasedCommit: num(row, 'leased_commit'),
  consent:
    row['consent_id'] === null
      ? undefined
      : { isGranted: flag(row, 'is_granted'), commitNo: num(row, 'commit_no'), at: num(row, 'at') },
});
