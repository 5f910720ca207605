import { availableOf, pendingOf } from '../../shared/model/ledger.ts';
import type { Account } from '../../shared/model/device.ts';
import type { StatementMark, Store } from '../core/ports.ts';
import { recordAbout, type Subject } from './audit-about.ts';
import type { AuditTrail } from './audit-trail.ts';
import { csvCell } from '../adapters/csv-cell.ts';
import { TABLES } from '../../shared/privacy/columns.ts';
import type { AnyKind } from '../../wasm/registry.ts';
import { READ_ME, TABLE_WORDS } from './export-words.ts';
import { statementLines, type StatementLine } from './statement.ts';

export interface ExportParts {
  readonly store: Pick<Store, 'exportAccount' | 'statement' | 'adjustmentsOf' | 'balance'>;
  readonly auditTrail: Pick<AuditTrail, 'walk'>;
  readonly kindNamed: (name: string) => AnyKind | undefined;
  readonly clock: () => number;
}

/**
 * Everything stored about an account as one JSON document, in pieces: a table's rows are read as the reader takes them, so a
 * large account costs no memory. It begins with how to read it, in plain words. Bytes are base64, instants ISO 8601; of a
 * request and its answer there is also what they say. After the
 * tables stand the records of the audit log that are about it, and whether the log they were read from is as it was written.
 */
export async function* exportDocument(account: Account, parts: ExportParts): AsyncIterable<string> {
  const { store, kindNamed, clock } = parts;
  const [pending, posted] = [await store.balance(pendingOf(account.id)), await store.balance(availableOf(account.id))];
  const head = {
    format: 'zeusdrive-export',
    version: 2,
    exportedAt: new Date(clock()).toISOString(),
    readMe: READ_ME,
    inShort: {
      name: account.name,
      role: account.role,
      creditsPosted: dollars(posted ?? 0),
      creditsPending: dollars(pending ?? 0),
    },
    whatEachPartIs: TABLE_WORDS,
    bytes: 'base64',
    money: 'micro-dollars',
    instants: 'ISO 8601, UTC',
  };
  yield `${JSON.stringify(head, undefined, 2).slice(0, -2)},\n  "tables": {`;
  let table = '';
  let isFirstRow = true;
  const deviceIds = new Set<number>();
  for (const page of store.exportAccount(account.id)) {
    if (page.table !== table) {
      yield `${table === '' ? '' : ']\n,'}${JSON.stringify(page.table)}:[`;
      table = page.table;
      isFirstRow = true;
    }
    if (table === 'device') for (const { id } of page.rows) deviceIds.add(Number(id));
    const rows = page.rows.map((row) => JSON.stringify(page.table === 'job' ? readable(row, kindNamed) : plain(row)));
    if (rows.length === 0) continue;
    yield `${isFirstRow ? '\n' : ',\n'}${rows.join(',\n')}`;
    isFirstRow = false;
  }
  yield `${table === '' ? '' : ']'}},\n  "whatEachColumnIs": ${JSON.stringify(columnWords(), undefined, 2)},\n`;
  yield* auditRecords({ accountId: account.id, deviceIds }, parts);
  yield '}\n';
}

async function* auditRecords(subject: Subject, { auditTrail }: ExportParts): AsyncIterable<string> {
  yield `"auditLog":{"records":[`;
  let isFirst = true;
  for await (const { records, verdict } of auditTrail.walk()) {
    const own = records.flatMap((record) => recordAbout(record, subject) ?? []);
    if (own.length > 0) yield `${isFirst ? '\n' : ',\n'}${own.map((one) => JSON.stringify(one)).join(',\n')}`;
    if (own.length > 0) isFirst = false;
    if (verdict) yield `],"isWhole":${verdict.fault === undefined}}`;
  }
}

const dollars = (micros: number): string => `$${(micros / 1_000_000).toFixed(2)}`;

/** As the list of what is stored says it. */
const columnWords = (): Readonly<Record<string, Readonly<Record<string, string>>>> =>
  Object.fromEntries(
    Object.keys(TABLE_WORDS).map((table) => [
      table,
      Object.fromEntries(
        Object.entries(TABLES[table]?.columns ?? {}).flatMap(([name, { why, withheld }]) =>
          withheld === undefined ? [[name, why]] : [],
        ),
      ),
    ]),
  );

type Row = Readonly<Record<string, string | number | Uint8Array | null>>;

const plain = (row: Row): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, shown(name, cell)]));

/** Instants are named so. 0 is none. */
const INSTANT = /(^|_)(at|until)$/;

function shown(name: string, cell: Row[string]): unknown {
  if (cell instanceof Uint8Array) return Buffer.from(cell).toString('base64');
  return typeof cell === 'number' && cell > 0 && INSTANT.test(name) ? new Date(cell).toISOString() : cell;
}

/** A job's row, with the request and the answer as its kind reads them. A kind that is gone leaves the bytes. */
function readable(row: Row, kindNamed: ExportParts['kindNamed']): Record<string, unknown> {
  const kind = kindNamed(String(row['kind']));
  const { spec, answer } = row;
  return {
    ...plain(row),
    ...(kind && spec instanceof Uint8Array && { request: kind.spec.decode(new Uint8Array(spec)) }),
    ...(kind && answer instanceof Uint8Array && { answered: kind.answer.decode(new Uint8Array(answer)) }),
  };
}

const ROWS_A_PAGE = 500;
const HEAD = ['at', 'device', 'message', 'block', 'kind', 'units', 'amount_micros', 'state', 'reason'];

/** The statement as CSV, newest first, then what is pending and posted in all. */
export async function* statementCsv(account: Account, { store }: ExportParts): AsyncIterable<string> {
  yield csvLine(HEAD);
  let before: StatementMark | undefined;
  do {
    const lines: readonly StatementLine[] = await statementLines(store, account.id, before, ROWS_A_PAGE);
    if (lines.length > 0) yield lines.map(statementLine).join('');
    before = lines.length < ROWS_A_PAGE ? undefined : lines.at(-1)?.mark;
  } while (before);
  const [pending, posted] = [await store.balance(pendingOf(account.id)), await store.balance(availableOf(account.id))];
  yield csvLine(['', '', '', '', 'pending in all', '', String(pending ?? 0), '', '']);
  yield csvLine(['', '', '', '', 'posted in all', '', String(posted ?? 0), '', '']);
}

function statementLine(line: StatementLine): string {
  const at = new Date(line.mark.acceptedAt).toISOString();
  if (line.of === 'adjustment') {
    return csvLine([at, '', '', '', 'adjusted by us', '', line.row.micros, 'posted', line.row.reason]);
  }
  const { row } = line;
  return csvLine([
    at,
    String(row.deviceId),
    String(row.seq),
    String(row.blockId),
    row.kind,
    String(row.taskIndices.length),
    String(row.amountMicros),
    row.state,
    '',
  ]);
}

const csvLine = (cells: readonly (string | number)[]): string => `${cells.map(csvCell).join(',')}\r\n`;
