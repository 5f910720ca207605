import type Database from 'better-sqlite3';
import type { DeviceId } from '../../shared/ids.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import { rowName, type AuditedWorld } from './audited-world.ts';
import { slotName, type Report } from './observer.ts';

type Row = Readonly<Record<string, number | string | Uint8Array | null>>;

/** A column as a person reads it. */
const show = (row: Row, column: string): string => String(row[column]);

/** Rules that plain SQL over the store can tell, whatever led there. Each names rows that break it; none may. */
const RULES: Readonly<Record<string, string>> = {
  transfers_balance: 'SELECT transfer_id, sum(micros) FROM entry GROUP BY transfer_id HAVING sum(micros) <> 0',
  balances_are_entries: `SELECT account, b.micros, e.micros FROM balance b
    FULL JOIN (SELECT account, sum(micros) AS micros FROM entry GROUP BY account) e USING (account)
    WHERE coalesce(b.micros, 0) <> coalesce(e.micros, 0)`,
  nothing_negative: `SELECT account, micros FROM balance WHERE micros < 0 AND account <> 'funding'`,
  escrow_is_pending_rows: `SELECT account, b.micros, x.micros FROM balance b
    FULL JOIN (SELECT 'pending:' || d.account_id AS account, sum(amount_micros) AS micros FROM exchange
               JOIN device d ON d.id = device_id WHERE state = 'pending' GROUP BY 1) x USING (account)
    WHERE account LIKE 'pending:%' AND coalesce(b.micros, 0) <> coalesce(x.micros, 0)`,
  available_is_posted_or_adjusted: `SELECT account, b.micros, x.micros FROM balance b
    FULL JOIN (SELECT 'available:' || owner AS account, sum(y.micros) AS micros
               FROM (SELECT d.account_id AS owner, amount_micros AS micros FROM exchange JOIN device d ON d.id = device_id
                     WHERE state IN ('posted', 'restored')
                     UNION ALL SELECT account_id, micros FROM adjustment WHERE state = 'done') y
               JOIN account o ON o.id = owner WHERE o.erased_at IS NULL GROUP BY 1) x USING (account)
    WHERE account LIKE 'available:%' AND coalesce(b.micros, 0) <> coalesce(x.micros, 0)`,
  void_moves_money_once: `SELECT device_id, seq, block_id, state FROM exchange
    LEFT JOIN transfer ON cause = 'void:' || device_id || ':' || seq || ':' || block_id
    WHERE amount_micros > 0 AND (state IN ('void', 'restored')) <> (transfer.id IS NOT NULL)
      AND device_id NOT IN (SELECT id FROM device WHERE status = 'erased')`,
  adjustments_move_money_once: `SELECT a.id, a.state, a.micros, t.cause FROM adjustment a
    FULL JOIN (SELECT cause, e.account, e.micros FROM transfer JOIN entry e ON e.transfer_id = transfer.id
               WHERE kind = 'adjust' AND e.account <> 'budget') t
      ON t.cause = 'adjust:' || a.id AND t.account = 'available:' || a.account_id AND t.micros = a.micros
    WHERE coalesce(a.state = 'done', 0) <> (t.cause IS NOT NULL)`,
  no_lease_after_revocation: `SELECT device.id, leased_commit, commit_no FROM device
    JOIN consent ON consent.id = (SELECT max(id) FROM consent c WHERE c.device_id = device.id)
    WHERE is_granted = 0 AND leased_commit >= commit_no`,
  no_lease_between_withdrawal_and_consent: `SELECT a.device_id, a.commit_no, b.last_lease_commit FROM consent a
    JOIN consent b ON b.id = (SELECT min(id) FROM consent c WHERE c.device_id = a.device_id AND c.id > a.id)
    WHERE a.is_granted = 0 AND b.last_lease_commit >= a.commit_no`,
  the_log_tells_of_every_lease: `SELECT device.id, units_ever, leased_commit, told.detail FROM device
    JOIN (SELECT target, max(id) AS id FROM audit_event WHERE action GLOB 'consent_*' GROUP BY target) last
      ON last.target = 'device:' || device.id
    JOIN audit_event told ON told.id = last.id
    WHERE told.action = 'consent_withdrawn'
      AND (units_ever <> told.detail ->> 'unitsLeased' OR leased_commit > told.detail ->> 'commit')`,
  the_erased_have_nothing: `SELECT account.id, name, micros FROM account
    LEFT JOIN balance ON balance.account IN ('pending:' || account.id, 'available:' || account.id)
    WHERE erased_at IS NOT NULL AND (name <> '' OR coalesce(micros, 0) <> 0)`,
  the_erased_leave_no_request: `SELECT job.id, state, length(spec), length(job_input) FROM job
    JOIN account ON account.id = job.account_id WHERE erased_at IS NOT NULL AND NOT (state = 'running' AND cancelled_at IS NOT NULL)
      AND (length(spec) + length(job_input) + length(blind_key) + coalesce(length(answer), 0) > 0
           OR EXISTS (SELECT 1 FROM round WHERE job_id = job.id AND length(round_input) + coalesce(length(candidate), 0) > 0))`,
  erased_when_drained: `SELECT erasure.account_id FROM erasure JOIN job ON job.account_id = erasure.account_id
    WHERE is_done = 1 AND state IN ('running', 'correcting')`,
  restored_moves_money_once: `SELECT device_id, seq, block_id, state FROM exchange
    LEFT JOIN transfer ON cause = 'restore:' || device_id || ':' || seq || ':' || block_id
    WHERE amount_micros > 0 AND (state = 'restored') <> (transfer.id IS NOT NULL)`,
  one_posting_a_day: `SELECT cause FROM transfer WHERE kind = 'post' GROUP BY cause HAVING count(*) > 1`,
  units_are_counted: `SELECT device.id, task_count, units FROM device
    LEFT JOIN (SELECT device_id, sum(length(task_indices) / 2) AS units FROM exchange GROUP BY 1) ON device_id = id
    WHERE executor = 'peer' AND task_count <> coalesce(units, 0)`,
  posted_was_audited: `SELECT device_id, seq, block_id FROM exchange WHERE state = 'posted' AND audit = 'none'`,
  news_of_every_answer: `SELECT job.id FROM job LEFT JOIN outbox ON key = 'answered:' || job.id
    WHERE state = 'answered' AND outbox.id IS NULL`,
};

export interface Expectations {
  readonly db: Database.Database;
  readonly world: AuditedWorld;
  /** Phones that never lie: nothing may ever be taken from them, whatever they stop. */
  readonly truthful: ReadonlySet<DeviceId>;
  readonly report: Report;
}

/** Looks at the whole store. Takes milliseconds, so it is called every few hundred events and at the end. */
export function checkStore({ db, world, truthful, report }: Expectations): void {
  const all = (sql: string): Row[] => db.prepare<unknown[], Row>(sql).all();
  for (const [rule, sql] of Object.entries(RULES)) {
    const broken = all(`${sql} LIMIT 3`);
    if (broken.length > 0) report(rule, JSON.stringify(broken));
  }
  const balances = new Map(
    all('SELECT account, micros FROM balance').map((row) => [show(row, 'account'), row['micros']]),
  );
  for (const account of new Set([...balances.keys(), ...world.balances.keys()])) {
    const [said, expected] = [Number(balances.get(account) ?? 0), world.balance(account)];
    if (said !== expected) report('balance_as_predicted', `${account}: ${said}, expected ${expected}`);
  }
  checkExchanges(all, { db, world, truthful, report });
}

function checkExchanges(all: (sql: string) => Row[], { world, truthful, report }: Expectations): void {
  const results = new Map(
    all('SELECT block_id, task_index, device_id, seq, length(output) AS bytes FROM result').map((row) => [
      slotName(Number(row['block_id']), Number(row['task_index'])),
      row,
    ]),
  );
  for (const [slot, { bytes }] of results) if (Number(bytes) < CHUNKS_PER_TASK * 8) report('results_are_whole', slot);
  const paid = new Set<string>();
  const rows = all('SELECT device_id, seq, block_id, task_indices, amount_micros, state, audit FROM exchange');
  for (const row of rows) {
    const [deviceId, seq, blockId] = [Number(row['device_id']), Number(row['seq']), Number(row['block_id'])];
    const name = rowName(deviceId, seq, blockId);
    const model = world.rows.get(name);
    const said = `${show(row, 'state')} ${show(row, 'audit')} ${show(row, 'amount_micros')}`;
    if (said !== `${model?.state} ${model?.audit} ${model?.amount}`)
      report('exchange_as_predicted', `${name} is ${said}, expected ${model?.state} ${model?.audit} ${model?.amount}`);
    const isErased = world.devices.get(deviceId as DeviceId)?.isErased === true;
    if (row['state'] === 'void' && truthful.has(deviceId as DeviceId) && !isErased)
      report('a_stop_costs_nothing', `${name} was taken from an honest phone`);
    // A lie that was posted before it was found out stays paid, and so does what an appeal gave back; its slot is done
    // again by another. Replicas are several to a slot.
    const isElsewhere = row['state'] === 'void' || row['state'] === 'restored' || row['audit'] === 'failed';
    if (isElsewhere || (model?.block.job.replicas ?? 1) > 1) continue;
    for (const taskIndex of indicesIn(row['task_indices'])) {
      const slot = slotName(blockId, taskIndex);
      const result = results.get(slot);
      if (paid.has(slot)) report('a_slot_is_paid_once', slot);
      paid.add(slot);
      if (result?.['device_id'] !== deviceId || result['seq'] !== seq)
        report('one_result_a_credit', `${name} is paid for slot ${slot}, which holds ${JSON.stringify(result)}`);
    }
  }
  if (rows.length !== world.rows.size)
    report('exchange_as_predicted', `${rows.length} rows, expected ${world.rows.size}`);
}

function indicesIn(packed: Row[string] | undefined): readonly number[] {
  if (!(packed instanceof Uint8Array)) return [];
  return Array.from({ length: packed.length / 2 }, (_, i) => packed[2 * i]! + 256 * packed[2 * i + 1]!);
}

/** Nothing is left over: what must hold a bounded time after the last fault, with honest executors about. */
export function checkLiveness({ db, world, truthful, report }: Expectations): void {
  const count = (sql: string): number => Number(db.prepare<unknown[], Row>(sql).get()?.['n']);
  const none = (rule: string, sql: string): void => {
    const n = count(sql);
    if (n > 0) report(rule, `${n} left: ${sql}`);
  };
  none('every_job_is_over', `SELECT count(*) AS n FROM job WHERE state IN ('running', 'correcting')`);
  none('only_cancelled_jobs_fail', `SELECT count(*) AS n FROM job WHERE state = 'failed' AND cancelled_at IS NULL`);
  none('every_correction_is_made', 'SELECT count(*) AS n FROM correction');
  none(
    'every_whole_rerun_is_made',
    `SELECT count(*) AS n FROM exchange WHERE whole_due <> whole_done AND state = 'pending'`,
  );
  none('every_erasure_is_done', 'SELECT count(*) AS n FROM erasure WHERE is_done = 0');
  none('outbox_is_empty', 'SELECT count(*) AS n FROM outbox WHERE sent = 0');
  none(
    'every_audit_is_settled',
    `SELECT count(*) AS n FROM exchange WHERE audit = 'none' AND state IN ('pending', 'posted')`,
  );
  for (const job of world.jobs.values()) {
    if (job.state === 'answered' && !job.isDelivered) report('every_answer_is_delivered', `job ${job.id}`);
  }
  for (const row of world.rows.values()) {
    if (row.state !== 'pending') continue;
    const rule = truthful.has(row.deviceId) ? 'honest_work_is_posted' : 'every_row_is_settled';
    report(rule, rowName(row.deviceId, row.seq, row.block.id));
  }
}

/** A result that a re-run found wrong must not stand: its device is convicted as soon as the finding can be stored. */
export function checkVerdicts(world: AuditedWorld, now: number, report: Report): void {
  for (const [slot, name] of world.wrong) {
    const row = world.rows.get(name);
    // Undone for something else; of what an appeal then gave back nothing is looked at any more.
    if (row?.state === 'void' || row?.state === 'restored' || (row && world.isWiped(row.block.job)))
      world.wrong.delete(slot);
    else if (slot.wrongAt !== undefined && now - slot.wrongAt > PATIENCE_MS)
      report('lies_are_convicted', `a result of device ${slot.deviceId}, seq ${slot.seq}`);
  }
}

/** Second opinions, dying audit threads and a server that starts again take their time. */
const PATIENCE_MS = 30 * 60_000;
