import type { AccountId, BlockId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { Device } from '../../../shared/model/device.ts';
import type { Block, Job, Round, StoredResult } from '../../../shared/model/job.ts';
import { micros } from '../../../shared/money.ts';
import type { LastIds, OutboxRow, ReadRows, ReadSet, RunningJob } from '../../core/ports.ts';
import { num, type Row, text } from './cells.ts';
import { toAccount, toDevice, toExchange, toInvite } from './device-rows.ts';
import { toBlock, toJob, toResult, toRound } from './job-rows.ts';
import type { Statements } from './statements.ts';

/** What the coordinator reads for its turns: by key, or few rows by an index. */

export function lastIds(from: Statements): LastIds {
  const last = (table: string): number => num(from.only(`SELECT coalesce(max(id), 0) AS id FROM ${table}`), 'id');
  return {
    account: last('account'),
    device: last('device'),
    job: last('job'),
    block: last('block'),
    transfer: last('transfer'),
    evidence: last('evidence'),
    commit: num(
      from.only(
        'SELECT max((SELECT coalesce(max(commit_no), 0) FROM consent), (SELECT coalesce(max(leased_commit), 0) FROM device)) AS id',
      ),
      'id',
    ),
    policyChange: last('policy_change'),
    adjustment: last('adjustment'),
  };
}

export function load(from: Statements, wanted: ReadSet): ReadRows {
  const { accounts, devices, invites, results, exchanges, balances } = wanted;
  return {
    accounts: byKey(accounts, (id) => from.one('SELECT * FROM account WHERE id = ?', id), toAccount),
    devices: byKey(devices, (id) => from.one('SELECT * FROM device WHERE id = ?', id), toDevice),
    invites: present(invites, (hash) => from.one('SELECT * FROM invite WHERE code_hash = ?', hash), toInvite),
    results: present(
      results,
      (key) => from.one('SELECT * FROM result WHERE block_id = ? AND task_index = ?', key.blockId, key.taskIndex),
      toResult,
    ),
    exchanges: present(
      exchanges,
      (key) =>
        from.one(
          'SELECT * FROM exchange WHERE device_id = ? AND seq = ? AND block_id = ?',
          key.deviceId,
          key.seq,
          key.blockId,
        ),
      toExchange,
    ),
    balances: byKey(
      balances,
      (account) => from.one('SELECT micros FROM balance WHERE account = ?', account),
      (row) => micros(num(row, 'micros')),
    ),
  };
}

/** Few of all jobs. Naming the index makes a condition that no longer fits it an error, not a look through them all. */
const IN_PROGRESS = `job INDEXED BY job_running WHERE state IN ('running', 'correcting')`;

export function runningJobs(from: Statements): RunningJob[] {
  return from.all(`SELECT * FROM ${IN_PROGRESS} ORDER BY id`).map((row) => {
    const job = toJob(row);
    return {
      job,
      rounds: roundsOf(from, job.id),
      blocks: from
        .all('SELECT * FROM block WHERE job_id = ? AND round = ? ORDER BY first_task', job.id, num(row, 'round'))
        .map(toBlock),
    };
  });
}

export const roundsOf = (from: Statements, jobId: JobId): Round[] =>
  from.all('SELECT * FROM round WHERE job_id = ? ORDER BY round', jobId).map(toRound);

export const blocks = (from: Statements, ids: readonly BlockId[]): ReadonlyMap<BlockId, Block> =>
  byKey(ids, (id) => from.one('SELECT * FROM block WHERE id = ?', id), toBlock);

export function jobByKey(from: Statements, accountId: AccountId, idempotencyKey: string): Job | undefined {
  const row = from.one('SELECT * FROM job WHERE account_id = ? AND idempotency_key = ?', accountId, idempotencyKey);
  return row && toJob(row);
}

export function usage(
  from: Statements,
  accountId: AccountId,
  since: number,
): { readonly units: number; readonly running: number } {
  const asked = from.only(
    'SELECT coalesce(sum(coalesce(spent_units, units)), 0) AS units FROM job WHERE account_id = ? AND created_at >= ?',
    accountId,
    since,
  );
  // A correction is our doing, not the asker's: it takes no place among the jobs that may run, nor does a cancelled one.
  const running = from.only(
    `SELECT count(*) FILTER (WHERE state = 'running' AND cancelled_at IS NULL) AS n FROM ${IN_PROGRESS} AND account_id = ?`,
    accountId,
  );
  return { units: num(asked, 'units'), running: num(running, 'n') };
}

/**
 * By account, how many results of a job; the mainframe's not. A vote that became its slot's result is one of them, not two,
 * and a vote that lost was work all the same.
 */
export const accountUnits = (from: Statements, jobId: JobId): ReadonlyMap<AccountId, number> =>
  new Map(
    from
      .all(
        `SELECT d.account_id, count(*) AS units
         FROM (SELECT r.block_id, r.task_index, r.device_id FROM block b JOIN result r ON r.block_id = b.id WHERE b.job_id = ?
               UNION
               SELECT v.block_id, v.task_index, v.device_id FROM block b JOIN vote v ON v.block_id = b.id WHERE b.job_id = ?) done
         JOIN device d ON d.id = done.device_id WHERE d.executor = 'peer' GROUP BY d.account_id`,
        jobId,
        jobId,
      )
      .map((row) => [num(row, 'account_id') as AccountId, num(row, 'units')]),
  );

export const resultsOf = (from: Statements, jobId: JobId, round: number): StoredResult[] =>
  from
    .all(
      `SELECT r.* FROM block b JOIN result r ON r.block_id = b.id WHERE b.job_id = ? AND b.round = ?
       ORDER BY b.first_task, r.task_index`,
      jobId,
      round,
    )
    .map(toResult);

export function deviceByKey(from: Statements, publicKey: Uint8Array): Device | undefined {
  const row = from.one(
    `SELECT * FROM device WHERE public_key = ? AND executor = 'peer' AND length(public_key) > 0`,
    publicKey,
  );
  return row && toDevice(row);
}

export const newDevices = (from: Statements, accountId: AccountId, since: number): number =>
  num(
    from.only(
      `SELECT count(*) AS n FROM device WHERE account_id = ? AND created_at >= ? AND executor = 'peer'`,
      accountId,
      since,
    ),
    'n',
  );

export const duePosts = (from: Statements, now: number, limit: number): DeviceId[] =>
  from
    .all('SELECT id FROM device WHERE post_at IS NOT NULL AND post_at <= ? ORDER BY post_at, id LIMIT ?', now, limit)
    .map((row) => num(row, 'id') as DeviceId);

export const unsentOutbox = (from: Statements, limit: number): OutboxRow[] =>
  from.all('SELECT * FROM outbox WHERE sent = 0 ORDER BY id LIMIT ?', limit).map((row) => ({
    id: num(row, 'id'),
    key: text(row, 'key'),
    topic: text(row, 'topic') as OutboxRow['topic'],
    jobId: num(row, 'job_id') as JobId,
  }));

function byKey<Key, Value>(
  keys: Iterable<Key>,
  find: (key: Key) => Row | undefined,
  read: (row: Row) => Value,
): Map<Key, Value> {
  const found = new Map<Key, Value>();
  for (const key of keys) {
    const row = find(key);
    if (row) found.set(key, read(row));
  }
  return found;
}

const present = <Key, Value>(
  keys: readonly Key[],
  find: (key: Key) => Row | undefined,
  read: (row: Row) => Value,
): Value[] =>
  keys.flatMap((key) => {
    const row = find(key);
    return row ? [read(row)] : [];
  });
