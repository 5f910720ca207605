import type Database from 'better-sqlite3';
import type { ProgrammeChange } from '../../../shared/model/programme.ts';
import type { AccountId } from '../../../shared/ids.ts';
import { DAY, MINUTE } from '../../../shared/time.ts';
import { maybeNum, num, text } from './cells.ts';
import { Statements } from './statements.ts';

export interface Wait {
  readonly settledAt: number;
  readonly ms: number;
}

/**
 * Reads for the desk, off the hot path. No index stands on when work was accepted: transfers are in the order of time, so a
 * stretch of it is found by halving, and each credit's cause names its row. Measured on 1,000,000 units: an hour of 4,000
 * exchanges takes 12 ms.
 */
export class DeskFigures {
  readonly #rows: Statements;

  constructor(db: Database.Database) {
    this.#rows = new Statements(db);
  }

  /** Units of phones that were accepted from an instant until before another and are not void, and their credits. */
  workBetween(from: number, until: number): { readonly units: number; readonly micros: number } {
    const causes = this.#rows.all(
      "SELECT cause FROM transfer WHERE id >= ? AND id < ? AND kind = 'credit'",
      this.#firstTransfer(from),
      this.#firstTransfer(until),
    );
    let [units, micros] = [0, 0];
    for (const row of causes) {
      const [, device, seq, block] = text(row, 'cause').split(':').map(Number);
      const found = this.#rows.one(
        `SELECT length(task_indices) / 2 AS units, amount_micros AS micros FROM exchange
         WHERE device_id = ? AND seq = ? AND block_id = ? AND state <> 'void'`,
        ...[device ?? 0, seq ?? 0, block ?? 0],
      );
      if (!found) continue;
      units += num(found, 'units');
      micros += num(found, 'micros');
    }
    return { units, micros };
  }

  /** The id of the first transfer at or after an instant; of the one to come when there is none. */
  #firstTransfer(at: number): number {
    let [low, high] = [1, num(this.#rows.only('SELECT coalesce(max(id), 0) + 1 AS id FROM transfer'), 'id')];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = this.#rows.only('SELECT id, at FROM transfer WHERE id >= ? ORDER BY id LIMIT 1', middle);
      if (num(row, 'at') < at) low = num(row, 'id') + 1;
      else high = middle;
    }
    return low;
  }

  /** How long requests took that were answered since an instant. */
  waitsSince(since: number): readonly Wait[] {
    return this.#rows
      .all(
        `SELECT settled_at, settled_at - created_at AS ms FROM job INDEXED BY job_settled
         WHERE settled_at >= ? AND state IN ('answered', 'correcting')`,
        since,
      )
      .map((row) => ({ settledAt: num(row, 'settled_at'), ms: num(row, 'ms') }));
  }

  /** Units of the requests that ended since an instant, by who did them. */
  unitsOfEnded(since: number): { readonly jobs: number; readonly phoneUnits: number; readonly serverUnits: number } {
    const row = this.#rows.only(
      `SELECT count(DISTINCT j.id) AS jobs, count(*) FILTER (WHERE d.executor = 'peer') AS phones,
              count(*) FILTER (WHERE d.executor <> 'peer') AS servers
       FROM job j INDEXED BY job_settled JOIN block b ON b.job_id = j.id JOIN result r ON r.block_id = b.id
         JOIN device d ON d.id = r.device_id
       WHERE j.settled_at >= ?`,
      since,
    );
    return { jobs: num(row, 'jobs'), phoneUnits: num(row, 'phones'), serverUnits: num(row, 'servers') };
  }

  /** When the oldest request that runs was made. */
  oldestRunning(): number | undefined {
    const row = this.#rows.one(
      `SELECT created_at FROM job INDEXED BY job_running
       WHERE state IN ('running', 'correcting') AND state = 'running' AND cancelled_at IS NULL ORDER BY id LIMIT 1`,
    );
    return row && num(row, 'created_at');
  }

  /** Phones whose drivers agree to this version, and what they have handed in ever. */
  phones(consentVersion: number): { readonly optedIn: number; readonly unitsEver: number } {
    const row = this.#rows.only(
      `SELECT count(*) FILTER (WHERE status = 'active' AND consent_version = ?) AS opted_in,
              coalesce(sum(task_count), 0) AS units FROM device WHERE executor = 'peer'`,
      consentVersion,
    );
    return { optedIn: num(row, 'opted_in'), unitsEver: num(row, 'units') };
  }

  /** Findings that stand. */
  findings(since: number): { readonly day: number; readonly all: number } {
    const row = this.#rows.only(
      `SELECT count(*) AS n, count(*) FILTER (WHERE at >= ?) AS recent FROM evidence
       WHERE appeal_outcome IS NULL OR appeal_outcome <> 'granted'`,
      since,
    );
    return { day: num(row, 'recent'), all: num(row, 'n') };
  }

  /** What drivers have, in all: still to mature, and theirs. */
  owed(): { readonly pendingMicros: number; readonly postedMicros: number } {
    const sum = (side: 'pending' | 'available'): number =>
      num(
        this.#rows.only(
          'SELECT coalesce(sum(micros), 0) AS micros FROM balance WHERE account > ? AND account < ?',
          `${side}:`,
          `${side};`, // the letter after ":"
        ),
        'micros',
      );
    return { pendingMicros: sum('pending'), postedMicros: sum('available') };
  }

  feedbackSince(since: number): number {
    return num(this.#rows.only('SELECT count(*) AS n FROM feedback WHERE at >= ?', since), 'n');
  }

  /** The newest first. */
  programmeChanges(limit: number): readonly ProgrammeChange[] {
    return this.#rows.all('SELECT * FROM programme ORDER BY version DESC LIMIT ?', limit).map((row) => ({
      version: num(row, 'version'),
      isOn: num(row, 'is_on') === 1,
      targetPercent: num(row, 'target_percent'),
      at: num(row, 'at'),
      authorId: maybeNum(row, 'author_id') as AccountId | undefined,
      reason: text(row, 'reason'),
    }));
  }

  /** Accounts that have asked for something since an instant or whose requests run, each with its role. */
  askersSince(since: number): readonly { readonly accountId: AccountId; readonly isAdmin: boolean }[] {
    return this.#rows
      .all(
        `SELECT id, role FROM account a
         WHERE EXISTS (SELECT 1 FROM job j INDEXED BY job_age WHERE j.account_id = a.id AND j.created_at >= ?)
           OR id IN (SELECT account_id FROM job INDEXED BY job_running WHERE state IN ('running', 'correcting'))`,
        since,
      )
      .map((row) => ({ accountId: num(row, 'id') as AccountId, isAdmin: text(row, 'role') === 'admin' }));
  }

  /** How many phones each account has added since an instant, of those that have. */
  enrolledSince(since: number): readonly number[] {
    return this.#rows
      .all("SELECT count(*) AS n FROM device WHERE executor = 'peer' AND created_at >= ? GROUP BY account_id", since)
      .map((row) => num(row, 'n'));
  }

  /** Bytes and units of the day of each phone that has had any, by its own driver's day. */
  daysOfPhones(now: number): readonly { readonly bytes: number; readonly units: number }[] {
    return this.#rows
      .all(
        `SELECT day_bytes, day_units FROM device
         WHERE executor = 'peer' AND status = 'active' AND day = (CAST(? AS INTEGER) + zone_minutes * ${MINUTE}) / ${DAY}
           AND (day_bytes > 0 OR day_units > 0)`,
        Math.floor(now),
      )
      .map((row) => ({ bytes: num(row, 'day_bytes'), units: num(row, 'day_units') }));
  }
}
