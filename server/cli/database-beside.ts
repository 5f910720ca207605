import { existsSync } from 'node:fs';
import { databaseIn } from '../adapters/data-folder.ts';
import { RowsBeside, type RowsVerdict } from '../audit-log/rows-beside.ts';
import { openConsentRows } from '../store/sqlite/consent-rows.ts';
import { CliError } from './cli-error.ts';

/** The database in a log's folder: read, or why there is nothing to hold the log against. `other_schema`: another program's. */
export type Beside =
  | { readonly kind: 'read'; readonly rows: RowsBeside; readonly close: () => void }
  | { readonly kind: 'absent' }
  | { readonly kind: 'other_schema' };

/** Reads its rows, which has to come before the log is read. Whether a server runs makes no difference. */
export function readDatabaseIn(folder: string): Beside {
  const path = databaseIn(folder);
  if (!existsSync(path)) return { kind: 'absent' };
  try {
    const opened = openConsentRows(path);
    if ('schema' in opened) return { kind: 'other_schema' };
    const rows = new RowsBeside(opened.rows);
    inOne(rows.readRows());
    return { kind: 'read', rows, close: opened.close };
  } catch (error) {
    throw new CliError('database_unusable', `The database ${path} cannot be read: ${(error as Error).message}.`);
  }
}

export const compare = (rows: RowsBeside): RowsVerdict => inOne(rows.compare());

/** What was held against the log, in sentences. */
export function saidOf(kind: Beside['kind'], verdict: RowsVerdict | undefined): readonly string[] {
  if (kind === 'absent') return ['There is no database beside it: only the chain was checked.'];
  if (kind === 'other_schema')
    return ['The database beside it is of another version of this program: only the chain was checked.'];
  if (!verdict) return [];
  const { phones, beforeLog } = verdict;
  const held = `${counted(phones)} held against ${phones === 1 ? 'its' : 'their'} last act here: no lease after one that allows none.`;
  const old = `${counted(beforeLog)} agreed, or did not, before this log began: it tells nothing of them.`;
  return beforeLog === 0 ? [held] : [held, old];
}

const counted = (phones: number): string => `${phones} ${phones === 1 ? 'phone' : 'phones'}`;

function inOne<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
