import { must } from '../../../shared/assert.ts';
import type { AccountId } from '../../../shared/ids.ts';
import { TABLES } from '../../../shared/privacy/columns.ts';
import type { ExportPage } from '../../core/ports.ts';
import type { Row } from './cells.ts';
import type { Statements } from './statements.ts';

/** A number of JavaScript is bound as a real one, whose text is `7.0`. */
const ME_AS_TEXT = 'CAST(CAST(@me AS INTEGER) AS TEXT)';
const OWN_DEVICES = `device_id IN (SELECT id FROM device WHERE account_id = @me AND executor = 'peer')`;
const OWN_JOBS = 'job_id IN (SELECT id FROM job WHERE account_id = @me)';
const OWN_BLOCKS = `block_id IN (SELECT block_id FROM exchange WHERE ${OWN_DEVICES})`;
/** better-auth's users are our accounts, and its numbers are text. */
const ownUser = (column: string): string => `${column} = ${ME_AS_TEXT}`;
const OWN_LEDGER = `account IN ('pending:' || ${ME_AS_TEXT}, 'available:' || ${ME_AS_TEXT})`;
/** By the index, and what it does not hold yet. */
const OWN_ENTRIES = `id IN (SELECT entry_id FROM history WHERE ${OWN_LEDGER}) OR (id > (SELECT entry_id FROM history_mark) AND ${OWN_LEDGER})`;

/**
 * How an account's rows of a table are found, and in which order they are read. A table that is not here belongs to nobody, or
 * says why it is not: a test holds this against the schema.
 */
export const EXPORT_RULES: Readonly<Record<string, { readonly where: string; readonly key: readonly string[] }>> = {
  account: { where: 'id = @me', key: ['id'] },
  auth_user: { where: ownUser('id'), key: ['id'] },
  auth_session: { where: ownUser('user_id'), key: ['id'] },
  auth_passkey: { where: ownUser('user_id'), key: ['id'] },
  api_key: { where: 'account_id = @me', key: ['id'] },
  role_change: { where: 'account_id = @me', key: ['id'] },
  adjustment: { where: 'account_id = @me', key: ['id'] },
  policy_change: { where: 'author_id = @me OR decided_by = @me', key: ['id'] },
  programme: { where: 'author_id = @me', key: ['version'] },
  invite: { where: 'account_id = @me', key: ['code_hash'] },
  device: { where: `account_id = @me AND executor = 'peer'`, key: ['id'] },
  consent: { where: OWN_DEVICES, key: ['id'] },
  job: { where: 'account_id = @me', key: ['id'] },
  round: { where: OWN_JOBS, key: ['job_id', 'round'] },
  block: { where: OWN_JOBS, key: ['id'] },
  result: { where: `${OWN_BLOCKS} AND ${OWN_DEVICES}`, key: ['block_id', 'task_index'] },
  vote: { where: `${OWN_BLOCKS} AND ${OWN_DEVICES}`, key: ['id'] },
  exchange: { where: OWN_DEVICES, key: ['device_id', 'seq', 'block_id'] },
  evidence: { where: OWN_DEVICES, key: ['id'] },
  transfer: { where: `id IN (SELECT transfer_id FROM entry WHERE ${OWN_ENTRIES})`, key: ['id'] },
  entry: { where: `(${OWN_ENTRIES})`, key: ['id'] },
  feedback: { where: 'account_id = @me', key: ['id'] },
  balance: { where: OWN_LEDGER, key: ['account'] },
};

/** Why rows of an account are in no export. */
export const NOT_EXPORTED: Readonly<Record<string, string>> = {
  auth_verification: 'codes and challenges that are on their way; none is older than ten minutes',
  auth_identity: 'stays empty: nobody signs in with a password or through another site',
  audit_event:
    'waits some milliseconds to be carried into the audit log, whose records about an account are exported beside the tables',
  correction: 'which tasks are done again would tell where checks have looked',
  outbox: 'tells that a request is answered: its own row says so',
  history: 'an index of entry',
  erasure: 'who has one has no account to ask by',
};

const ROWS_A_PAGE = 200;

/** Table by table, a page a step, on no transaction that outlives a step. Columns that are withheld say why in `columns.ts`. */
export function* exportAccount(from: Statements, accountId: AccountId): Iterable<ExportPage> {
  for (const [table, { where, key }] of Object.entries(EXPORT_RULES)) {
    const { columns } = must(TABLES[table], `what ${table} is about`);
    const shown = Object.keys(columns).filter((name) => columns[name]?.withheld === undefined);
    const read = [...new Set([...shown, ...key])].join(', ');
    const places = key.map((name) => `@${name}`).join(', ');
    const order = key.join(', ');
    let after: Row | undefined;
    do {
      const rows = from.allBy(
        `SELECT ${read} FROM ${table} WHERE ${where}${after ? ` AND (${order}) > (${places})` : ''} ORDER BY ${order} LIMIT ${ROWS_A_PAGE}`,
        { ...after, me: accountId },
      );
      yield { table, rows: rows.map((row) => Object.fromEntries(shown.map((name) => [name, row[name] ?? null]))) };
      const last = rows.length < ROWS_A_PAGE ? undefined : rows.at(-1);
      after = last && Object.fromEntries(key.map((name) => [name, last[name] ?? null]));
    } while (after);
  }
}
