import { expect, test } from 'vitest';
import { completeLock } from '../complete-lock.mjs';

const lock = {
  packages: {
    '': { optionalDependencies: { native: '1.0.0' } },
    'node_modules/native': {
      version: '1.0.0',
      dev: true,
      optionalDependencies: {
        'native-linux-x64-musl': '1.0.0',
        '@native/darwin-arm64': '1.0.0',
        'native-odd': '^1.0.0',
      },
    },
    'node_modules/native/node_modules/@native/darwin-arm64': {
      version: '1.0.0',
      optional: true,
      os: ['darwin'],
      engines: { node: '>=22' },
    },
  },
};

test('a platform package that the lock lacks gets a stub without a hash, one that is nested counts as there', () => {
  const completed = completeLock(lock);
  expect(completed.added).toBe(1);
  expect(completed.lock.packages['node_modules/native-linux-x64-musl']).toEqual({
    version: '1.0.0',
    cpu: ['x64'],
    dev: true,
    libc: ['musl'],
    optional: true,
    os: ['linux'],
  });
  expect(completed.unknown).toEqual(['native-odd@^1.0.0']);
});

test("a platform package loses its engines, so that npm's own Node does not decide", () => {
  const entry = completeLock(lock).lock.packages['node_modules/native/node_modules/@native/darwin-arm64'];
  expect(entry).toEqual({ version: '1.0.0', optional: true, os: ['darwin'] });
});

test('completing twice changes nothing more', () => {
  const once = completeLock(lock).lock;
  const twice = completeLock(once);
  expect(twice.added).toBe(0);
  expect(JSON.stringify(twice.lock)).toBe(JSON.stringify(once));
});
