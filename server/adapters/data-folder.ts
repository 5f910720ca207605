import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { logFilesIn, type LogFiles } from '../audit-log/log-files.ts';
import { lockFolder } from './folder-lock.ts';
import { StartError } from './start-error.ts';

/** The folder that holds everything a server has to keep, locked for this process. */
export interface DataFolder {
  readonly path: string;
  readonly database: string;
  readonly secretFile: string;
  readonly tokenFile: string;
  readonly manifestFile: string;
  readonly auditLog: LogFiles;
  release(): void;
}

/** Where the command line finds the operator's token. */
export const tokenFileIn = (folder: string): string => join(folder, 'operator-token');

/** Where a server keeps everything that is no file of its own. */
export const databaseIn = (folder: string): string => join(folder, 'zeus.db');

/** Where a server reads the signed manifest of kernels: `zeus manifest sign` writes it there. */
export const manifestFileIn = (folder: string): string => join(folder, 'kernel-manifest.json');

/** Creates the folder if absent, for its owner alone, and locks it. */
export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
    const lock = lockFolder(path);
    return {
      path,
      database: databaseIn(path),
      secretFile: join(path, 'secrets.json'),
      tokenFile: tokenFileIn(path),
      manifestFile: manifestFileIn(path),
      auditLog: logFilesIn(path),
      release: () => lock.release(),
    };
  } catch (error) {
    if (error instanceof StartError) throw error;
    throw new StartError('folder_unusable', `The data folder ${path} cannot be used: ${(error as Error).message}.`);
  }
}
