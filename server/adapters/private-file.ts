import { closeSync, chmodSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** Only the owner reads and writes. */
const OWNER_ONLY = 0o600;

/** The text of a file of secrets, or nothing if there is none. Takes others' rights to it away if it has any. */
export function readPrivateFile(path: string): string | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    chmodSync(path, OWNER_ONLY);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written whole and safe on the disk, or not there at all: written beside, then renamed. */
export function writePrivateFile(path: string, text: string): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', OWNER_ONLY);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}
