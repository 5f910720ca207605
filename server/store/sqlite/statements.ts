import type Database from 'better-sqlite3';
import type { Cell, Row } from './rows.ts';

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

  all(sql: string, ...values: readonly Cell[]): Row[] {
    return this.#statement(sql).all(...values);
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
  account: ['id', 'name', 'role', 'created_at'],
  device: [
    'id',
    'account_id',
    'executor',
    'public_key',
    'cores',
    'status',
    'consent_version',
    'task_count',
    'last_seq',
    'last_reply',
    'convictions',
    'probation_left',
    'post_at',
    'created_at',
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
    'created_at',
    'idempotency_key',
    'request_digest',
    'state',
    'round',
    'answer',
    'failure',
    'settled_at',
  ],
  round: ['job_id', 'round', 'task_count', 'round_input', 'opened_at', 'score', 'candidate', 'value', 'closed_at'],
  block: ['id', 'job_id', 'round', 'first_task', 'task_count', 'done', 'checked', 'price_micros', 'peer_leased'],
  result: ['block_id', 'task_index', 'device_id', 'seq', 'output'],
  exchange: [
    'device_id',
    'seq',
    'block_id',
    'task_indices',
    'amount_micros',
    'digest',
    'state',
    'audit',
    'task_no',
    'accepted_at',
  ],
} as const;

/** A whole row in, named columns; `changing` are those that an existing row takes over. */
function put(table: keyof typeof columns, key: readonly string[], changing: readonly string[]): string {
  const names = columns[table];
  const insert = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`;
  return `${insert} ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}`;
}

export const PUTS = {
  account: put('account', ['id'], ['name', 'role']),
  device: put(
    'device',
    ['id'],
    [
      'cores',
      'status',
      'consent_version',
      'task_count',
      'last_seq',
      'last_reply',
      'convictions',
      'probation_left',
      'post_at',
    ],
  ),
  job: put('job', ['id'], ['state', 'round', 'answer', 'failure', 'settled_at']),
  round: put('round', ['job_id', 'round'], ['score', 'candidate', 'value', 'closed_at']),
  block: put('block', ['id'], ['done', 'checked', 'peer_leased']),
  // A slot has one result. Nobody overwrites it: it is dropped first, or the key refuses the second.
  result: `INSERT INTO result (${columns.result.join(', ')}) VALUES (${columns.result.map((name) => `@${name}`).join(', ')})`,
  exchange: put('exchange', ['device_id', 'seq', 'block_id'], ['state', 'audit']),
} as const;
