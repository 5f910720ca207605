import type Database from 'better-sqlite3';
import { assert } from '../../../shared/assert.ts';
import type { AuditPort, Note } from '../../services/audit-port.ts';
import { asStoreError } from './as-store-error.ts';
import { fromAuditEvent } from './oversight-rows.ts';
import { PUTS, Statements } from './statements.ts';

/**
 * Acts and their records on the coordinator's connection, in a transaction that begins and ends inside one call: it stands
 * between two commits of the coordinator and never inside one. If a transaction is open here, somebody holds it across an
 * await, and what is written now would be theirs to undo: that is a bug, and nothing is written.
 */
export class AuditedActs implements AuditPort {
  readonly #db: Database.Database;
  readonly #write: Statements;
  readonly #clock: () => number;
  readonly #onNoted: () => void;

  constructor(db: Database.Database, clock: () => number, onNoted: () => void) {
    this.#db = db;
    this.#write = new Statements(db);
    this.#clock = clock;
    this.#onNoted = onNoted;
  }

  commit<T>(act: (note: Note) => T): T {
    assert(!this.#db.inTransaction, 'no transaction is open where an act is committed');
    let count = 0;
    const note: Note = (event) => {
      this.#write.put(PUTS.auditEvent, fromAuditEvent({ at: Math.floor(this.#clock()), ...event }));
      count++;
    };
    const done = this.#transact(() => act(note));
    if (count > 0) this.#onNoted();
    return done;
  }

  #transact<T>(work: () => T): T {
    try {
      return this.#db.transaction(work).immediate();
    } catch (error) {
      throw asStoreError(error);
    }
  }
}
