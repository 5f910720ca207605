import { randomBytes } from 'node:crypto';
import { readPrivateFile, writePrivateFile } from './private-file.ts';

/** 32 random bytes: what a session of any account is opened with. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/**
 * The token the command line shows to speak for the operator's account. It is the one that outlives the process, so it lies
 * in the data folder in full, for its owner alone; delete the file and the next start makes another.
 */
export function operatorToken(file: string): string {
  const kept = readPrivateFile(file)?.trim();
  if (kept) return kept;
  const token = newToken();
  writePrivateFile(file, `${token}\n`);
  return token;
}
