/** The project runs on Node 24: it starts TypeScript sources as they are, and better-sqlite3 crashes without a message on Node 20. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const NEEDED_MAJOR = 24;

/**
 * The Node that `npm run` will find first: the project's own, else the one that runs this.
 * @param {string} root
 */
export function projectNodeVersion(root) {
  const own = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(own)) return process.version;
  try {
    return execFileSync(own, ['-v'], { encoding: 'utf8' }).trim();
  } catch {
    // There, but not for this machine (another C library, say).
    return process.version;
  }
}

/**
 * What to tell the user when this version will not do; undefined when it will.
 * @param {string} version as Node prints it, `v24.21.0`
 */
export function nodeComplaint(version) {
  const major = Number(/^v(\d+)\./.exec(version)?.[1]);
  if (major >= NEEDED_MAJOR) return undefined;
  return `This project needs Node ${NEEDED_MAJOR} or newer, found ${version} and no packaged Node for ${process.platform}-${process.arch}: install it from https://nodejs.org and run the command again.`;
}
