import type { StoredAuditEvent } from '../core/ports.ts';
import { allowsWork, consentActOf, type ConsentAct } from './consent-act.ts';
import { LeasesPerConsent } from './leases-per-consent.ts';
import type { LogRecord } from './record.ts';
import type { Fault } from './verify-log.ts';

/** Of a phone's row, what its last act of consent has to explain. */
export interface PhoneRow {
  readonly deviceId: number;
  readonly version: number;
  readonly classBits: number;
  /** Units leased to it in its life, and the last commit that gave it any. */
  readonly unitsEver: number;
  readonly leasedCommit: number;
  /** Its last row of consent; nothing if it has none. */
  readonly consent: { readonly isGranted: boolean; readonly commitNo: number; readonly at: number } | undefined;
}

/** The database beside a log. Each call sees one moment of it and holds nobody up afterwards. */
export interface Rows {
  /** Phones from the one after on, by their numbers; and the last event the database had counted at that moment. */
  phones(after: number, limit: number): { readonly phones: readonly PhoneRow[]; readonly lastEventId: number };
  /** Events that are not told to the log yet, all of them. */
  waiting(): { readonly events: readonly StoredAuditEvent[]; readonly lastEventId: number };
}

export interface RowsVerdict {
  /** Phones held against their last act. */
  readonly phones: number;
  /** Phones whose last act is older than this log: it tells nothing of them. */
  readonly beforeLog: number;
  /** Phones that something is wrong with; the fault is of the first. */
  readonly faulty: number;
  readonly fault: Fault | undefined;
}

/** Where an act stands in the log; record 0: its event still waits. */
interface Told {
  readonly act: ConsentAct;
  readonly record: number;
  readonly byte: number;
}

interface Held {
  readonly row: PhoneRow;
  /** The last event that the row can know of. */
  readonly asOf: number;
  told: Told | undefined;
}

/** Under a millisecond as a rule: 100,000 phones take 0.2 s, no piece more than 7 ms (the first, unwarmed, 28). */
const ROWS_AT_ONCE = 200;

/**
 * Holds a log against the rows beside it: for each phone, does its row follow from its last act? So a lease after a withdrawal
 * that no other act follows shows, too: the units that its row counts are not those of the record.
 *
 * The rows are read first, then what waits, then the log. An event leaves the database after it is in the log, so each one that
 * a row knows of is found in one of the two later readings, however busy the server is; and later ones, known by their
 * numbers, are left out for that row. The other way round an event that was carried into the log in between would be in
 * neither. So `readRows` comes before the log is opened, `take` gets every record, and `compare` the rest.
 */
export class RowsBeside {
  readonly #rows: Rows;
  readonly #held = new Map<number, Held>();
  /** Of phones that the log knows and the database did not. */
  readonly #strangers = new Map<number, Told>();
  #waiting: readonly StoredAuditEvent[] = [];
  /** Counted by the database when its last phone was read, and when what waited was. */
  #rowsAsOf = 0;
  #asOf = 0;
  /** The last event taken, of those the database had counted. */
  #taken = 0;
  /** The last event there is in the log. */
  #inLog = 0;
  #begunAt = 0;
  readonly #leases = new LeasesPerConsent();
  readonly #atOnce: number;

  constructor(rows: Rows, atOnce = ROWS_AT_ONCE) {
    this.#rows = rows;
    this.#atOnce = atOnce;
  }

  /** First. */
  *readRows(): Generator<void, void> {
    for (let after = 0; ;) {
      const { phones, lastEventId } = this.#rows.phones(after, this.#atOnce);
      for (const row of phones) this.#held.set(row.deviceId, { row, asOf: lastEventId, told: undefined });
      this.#rowsAsOf = lastEventId;
      const last = phones.at(-1);
      if (!last || phones.length < this.#atOnce) break;
      after = last.deviceId;
      yield;
    }
    const { events, lastEventId } = this.#rows.waiting();
    this.#waiting = events;
    this.#asOf = lastEventId;
  }

  /** Then every record of the log, from the first on. */
  take({ n, entry: { event, eventId } }: LogRecord, byte: number): void {
    if (n === 1) this.#begunAt = event.at;
    this.#inLog = Math.max(this.#inLog, eventId);
    this.#leases.isLawful(event); // whoever reads the log judges it; what waits goes on from here
    const act = consentActOf(event);
    if (act) this.#tell({ act, record: n, byte }, eventId);
    if (eventId > 0 && eventId <= this.#asOf) this.#taken = eventId;
  }

  /** Last: what waited goes on where the log ends, and then each row has to follow from its last act. */
  *compare(): Generator<void, RowsVerdict> {
    const cut = this.#takeWaiting() ?? this.#behind();
    if (cut) return { phones: 0, beforeLog: 0, faulty: 0, fault: cut };
    let [phones, beforeLog, faulty] = [0, 0, 0];
    let fault: Fault | undefined;
    for (const { row, told } of this.#held.values()) {
      const isOld = told === undefined && row.consent !== undefined && row.consent.at < this.#begunAt;
      if (isOld) beforeLog++;
      else phones++;
      const code = told ? codeOfTold(row, told.act) : isOld ? codeOfOld(row) : codeOfUntold(row);
      if (code) {
        faulty++;
        fault ??= faultOf(code, row.deviceId, told);
      }
      if ((phones + beforeLog) % this.#atOnce === 0) yield;
    }
    for (const told of this.#strangers.values()) {
      faulty++;
      fault ??= faultOf('row_differs', told.act.deviceId, told);
    }
    return { phones, beforeLog, faulty, fault };
  }

  #tell(told: Told, eventId: number): void {
    const { deviceId } = told.act;
    const held = this.#held.get(deviceId);
    if (eventId > (held?.asOf ?? this.#rowsAsOf)) return;
    if (held) held.told = told;
    else this.#strangers.set(deviceId, told);
  }

  #takeWaiting(): Fault | undefined {
    for (const { id, ...event } of this.#waiting) {
      if (id <= this.#taken) continue;
      if (this.#taken !== 0 && id !== this.#taken + 1) return faultOf('event_missing');
      this.#taken = id;
      const act = consentActOf(event);
      if (!this.#leases.isLawful(event)) return faultOf('lease_without_consent', act?.deviceId);
      if (act) this.#tell({ act, record: 0, byte: 0 }, id);
    }
    // A log that has begun anew has none yet: it says so itself, by its first record.
    return this.#taken !== 0 && this.#taken !== this.#asOf ? faultOf('event_missing') : undefined;
  }

  /** Every event was in the database before it was in the log. */
  #behind(): Fault | undefined {
    return this.#inLog > this.#asOf && this.#inLog > this.#rows.waiting().lastEventId
      ? faultOf('database_behind')
      : undefined;
  }
}

type Code = 'lease_after_withdrawal' | 'row_differs' | undefined;

function codeOfTold(row: PhoneRow, act: ConsentAct): Code {
  const isLeasedSince = row.unitsEver > act.unitsLeased || row.leasedCommit > act.commitNo;
  if (isLeasedSince && !allowsWork(act)) return 'lease_after_withdrawal';
  const isAsAgreed = row.version === act.version && row.classBits === act.classBits;
  const isItsAct = row.consent?.isGranted === act.version > 0 && row.consent?.commitNo === act.commitNo;
  // Both are counted by the same decision: one alone was not written by it.
  const isCounted =
    row.unitsEver >= act.unitsLeased && row.unitsEver > act.unitsLeased === row.leasedCommit > act.commitNo;
  return isAsAgreed && isItsAct && isCounted ? undefined : 'row_differs';
}

/** Its acts are of before the log: there its rows alone tell. */
function codeOfOld({ consent, leasedCommit }: PhoneRow): Code {
  return consent && !consent.isGranted && leasedCommit > consent.commitNo ? 'lease_after_withdrawal' : undefined;
}

/** It never acted, as far as the log knows: then it agreed to nothing and was given nothing. */
const codeOfUntold = ({ version, unitsEver, leasedCommit, consent }: PhoneRow): Code =>
  version > 0 || unitsEver > 0 || leasedCommit > 0 || consent ? 'row_differs' : undefined;

const faultOf = (code: Fault['code'], device?: number, told?: Told): Fault => ({
  code,
  record: told?.record ?? 0,
  byte: told?.byte ?? 0,
  ...(device !== undefined && { device }),
});
