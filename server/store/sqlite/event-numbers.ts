import type Database from 'better-sqlite3';

/** The number of the last event that was ever noted here: numbers are never given twice, and SQLite keeps the last one. */
export const lastEventNumber = (db: Database.Database): number =>
  db
    .prepare<[], { seq: number }>(`SELECT coalesce(max(seq), 0) AS seq FROM sqlite_sequence WHERE name = 'audit_event'`)
    .get()?.seq ?? 0;

/** Events to come have numbers after this one. */
export function countEventsFrom(db: Database.Database, last: number): void {
  db.transaction(() => {
    db.prepare(`DELETE FROM sqlite_sequence WHERE name = 'audit_event'`).run();
    db.prepare(`INSERT INTO sqlite_sequence (name, seq) VALUES ('audit_event', ?)`).run(last);
  })();
}
