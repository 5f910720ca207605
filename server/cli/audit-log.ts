import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { givenKey, rootSecret } from '../adapters/root-secret.ts';
import { auditMasterFrom } from '../adapters/secrets.ts';
import { StartError } from '../adapters/start-error.ts';
import { isShown, type LogFilter } from '../audit-log/log-filter.ts';
import { logFilesIn, type LogFiles } from '../audit-log/log-files.ts';
import type { LogRecord } from '../audit-log/record.ts';
import type { RowsVerdict } from '../audit-log/rows-beside.ts';
import { verifyLog, type Fault } from '../audit-log/verify-log.ts';
import { dataDirIn } from '../settings.ts';
import { CliError } from './cli-error.ts';
import { Client } from './client.ts';
import { compare, readDatabaseIn, saidOf } from './database-beside.ts';

const VERIFY = { json: { type: 'boolean', default: false }, head: { type: 'string' } } as const;
const SHOW = {
  json: { type: 'boolean', default: false },
  since: { type: 'string' },
  action: { type: 'string' },
  actor: { type: 'string' },
} as const;

/**
 * `audit verify`: every record, the chain and the head, read from the data folder itself, whether a server runs or not; and
 * the rows of phones in the database beside it, which have to follow from what they last agreed to. Exits with 1 and the place
 * of the first bad record. `--head N:HASH`, noted down earlier, has to lie in this log.
 */
export async function verifyAuditLog(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: VERIFY });
  const noted = values.head === undefined ? undefined : notedHead(values.head);
  const [files, master] = logOf(env);
  const hashes = new Map<number, string>();
  const beside = readDatabaseIn(dataDirIn(env));
  const rows = beside.kind === 'read' ? beside.rows : undefined;
  const verdict = verifyLog(files, master, (record, byte) => {
    if (record.n - 1 === noted?.n) hashes.set(noted.n, record.prev);
    rows?.take(record, byte);
  });
  const held = rows && !verdict.fault ? compare(rows) : undefined;
  if (beside.kind === 'read') beside.close();
  const { head, tornBytes } = verdict;
  if (head.n === noted?.n) hashes.set(head.n, head.hash);
  const isOther = noted !== undefined && hashes.get(noted.n) !== noted.hash;
  const other = isOther ? { code: 'not_that_log' as const, record: noted.n, byte: 0 } : undefined;
  const fault = verdict.fault ?? other ?? held?.fault;
  const database = held && { phones: held.phones, beforeLog: held.beforeLog, faulty: held.faulty };
  if (values.json)
    console.log(
      JSON.stringify({
        ...{ records: head.n, head: head.hash, tornBytes, fault: fault ?? null },
        database: database ?? (beside.kind === 'read' ? null : beside.kind),
      }),
    );
  else if (fault) console.log(`✗ ${saidOfFault(fault)} ${fault === held?.fault ? alsoOf(held) : goodBefore(head.n)}`);
  else {
    console.log(`✓ ${head.n} records, each as it was written. Head ${head.n}:${head.hash}`);
    if (tornBytes > 0) console.log(`  ${tornBytes} bytes after them: being written now, or torn by a crash.`);
    for (const sentence of saidOf(beside.kind, held)) console.log(`  ${sentence}`);
  }
  return fault ? 1 : 0;
}

/** `audit show`: the records that match, one line each. What is wrong with the log is said at its end, with exit code 1. */
export async function showAuditLog(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: SHOW });
  const filter: LogFilter = {
    since: values.since === undefined ? undefined : instantOf(values.since),
    action: values.action,
    actorId: values.actor === undefined ? undefined : numberOf(values.actor, '--actor'),
  };
  const show = ({ n, entry: { event } }: LogRecord): void => {
    if (!isShown(event, filter)) return;
    if (values.json) return console.log(JSON.stringify({ n, ...event }));
    const who = event.actorId === null ? 'server' : `account ${event.actorId}`;
    const detail = Object.entries(event.detail).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
    console.log([n, new Date(event.at).toISOString(), who, event.action, event.target, detail.join(' ')].join('\t'));
  };
  const { fault } = verifyLog(...logOf(env), show);
  if (fault) process.stderr.write(`zeus: ${fault.code}: ${saidOfFault(fault)}\n`);
  return fault ? 1 : 0;
}

/** `audit rotate-key`: the server seals under a new key from now on. */
export async function rotateAuditKey(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values } = parseArgs({ args, options: { server: { type: 'string' } } });
  const { keyId } = await Client.open(values.server, env).rotateAuditKey();
  console.log(`The audit log is sealed under key ${keyId} from now on; what was sealed before stays readable.`);
  return 0;
}

const SENTENCES: Readonly<Record<Fault['code'] | 'not_that_log', string>> = {
  no_log: 'There is no audit log: set DATA_DIR as the server has it.',
  no_keys: 'The key file of the audit log is missing.',
  wrong_key: 'The keys of the audit log do not open: they are damaged, or AUDIT_KEY (or ZEUS_SECRET) is another one.',
  bad_head: 'The head checkpoint is missing, damaged, or not of this log.',
  bad_record: 'A record is not as it was written.',
  out_of_order: 'A record stands where another belongs.',
  event_missing: 'An event was left out.',
  lease_without_consent: 'A phone got work between its withdrawal and the next consent.',
  cut_off: 'Records at the end are gone.',
  database_behind: 'The database has not heard of events that are in the log: it is an older copy.',
  lease_after_withdrawal: 'A phone got work after it had withdrawn.',
  row_differs: 'The row of a phone in the database does not follow from what it last agreed to.',
  not_that_log: 'The head you noted down is not in this log: it was cut back, or is another one.',
};

type AnyFault = Pick<Fault, 'record' | 'byte' | 'device'> & { readonly code: keyof typeof SENTENCES };

function saidOfFault({ code, record, byte, device }: AnyFault): string {
  const whose = device === undefined ? '' : ` Phone ${device}${record === 0 ? ', without a record' : ''}.`;
  const place = record === 0 ? '' : ` Record ${record}${byte === 0 ? '' : `, from byte ${byte} on`}.`;
  return `${SENTENCES[code]}${whose}${place}`;
}

const goodBefore = (records: number): string => `${records} good records stand before it.`;

const alsoOf = ({ faulty }: RowsVerdict): string =>
  `The chain itself holds.${faulty > 1 ? ` ${faulty} phones in all do not agree with it.` : ''}`;

function logOf(env: NodeJS.ProcessEnv): [LogFiles, Uint8Array] {
  const folder = dataDirIn(env);
  const file = join(folder, 'secrets.json');
  try {
    const own = givenKey(env['AUDIT_KEY'], 'AUDIT_KEY');
    if (own) return [logFilesIn(folder), own];
    // Asked to read, it must not make up a secret where there is none.
    const isProduction = !existsSync(file);
    return [
      logFilesIn(folder),
      auditMasterFrom(rootSecret({ given: env['ZEUS_SECRET'], file, isProduction }, () => undefined)),
    ];
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    throw new CliError(
      'no_secret',
      `No key to the audit log: set DATA_DIR, ZEUS_SECRET or AUDIT_KEY as the server has them.`,
    );
  }
}

function notedHead(text: string): { readonly n: number; readonly hash: string } {
  const [, n, hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (n === undefined)
    throw new CliError('bad_argument', '--head: expected what `audit verify` printed, such as 12:9f….');
  return { n: Number(n), hash };
}

function instantOf(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at))
    throw new CliError('bad_argument', `--since: expected a date such as 2026-01-31, got “${text}”.`);
  return at;
}

function numberOf(text: string, name: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw new CliError('bad_argument', `${name}: expected an account's number, got “${text}”.`);
  return Number(text);
}
