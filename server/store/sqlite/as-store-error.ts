import Database from 'better-sqlite3';
import { StoreError } from '../../core/ports.ts';

/** A full or broken disk is its own kind of failure; anything else SQLite refuses is a bug of ours. */
export function asStoreError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (error.code === 'SQLITE_FULL')
    return new StoreError('disk_full', 'the disk is full; nothing of the commit was kept');
  const isDisk = /^SQLITE_(IOERR|BUSY|CANTOPEN|READONLY)/.test(error.code);
  return isDisk ? new StoreError('store_unavailable', `the database cannot be written: ${error.message}`) : error;
}
