/**
 * Completes package-lock.json after `npm install --package-lock-only` (see `npm run relock`).
 *
 * A registry mirror that lacks some platforms' native packages makes npm leave them out of the lock in silence, and `npm ci` then refuses that same lock ("Missing: … from lock file").
 * So every optional dependency the lock names but does not hold gets a stub: version, os, cpu, libc, optional, and no hash.
 * Stubs carry no integrity: a machine of that platform would install the package unverified until somebody relocks on a full registry. The README says so.
 */
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string | string[], engines?: unknown, optionalDependencies?: Record<string, string> }} Entry
 * @typedef {Record<string, Entry>} Packages
 */

/** Words in package names -> npm's `os`. @type {Record<string, string>} */
const OS_WORDS = {
  aix: 'aix',
  android: 'android',
  darwin: 'darwin',
  freebsd: 'freebsd',
  linux: 'linux',
  linuxmusl: 'linux',
  netbsd: 'netbsd',
  openbsd: 'openbsd',
  openharmony: 'openharmony',
  sunos: 'sunos',
  win: 'win32',
  win32: 'win32',
  windows: 'win32',
};

/** Words in package names -> npm's `cpu`. @type {Record<string, string>} */
const CPU_WORDS = {
  arm: 'arm',
  arm64: 'arm64',
  armv7: 'arm',
  ia32: 'ia32',
  loong64: 'loong64',
  loongarch64: 'loong64',
  mips64el: 'mips64el',
  ppc64: 'ppc64',
  ppc64le: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  wasm32: 'wasm32',
  x64: 'x64',
  x86: 'ia32',
};

/**
 * Does Node's resolution from `from` (a lock key) find `name` in the lock?
 * @param {Packages} packages
 * @param {string} from
 * @param {string} name
 */
function holds(packages, from, name) {
  let dir = from;
  while (true) {
    if (packages[`${dir ? `${dir}/` : ''}node_modules/${name}`]) return true;
    if (!dir) return false;
    const parent = dir.lastIndexOf('/node_modules/');
    dir = parent < 0 ? '' : dir.slice(0, parent);
  }
}

/**
 * A stub entry for a platform package, or undefined when the name does not say its platform or the version is a range. Its fields stand in npm's order, so that npm's next run changes nothing.
 * @param {string} name
 * @param {string} version
 * @param {boolean} dev only development needs it
 * @returns {Entry | undefined}
 */
function stubFor(name, version, dev) {
  const words = name.split(/[/@-]/);
  const os = words.map((word) => OS_WORDS[word]).find(Boolean);
  const cpu = words.map((word) => CPU_WORDS[word]).find(Boolean);
  if (!/^\d+\.\d+\.\d+/.test(version) || (!os && !cpu)) return undefined;
  return {
    version,
    ...(cpu && { cpu: [cpu] }),
    ...(dev && { dev }),
    ...(name.includes('musl') && { libc: ['musl'] }),
    optional: true,
    ...(os && { os: [os] }),
  };
}

/**
 * The completed lock, how many stubs it gained and which names could not be judged. Run twice it adds nothing.
 * @param {{ packages: Packages }} lock
 */
export function completeLock(lock) {
  const packages = { ...lock.packages };
  /** @type {string[]} */
  const unknown = [];
  let added = 0;
  for (const [from, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (holds(packages, from, name)) continue;
      const stub = stubFor(name, version, entry.dev === true);
      if (!stub) {
        unknown.push(`${name}@${version}`);
        continue;
      }
      packages[`node_modules/${name}`] = stub;
      added += 1;
    }
  }
  for (const [path, entry] of Object.entries(packages)) {
    // npm drops an optional package whose `engines` reject npm's *own* Node, and npm may itself run on Node 20.
    if (entry.optional && entry.os && entry.engines) {
      const { engines: _, ...rest } = entry;
      packages[path] = rest;
    }
  }
  const sorted = Object.fromEntries(Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { lock: { ...lock, packages: sorted }, added, unknown };
}

if (process.argv[1] === import.meta.filename) {
  const file = process.argv[2] ?? 'package-lock.json';
  const { lock, added, unknown } = completeLock(JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(
    `${file}: ${added} platform stubs added${unknown.length > 0 ? `, left out: ${unknown.join(', ')}` : ''}.`,
  );
}
