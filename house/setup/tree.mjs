/**
 * Is node_modules what package-lock.json says? Answered from three facts, without npm, in a few milliseconds:
 * the lock, the copy of it that npm writes last (`node_modules/.package-lock.json`), and whether each package's own package.json is on disk.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[] }} Entry
 * @typedef {Record<string, Entry>} Packages the `packages` of a lock, by path
 * @typedef {{ os: string, cpu: string, libc: 'glibc' | 'musl' | undefined }} Platform
 * @typedef {{ finished: true, packageCount: number } | { finished: false, because: string }} Tree
 */

/** The platform this process runs on. */
export function thisPlatform() {
  return /** @type {Platform} */ ({ os: process.platform, cpu: process.arch, libc: libcName() });
}

function libcName() {
  if (process.platform !== 'linux') return undefined;
  const report = /** @type {NodeJS.ProcessReport & { excludeNetwork?: boolean }} */ (process.report);
  // Without this the report asks the network for every interface's name, which can take seconds.
  report.excludeNetwork = true;
  const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (report.getReport());
  return header.glibcVersionRuntime ? 'glibc' : 'musl';
}

/**
 * npm's rule for `os`, `cpu` and `libc`: a name or a list of names, `!name` excludes, nothing said fits all.
 * @param {string | string[] | undefined} wanted
 * @param {string | undefined} actual
 */
function allows(wanted, actual) {
  const names = wanted === undefined ? [] : [wanted].flat();
  if (names.length === 0) return true;
  if (actual === undefined || names.includes(`!${actual}`)) return false;
  const positive = names.filter((name) => !name.startsWith('!'));
  return positive.length === 0 || positive.includes(actual);
}

/** @param {Entry} entry @param {Platform} platform */
const fits = (entry, platform) =>
  allows(entry.os, platform.os) && allows(entry.cpu, platform.cpu) && allows(entry.libc, platform.libc);

/**
 * May this entry be absent from the tree? An optional one may, unless it names an `os` that fits and has a hash: then npm had every reason to install it.
 * (Stubs of the completed lock have no hash; what hangs below a foreign wasm32 package names no `os`.)
 * @param {Entry} entry
 */
const mayBeAbsent = (entry) => entry.optional === true && !(entry.os && entry.integrity);

/**
 * The first difference between lock and tree, or that there is none.
 * @param {Packages} lock
 * @param {Packages} installed
 * @param {Platform} platform
 * @param {(path: string) => boolean} isOnDisk whether a package's own package.json exists
 * @returns {Tree}
 */
export function compareTree(lock, installed, platform, isOnDisk) {
  let packageCount = 0;
  for (const [path, wanted] of Object.entries(lock)) {
    if (path === '' || !fits(wanted, platform)) continue;
    const have = installed[path];
    if (!have) {
      if (mayBeAbsent(wanted)) continue;
      return { finished: false, because: `${path} is missing` };
    }
    if (have.version !== wanted.version || have.integrity !== wanted.integrity) {
      return { finished: false, because: `${path} is ${have.version}, the lock says ${wanted.version}` };
    }
    if (!isOnDisk(path)) return { finished: false, because: `${path} is not on disk` };
    packageCount += 1;
  }
  const extra = Object.keys(installed).find((path) => path !== '' && !lock[path]);
  if (extra) return { finished: false, because: `${extra} is not in the lock` };
  return { finished: true, packageCount };
}

/** @param {string} file @returns {Packages | undefined} */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    // Missing, or cut off in mid-write: either way it tells nothing about the tree.
    return undefined;
  }
}

/** @param {string} root @returns {Tree} */
export function readTree(root) {
  const lock = readPackages(join(root, 'package-lock.json'));
  if (!lock) throw new Error('package-lock.json is missing or not JSON: restore it from git.');
  const installed = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!installed) return { finished: false, because: 'nothing is installed' };
  return compareTree(lock, installed, thisPlatform(), (path) => existsSync(join(root, path, 'package.json')));
}
