import type { LedgerAccount, TransferKind } from '../../../shared/model/ledger.ts';
import { micros } from '../../../shared/money.ts';
import type { LedgerLine } from '../../core/ports.ts';
import { num, type Row, text } from './cells.ts';
import type { Statements } from './statements.ts';

/**
 * What happened on a ledger account. An index on `entry.account` alone nearly halves throughput (measured), so history is a
 * table of its own: sorted passes fill it up to a mark, and what came after the mark is few enough to be looked through.
 */
export function entries(from: Statements, account: LedgerAccount, before: number, limit: number): LedgerLine[] {
  const newest = from.all(
    `${LINE} WHERE e.id > ? AND e.id < ? AND e.account = ? ORDER BY e.id DESC LIMIT ?`,
    mark(from),
    before,
    account,
    limit,
  );
  const older = from.all(
    `${LINE} WHERE e.id IN (SELECT entry_id FROM history WHERE account = ? AND entry_id < ? ORDER BY entry_id DESC LIMIT ?)
     ORDER BY e.id DESC`,
    account,
    before,
    limit - newest.length,
  );
  return [...newest, ...older].map(toLine);
}

/** Takes at most `limit` more entries in, within the caller's transaction; how far the mark moved. */
export function indexHistory(own: Statements, limit: number): number {
  const first = mark(own);
  const last = own.only(
    'SELECT max(id) AS id FROM (SELECT id FROM entry WHERE id > ? ORDER BY id LIMIT ?)',
    first,
    limit,
  );
  if (last['id'] === null) return 0;
  own.run(
    'INSERT INTO history SELECT account, id FROM entry WHERE id > ? AND id <= ? ORDER BY account, id',
    first,
    num(last, 'id'),
  );
  own.run('UPDATE history_mark SET entry_id = ?', num(last, 'id'));
  return num(last, 'id') - first;
}

const LINE =
  'SELECT e.id, e.transfer_id, e.micros, t.kind, t.cause, t.at FROM entry e JOIN transfer t ON t.id = e.transfer_id';

const mark = (from: Statements): number => num(from.only('SELECT entry_id FROM history_mark'), 'entry_id');

const toLine = (row: Row): LedgerLine => ({
  id: num(row, 'id'),
  transferId: num(row, 'transfer_id'),
  kind: text(row, 'kind') as TransferKind,
  cause: text(row, 'cause'),
  at: num(row, 'at'),
  micros: micros(num(row, 'micros')),
});
