import type { Programme } from '../../../shared/model/programme.ts';
import type { AccountId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { Consent } from '../../../shared/model/device.ts';
import type { Job, Round } from '../../../shared/model/job.ts';
import type { LedgerAccount } from '../../../shared/model/ledger.ts';
import { micros, type Micros } from '../../../shared/money.ts';
import type { Feeding, StatementMark, StatementRow } from '../../core/ports.ts';
import { num, text } from './cells.ts';
import { toConsent, toExchange } from './device-rows.ts';
import { toJob } from './job-rows.ts';
import { roundsOf } from './read-work.ts';
import type { Statements } from './statements.ts';

/** What people look at: askers their jobs, drivers their devices' work, admins who works for whom. */

export function job(from: Statements, id: JobId): { readonly job: Job; readonly rounds: readonly Round[] } | undefined {
  const row = from.one('SELECT * FROM job WHERE id = ?', id);
  return row && { job: toJob(row), rounds: roundsOf(from, id) };
}

export const jobsOf = (from: Statements, accountId: AccountId, limit: number): Job[] =>
  from
    .all('SELECT * FROM job WHERE account_id = ? ORDER BY created_at DESC, id DESC LIMIT ?', accountId, limit)
    .map(toJob);

export const recentWaits = (from: Statements, since: number, limit: number): number[] =>
  from
    .all(
      `SELECT settled_at - created_at AS ms FROM (SELECT * FROM job ORDER BY id DESC LIMIT ?)
       WHERE state IN ('answered', 'correcting') AND settled_at >= ? ORDER BY ms`,
      limit,
      since,
    )
    .map((row) => num(row, 'ms'));

export const isRoleChangeOpen = (from: Statements, id: number): boolean =>
  from.one('SELECT id FROM role_change WHERE id = ? AND approved_at IS NULL AND rejected_at IS NULL', id) !== undefined;

export const otherAdmins = (from: Statements, house: AccountId, account: AccountId): number =>
  num(
    from.only(
      `SELECT count(*) AS n FROM account WHERE role = 'admin' AND erased_at IS NULL AND id NOT IN (?, ?)`,
      house,
      account,
    ),
    'n',
  );

export function contributions(
  from: Statements,
  jobId: JobId,
): { readonly mainframe: number; readonly peers: number; readonly devices: number } {
  const row = from.only(
    `SELECT count(*) FILTER (WHERE d.executor = 'mainframe') AS mainframe, count(*) FILTER (WHERE d.executor = 'peer') AS peers,
            count(DISTINCT d.id) FILTER (WHERE d.executor = 'peer') AS devices
     FROM block b JOIN round o ON o.job_id = b.job_id AND o.round = b.round AND o.corrects IS NULL
       JOIN result r ON r.block_id = b.id JOIN device d ON d.id = r.device_id WHERE b.job_id = ?`,
    jobId,
  );
  return { mainframe: num(row, 'mainframe'), peers: num(row, 'peers'), devices: num(row, 'devices') };
}

export function lastConsent(from: Statements, deviceId: DeviceId): Consent | undefined {
  const row = from.one('SELECT * FROM consent WHERE device_id = ? ORDER BY id DESC LIMIT 1', deviceId);
  return row && toConsent(row);
}

export function lastProgramme(from: Statements): Programme | undefined {
  const row = from.one('SELECT * FROM programme ORDER BY version DESC LIMIT 1');
  return (
    row && {
      version: num(row, 'version'),
      isOn: num(row, 'is_on') === 1,
      targetPercent: num(row, 'target_percent'),
      at: num(row, 'at'),
    }
  );
}

export function statement(
  from: Statements,
  accountId: AccountId,
  before: StatementMark | undefined,
  limit: number,
): StatementRow[] {
  const { acceptedAt, deviceId, seq } = before ?? { acceptedAt: Number.MAX_SAFE_INTEGER, deviceId: 0, seq: 0 };
  return from
    .all(
      `SELECT x.*, j.kind FROM device d JOIN exchange x ON x.device_id = d.id
       JOIN block b ON b.id = x.block_id JOIN job j ON j.id = b.job_id
       WHERE d.account_id = ? AND (x.accepted_at, x.device_id, x.seq) < (?, ?, ?)
       ORDER BY x.accepted_at DESC, x.device_id DESC, x.seq DESC LIMIT ?`,
      accountId,
      acceptedAt,
      deviceId,
      seq,
      limit,
    )
    .map((row) => ({ ...toExchange(row), kind: text(row, 'kind') }));
}

export function unitsOf(
  from: Statements,
  accountId: AccountId,
  since: number,
): { readonly since: number; readonly all: number } {
  const row = from.only(
    `SELECT coalesce(sum(length(x.task_indices) / 2), 0) AS units,
            coalesce(sum(length(x.task_indices) / 2) FILTER (WHERE x.accepted_at >= ?), 0) AS recent
     FROM device d JOIN exchange x ON x.device_id = d.id WHERE d.account_id = ? AND x.state <> 'void'`,
    since,
    accountId,
  );
  return { since: num(row, 'recent'), all: num(row, 'units') };
}

/**
 * Reads every exchange there is: one to two seconds for a million (measured). The mainframe has none, so the units of an
 * asker are those that other people's devices did.
 */
export const feeding = (from: Statements, leastUnits: number, share: number): Feeding[] =>
  from
    .all(
      `SELECT asker, worker, units, 1.0 * units / all_units AS share
       FROM (SELECT asker, worker, units, sum(units) OVER (PARTITION BY asker) AS all_units
             FROM (SELECT j.account_id AS asker, d.account_id AS worker, sum(length(x.task_indices) / 2) AS units
                   FROM exchange x JOIN device d ON d.id = x.device_id JOIN block b ON b.id = x.block_id JOIN job j ON j.id = b.job_id
                   WHERE x.state <> 'void' AND d.executor = 'peer' GROUP BY j.account_id, d.account_id))
       WHERE all_units >= ? AND 1.0 * units / all_units >= ? ORDER BY asker, units DESC, worker`,
      leastUnits,
      share,
    )
    .map((row) => ({
      asker: num(row, 'asker') as AccountId,
      worker: num(row, 'worker') as AccountId,
      units: num(row, 'units'),
      share: num(row, 'share'),
    }));

export function balance(from: Statements, account: LedgerAccount): Micros | undefined {
  const row = from.one('SELECT micros FROM balance WHERE account = ?', account);
  return row && micros(num(row, 'micros'));
}
