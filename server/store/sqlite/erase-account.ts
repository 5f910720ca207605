import type { AccountId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { Erasable } from '../../core/ports.ts';
import { num } from './cells.ts';
import { toExchange } from './device-rows.ts';
import type { Statements } from './statements.ts';

const IN_PROGRESS = `state IN ('running', 'correcting')`;

/** What the coordinator has to know of an account to end it. */
export function erasable(from: Statements, accountId: AccountId): Erasable {
  const jobIds = from.all('SELECT id FROM job WHERE account_id = ?', accountId).map((row) => num(row, 'id') as JobId);
  const devices = from.all(`SELECT id FROM device WHERE account_id = ? AND executor = 'peer'`, accountId);
  return {
    deviceIds: devices.map((row) => num(row, 'id') as DeviceId),
    jobIds,
    pending: from
      .all(
        `SELECT x.* FROM device d JOIN exchange x ON x.device_id = d.id WHERE d.account_id = ? AND x.state = 'pending'
         ORDER BY x.device_id, x.seq, x.block_id`,
        accountId,
      )
      .map(toExchange),
  };
}

export const erasuresDue = (from: Statements, limit: number): AccountId[] =>
  from
    .all(
      `SELECT account_id FROM erasure e WHERE is_done = 0
       ORDER BY EXISTS (SELECT 1 FROM job j WHERE j.account_id = e.account_id AND ${IN_PROGRESS}), account_id LIMIT ?`,
      limit,
    )
    .map((row) => num(row, 'account_id') as AccountId);

/** Of an output, the 64 digests stay: what others were paid for. The candidate behind them is a part of the request. */
const DIGEST_BYTES = 64 * 8;

/**
 * Takes what is personal out of every table (`shared/privacy/columns.ts` lists them); the caller has written what the account
 * and its devices are from now on. Rows of the books stay, under a number that leads to nobody. With `secure_delete` what is
 * overwritten here is overwritten on the disk. Doing it twice does nothing more. Jobs that are still in progress drain first:
 * the commit that ends one calls this again.
 */
export function eraseAccount(to: Statements, accountId: AccountId): void {
  to.run(
    `UPDATE device SET public_key = x'', last_reply = x'', zone_minutes = 0, zone_at = 0, consent_hours_from = NULL,
       consent_hours_to = NULL
     WHERE account_id = ? AND executor = 'peer'`,
    accountId,
  );
  to.run(
    `UPDATE consent SET hours_from = NULL, hours_to = NULL WHERE device_id IN (SELECT id FROM device WHERE account_id = ?)`,
    accountId,
  );
  to.run('DELETE FROM invite WHERE account_id = ?', accountId);
  to.run('DELETE FROM feedback WHERE account_id = ?', accountId);
  to.run(`UPDATE adjustment SET reason = '' WHERE account_id = ?`, accountId);
  to.run(
    `UPDATE job SET spec = x'', job_input = x'', blind_key = x'', kernel_hash = x'', request_digest = x'',
       idempotency_key = 'erased:' || id, answer = CASE WHEN answer IS NULL THEN NULL ELSE x'' END
     WHERE account_id = ? AND NOT (${IN_PROGRESS})`,
    accountId,
  );
  to.run(
    `UPDATE round SET round_input = x'', candidate = CASE WHEN candidate IS NULL THEN NULL ELSE x'' END,
       value = CASE WHEN value IS NULL THEN NULL ELSE 0 END WHERE job_id IN (SELECT id FROM job WHERE account_id = ? AND NOT (${IN_PROGRESS}))`,
    accountId,
  );
  for (const table of ['result', 'vote']) {
    to.run(
      `UPDATE ${table} SET output = substr(output, 1, ${DIGEST_BYTES}) WHERE length(output) > ${DIGEST_BYTES}
       AND block_id IN (SELECT b.id FROM job j JOIN block b ON b.job_id = j.id
                        WHERE j.account_id = ? AND NOT (${IN_PROGRESS}))`,
      accountId,
    );
  }
  to.run(
    `INSERT OR IGNORE INTO erasure (account_id, at, is_done) SELECT id, erased_at, 0 FROM account WHERE id = ?`,
    accountId,
  );
}
