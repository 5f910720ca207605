import type Database from 'better-sqlite3';
import { must } from '../../../shared/assert.ts';
import type { Cell, Row } from './cells.ts';

/** SQL on one connection, each text prepared once: preparing every time makes the hot path four times slower (measured). */
export class Statements {
  readonly #db: Database.Database;
  readonly #prepared = new Map<string, Database.Statement<unknown[], Row>>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  one(sql: string, ...values: readonly Cell[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  /** The row an aggregate without groups always has. */
  only(sql: string, ...values: readonly Cell[]): Row {
    return must(this.one(sql, ...values), 'one row');
  }

  all(sql: string, ...values: readonly Cell[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** With values by name. */
  allBy(sql: string, values: Row): Row[] {
    return this.#statement(sql).all(values);
  }

  run(sql: string, ...values: readonly Cell[]): Database.RunResult {
    return this.#statement(sql).run(...values);
  }

  /** A whole row, by column name. */
  put(sql: string, row: Row): void {
    this.#statement(sql).run(row);
  }

  #statement(sql: string): Database.Statement<unknown[], Row> {
    let statement = this.#prepared.get(sql);
    if (!statement) this.#prepared.set(sql, (statement = this.#db.prepare<unknown[], Row>(sql)));
    return statement;
  }
}

const columns = {
  account: ['id', 'name', 'role', 'created_at', 'erased_at'],
  device: [
    'id',
    'account_id',
    'executor',
    'public_key',
    'cores',
    'status',
    'consent_version',
    'consent_classes',
    'consent_hours_from',
    'consent_hours_to',
    'leased_commit',
    'task_count',
    'last_seq',
    'last_reply',
    'convictions',
    'probation_left',
    'clean_tasks',
    'verified',
    'suspect_until',
    'frozen_at',
    'chunk_ms',
    'pace_ms',
    'recent_leased',
    'recent_finished',
    'post_at',
    'zone_minutes',
    'zone_at',
    'day',
    'day_bytes',
    'day_units',
    'paced_until',
    'day_breaches',
    'paused_until',
    'units_ever',
    'created_at',
  ],
  consent: [
    'device_id',
    'version',
    'is_granted',
    'classes',
    'hours_from',
    'hours_to',
    'networks',
    'at',
    'commit_no',
    'last_lease_commit',
  ],
  invite: ['code_hash', 'role', 'expires_at', 'account_id'],
  audit_event: ['at', 'actor_id', 'action', 'target', 'detail'],
  policy_change: [
    'id',
    'at',
    'author_id',
    'reason',
    'changes',
    'state',
    'decided_at',
    'decided_by',
    'version',
    'settings',
  ],
  adjustment: [
    'id',
    'at',
    'author_id',
    'account_id',
    'micros',
    'reason',
    'idempotency_key',
    'state',
    'decided_at',
    'decided_by',
  ],
  job: [
    'id',
    'account_id',
    'kind',
    'kind_version',
    'kernel_hash',
    'spec',
    'job_input',
    'blind_key',
    'units',
    'rounds',
    'replicas',
    'created_at',
    'idempotency_key',
    'request_digest',
    'state',
    'round',
    'answer',
    'failure',
    'settled_at',
    'corrected_at',
    'cancelled_at',
    'spent_units',
  ],
  round: [
    'job_id',
    'round',
    'task_count',
    'round_input',
    'opened_at',
    'corrects',
    'score',
    'candidate',
    'value',
    'closed_at',
  ],
  block: ['id', 'job_id', 'round', 'first_task', 'task_count', 'done', 'checked', 'price_micros', 'peer_leased'],
  result: ['block_id', 'task_index', 'device_id', 'seq', 'output'],
  vote: ['block_id', 'task_index', 'device_id', 'account_id', 'seq', 'output'],
  evidence: [
    'id',
    'device_id',
    'at',
    'job_id',
    'round',
    'task',
    'chunk',
    'claimed_score',
    'claimed_hash',
    'expected_score',
    'expected_hash',
    'wrong_chunks',
    'seq',
    'block_id',
    'task_index',
    'ruling',
    'appeal_at',
    'appeal_outcome',
  ],
  exchange: [
    'device_id',
    'seq',
    'block_id',
    'task_indices',
    'amount_micros',
    'digest',
    'state',
    'audit',
    'whole_due',
    'whole_done',
    'is_settled',
    'voided_by',
    'task_no',
    'accepted_at',
  ],
} as const;

type Table = keyof typeof columns;

/** A whole row in, named columns. */
function insert(table: Table): string {
  const names = columns[table];
  return `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`;
}

/** The same; of a row with this key, the columns in `changing` take over the new values and all others stay. */
const put = (table: Table, key: readonly string[], changing: readonly string[]): string =>
  `${insert(table)} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}`;

export const PUTS = {
  account: put('account', ['id'], ['name', 'role', 'erased_at']),
  device: put(
    'device',
    ['id'],
    columns.device.filter((name) => !['id', 'account_id', 'executor', 'public_key', 'created_at'].includes(name)),
  ),
  consent: insert('consent'),
  job: put(
    'job',
    ['id'],
    ['state', 'round', 'answer', 'failure', 'settled_at', 'corrected_at', 'cancelled_at', 'spent_units'],
  ),
  invite: put('invite', ['code_hash'], ['account_id', 'expires_at']),
  auditEvent: insert('audit_event'),
  policyChange: put('policy_change', ['id'], ['state', 'decided_at', 'decided_by', 'version', 'settings']),
  adjustment: put('adjustment', ['id'], ['state', 'decided_at', 'decided_by']),
  round: put('round', ['job_id', 'round'], ['score', 'candidate', 'value', 'closed_at']),
  block: put('block', ['id'], ['done', 'checked', 'peer_leased']),
  // A slot has one result. Nobody overwrites it: it is dropped first, or the key refuses the second.
  result: insert('result'),
  vote: insert('vote'),
  evidence: put('evidence', ['id'], ['appeal_at', 'appeal_outcome']),
  exchange: put(
    'exchange',
    ['device_id', 'seq', 'block_id'],
    ['state', 'audit', 'whole_due', 'whole_done', 'is_settled', 'voided_by'],
  ),
} as const;
