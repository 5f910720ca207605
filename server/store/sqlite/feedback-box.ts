import type Database from 'better-sqlite3';
import type { AccountId } from '../../../shared/ids.ts';
import type { FeedbackRequest } from '../../../shared/protocol/app.ts';
import { asStoreError } from './as-store-error.ts';
import { num, text } from './cells.ts';
import { Statements } from './statements.ts';

export interface KeptFeedback extends FeedbackRequest {
  readonly id: number;
  readonly accountId: AccountId;
  readonly at: number;
}

/**
 * What people write to us, in a table that nothing else touches: no fact of the coordinator's, because nothing follows from
 * it. Each message is one statement on the writing connection, so it stands between the coordinator's transactions.
 */
export class FeedbackBox {
  readonly #rows: Statements;

  constructor(db: Database.Database) {
    this.#rows = new Statements(db);
  }

  /** Its id; nothing when this account has `most` since then already, which the same statement counts. */
  put(message: Omit<KeptFeedback, 'id'>, since: number, most: number): number | undefined {
    const { accountId, at, kind, text: said, attached } = message;
    try {
      const { changes, lastInsertRowid } = this.#rows.run(
        `INSERT INTO feedback (account_id, at, kind, text, attached) SELECT ?, ?, ?, ?, ?
         WHERE (SELECT count(*) FROM feedback WHERE account_id = ? AND at >= ?) < ?`,
        accountId,
        at,
        kind,
        said,
        JSON.stringify(attached),
        accountId,
        since,
        most,
      );
      return changes === 0 ? undefined : Number(lastInsertRowid);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /** Older than `before`, newest first. */
  latest(before: number, limit: number): readonly KeptFeedback[] {
    return this.#rows.all('SELECT * FROM feedback WHERE id < ? ORDER BY id DESC LIMIT ?', before, limit).map((row) => ({
      id: num(row, 'id'),
      accountId: num(row, 'account_id') as AccountId,
      at: num(row, 'at'),
      kind: text(row, 'kind') as FeedbackRequest['kind'],
      text: text(row, 'text'),
      attached: JSON.parse(text(row, 'attached')) as FeedbackRequest['attached'],
    }));
  }
}
