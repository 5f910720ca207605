import type { AccountId } from '../../../shared/ids.ts';
import type { Adjustment } from '../../../shared/model/adjustment.ts';
import { micros } from '../../../shared/money.ts';
import type { StatementMark } from '../../core/ports.ts';
import { maybeNum, num, text, type Row } from './cells.ts';
import type { Statements } from './statements.ts';

/** Rows of credits adjusted by hand, and the model's values. */

export const fromAdjustment = (one: Adjustment): Row => ({
  id: one.id,
  at: one.at,
  author_id: one.authorId,
  account_id: one.accountId,
  micros: one.micros,
  reason: one.reason,
  idempotency_key: one.idempotencyKey,
  state: one.state,
  decided_at: one.decidedAt ?? null,
  decided_by: one.decidedBy ?? null,
});

const toAdjustment = (row: Row): Adjustment => ({
  id: num(row, 'id'),
  at: num(row, 'at'),
  authorId: num(row, 'author_id') as AccountId,
  accountId: num(row, 'account_id') as AccountId,
  micros: micros(num(row, 'micros')),
  reason: text(row, 'reason'),
  idempotencyKey: text(row, 'idempotency_key'),
  state: text(row, 'state') as Adjustment['state'],
  decidedAt: maybeNum(row, 'decided_at'),
  decidedBy: maybeNum(row, 'decided_by') as AccountId | undefined,
});

export function adjustment(from: Statements, id: number): Adjustment | undefined {
  const row = from.one('SELECT * FROM adjustment WHERE id = ?', id);
  return row && toAdjustment(row);
}

export function adjustmentByKey(from: Statements, authorId: AccountId, key: string): Adjustment | undefined {
  const row = from.one('SELECT * FROM adjustment WHERE author_id = ? AND idempotency_key = ?', authorId, key);
  return row && toAdjustment(row);
}

export const adjustedAlone = (from: Statements, authorId: AccountId, after: number): Adjustment[] =>
  from
    .all(
      `SELECT * FROM adjustment INDEXED BY adjustment_alone
       WHERE state = 'done' AND decided_by = author_id AND author_id = ? AND decided_at > ? ORDER BY decided_at, id`,
      authorId,
      after,
    )
    .map(toAdjustment);

export const waitingAdjustments = (from: Statements): number =>
  num(from.only(`SELECT count(*) AS n FROM adjustment WHERE state = 'proposed'`), 'n');

export const adjustmentsDue = (from: Statements, madeBy: number, limit: number): number[] =>
  from
    .all(
      `SELECT id FROM adjustment INDEXED BY adjustment_waiting WHERE state = 'proposed' AND at <= ? ORDER BY at, id LIMIT ?`,
      madeBy,
      limit,
    )
    .map((row) => num(row, 'id'));

export const adjustments = (from: Statements, before: number, limit: number): Adjustment[] =>
  from.all('SELECT * FROM adjustment WHERE id < ? ORDER BY id DESC LIMIT ?', before, limit).map(toAdjustment);

/** In the order of a statement: device 0 did them, and their own id is the seq. */
export function adjustmentsOf(
  from: Statements,
  accountId: AccountId,
  before: StatementMark | undefined,
  limit: number,
): Adjustment[] {
  const { acceptedAt, deviceId, seq } = before ?? { acceptedAt: Number.MAX_SAFE_INTEGER, deviceId: 0, seq: 0 };
  return from
    .all(
      `SELECT * FROM adjustment WHERE account_id = ? AND state = 'done' AND (decided_at, 0, id) < (?, ?, ?)
       ORDER BY decided_at DESC, id DESC LIMIT ?`,
      accountId,
      acceptedAt,
      deviceId,
      seq,
      limit,
    )
    .map(toAdjustment);
}
