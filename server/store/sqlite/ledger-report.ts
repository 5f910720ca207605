import { micros } from '../../../shared/money.ts';
import type { LedgerReport } from '../../core/ports.ts';
import type { Statements } from './statements.ts';

/** Each finds one way for the books to be wrong, and says where, in the words of `said`. */
const CHECKS = [
  `SELECT 'transfer ' || transfer_id || ' is off by ' || sum(micros) AS said
   FROM entry GROUP BY transfer_id HAVING sum(micros) <> 0 LIMIT 20`,

  `SELECT coalesce(b.account, e.account) || ' says ' || coalesce(b.micros, 0) || ', its entries say ' || coalesce(e.sum, 0) AS said
   FROM balance b FULL JOIN (SELECT account, sum(micros) AS sum FROM entry GROUP BY account) e ON e.account = b.account
   WHERE coalesce(b.micros, 0) <> coalesce(e.sum, 0) LIMIT 20`,

  `SELECT 'exchange ' || x.device_id || ':' || x.seq || ':' || x.block_id || ' is worth ' || x.amount_micros
          || ', booked ' || coalesce(e.micros, 0) AS said
   FROM exchange x
   LEFT JOIN transfer t ON t.cause = 'credit:' || x.device_id || ':' || x.seq || ':' || x.block_id
   LEFT JOIN entry e ON e.transfer_id = t.id AND e.micros > 0
   WHERE x.amount_micros > 0 AND x.amount_micros IS NOT e.micros LIMIT 20`,

  // The reasons to say what is owed and what is earned: exchanges held; exchanges posted or restored, and what was adjusted by
  // hand. What an erased account had, it gave up.
  `SELECT coalesce(b.account, o.account) || ' says ' || coalesce(b.micros, 0) || ', its exchanges and adjustments are worth ' || coalesce(o.micros, 0) AS said
   FROM (SELECT account, micros FROM balance WHERE account GLOB 'pending:*' OR account GLOB 'available:*') b
   FULL JOIN (SELECT account, sum(micros) AS micros
              FROM (SELECT iif(x.state = 'pending', 'pending:', 'available:') || d.account_id AS account, x.amount_micros AS micros
                    FROM exchange x JOIN device d ON d.id = x.device_id JOIN account a ON a.id = d.account_id
                    WHERE x.state <> 'void' AND a.erased_at IS NULL
                    UNION ALL
                    SELECT 'available:' || j.account_id, j.micros FROM adjustment j JOIN account a ON a.id = j.account_id
                    WHERE j.state = 'done' AND a.erased_at IS NULL)
              GROUP BY 1) o ON o.account = b.account
   WHERE coalesce(b.micros, 0) <> coalesce(o.micros, 0) LIMIT 20`,

  `SELECT coalesce(t.cause, r.cause) || ' moved ' || coalesce(t.micros, 0) || ', its exchange says ' || coalesce(r.micros, 0) AS said
   FROM (SELECT t.cause, sum(e.micros) AS micros FROM transfer t JOIN entry e ON e.transfer_id = t.id AND e.micros > 0
         WHERE t.kind = 'restore' GROUP BY t.id) t
   FULL JOIN (SELECT 'restore:' || device_id || ':' || seq || ':' || block_id AS cause, amount_micros AS micros
              FROM exchange WHERE state = 'restored' AND amount_micros > 0) r ON r.cause = t.cause
   WHERE coalesce(t.micros, 0) <> coalesce(r.micros, 0) LIMIT 20`,

  `SELECT coalesce(t.cause, j.cause) || ' moved ' || coalesce(t.micros, 0) || ' to ' || coalesce(t.account, 'nobody')
          || ', its adjustment says ' || coalesce(j.micros, 0) || ' to ' || coalesce(j.account, 'nobody') AS said
   FROM (SELECT t.cause, e.account, e.micros FROM transfer t JOIN entry e ON e.transfer_id = t.id AND e.account <> 'budget'
         WHERE t.kind = 'adjust') t
   FULL JOIN (SELECT 'adjust:' || id AS cause, 'available:' || account_id AS account, micros
              FROM adjustment WHERE state = 'done') j ON j.cause = t.cause
   WHERE t.micros IS NOT j.micros OR t.account IS NOT j.account LIMIT 20`,
];

/**
 * Adds up the whole book, entry by entry: every transfer balances, every balance is the sum of its entries, every exchange
 * that is worth something was booked once, at that worth, drivers have exactly what their exchanges and adjustments say, and
 * a restored exchange and an adjustment were each booked once, by a transfer of their own.
 */
export function verifyLedger(read: Statements): LedgerReport {
  const counts = read.one(
    'SELECT (SELECT count(*) FROM transfer) AS transfers, count(*) AS entries, coalesce(sum(micros), 0) AS sum FROM entry',
  );
  const mismatches = CHECKS.flatMap((check) => read.all(check).map((row) => row['said'] as string));
  return {
    transfers: counts?.['transfers'] as number,
    entries: counts?.['entries'] as number,
    entriesSumMicros: micros(counts?.['sum'] as number),
    mismatches,
    balancesMatch: mismatches.length === 0,
  };
}
