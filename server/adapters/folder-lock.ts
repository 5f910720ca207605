import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { StartError } from './start-error.ts';

export interface FolderLock {
  release(): void;
}

/**
 * One server per data folder: two coordinators on one database would each believe their own memory. The lock is SQLite's
 * own on an empty file beside the database, so the operating system drops it when its process dies, however it dies: there
 * is no stale lock to judge, and no process id that could mean somebody else by now. The id in `server.pid` is only for the
 * sentence.
 */
export function lockFolder(folder: string): FolderLock {
  const lock = new Database(join(folder, 'server.lock'), { timeout: 0 });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!(error instanceof Database.SqliteError) || error.code !== 'SQLITE_BUSY') throw error;
    throw new StartError(
      'folder_in_use',
      `Another server ${holderOf(folder)}is using the data folder ${folder}: stop it, or set DATA_DIR to another folder.`,
    );
  }
  writeFileSync(pidFile(folder), `${process.pid}\n`);
  return { release: () => lock.close() };
}

const pidFile = (folder: string): string => join(folder, 'server.pid');

function holderOf(folder: string): string {
  try {
    return `(process ${Number.parseInt(readFileSync(pidFile(folder), 'utf8'), 10)}) `;
  } catch {
    return ''; // it has locked, and not said its name yet
  }
}
