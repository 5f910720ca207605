/**
 * One set-up at a time, also when `npm start` and `npm test` begin together, and also after a `kill -9`.
 *
 * The lock file holds the pids of the set-up *and* of the npm it started: with the set-up's alone, a killed set-up leaves an orphan npm that goes on writing while the next set-up starts over (seen: ENOTEMPTY, then an empty node_modules under an intact hidden lock).
 * Whoever waits goes on when every pid in the file is dead. A pid that the system has given to another process makes the wait longer, never wrong.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: alive, but another user's.
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} text the lock file's content @returns {number[]} */
export const livePids = (text) =>
  text
    .split(/\s+/)
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0 && isAlive(pid));

/** @param {string} file */
function readLock(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Released between our failed link and this read.
    return undefined;
  }
}

/**
 * Creates the lock with its content in one step (a link either succeeds whole or not at all).
 * @param {string} file
 */
function tryTake(file) {
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n`);
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * Removes a dead holder's lock. Moved aside first and looked at again: two waiters may both have found it dead, and the slower one must not remove the quicker one's new lock.
 * @param {string} file
 * @param {string} dead its content when it was found dead
 */
function removeDead(file, dead) {
  const aside = `${file}.dead.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return; // The other waiter was quicker.
  }
  if (readFileSync(aside, 'utf8') !== dead) linkSync(aside, file);
  rmSync(aside, { force: true });
}

/**
 * Runs `work` while holding the lock. `alsoHeldBy(pid)` adds a child's pid to it.
 * @template T
 * @param {string} file
 * @param {(alsoHeldBy: (pid: number) => void) => Promise<T>} work
 * @param {(pids: number[]) => void} onWait called once, with whom we wait for
 * @returns {Promise<T>}
 */
export async function exclusively(file, work, onWait) {
  let told = false;
  while (!tryTake(file)) {
    const text = readLock(file);
    if (text === undefined) continue;
    const pids = livePids(text);
    if (pids.length === 0) {
      removeDead(file, text);
      continue;
    }
    if (!told) onWait(pids);
    told = true;
    await sleep(POLL_MS);
  }
  try {
    return await work((pid) => {
      const next = `${file}.${process.pid}`;
      writeFileSync(next, `${process.pid}\n${pid}\n`);
      renameSync(next, file);
    });
  } finally {
    rmSync(file, { force: true });
  }
}
