import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exclusively, livePids } from './exclusive.mjs';

let folder = '';
let lock = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'setup-lock-'));
  lock = join(folder, '.setup-lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that lives until its stdin is closed. */
const startSleeper = () =>
  spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return Number(child.pid);
}

const neverWaits = (): never => {
  throw new Error('expected no waiting');
};

test('the lock names its holder and the child it adds, and is gone afterwards, also after a failure', async () => {
  const held = await exclusively(
    lock,
    async (alsoHeldBy) => {
      alsoHeldBy(4242);
      return readFileSync(lock, 'utf8');
    },
    neverWaits,
  );
  expect(held).toBe(`${process.pid}\n4242\n`);

  const failing = exclusively(lock, () => Promise.reject(new Error('npm failed')), neverWaits);
  await expect(failing).rejects.toThrow('npm failed');
  expect(readdirSync(folder)).toEqual([]);
});

test("a dead holder's lock is removed without waiting", async () => {
  writeFileSync(lock, `${await deadPid()}\n`);
  expect(await exclusively(lock, async () => 'done', neverWaits)).toBe('done');
  expect(existsSync(lock)).toBe(false);
});

test('a lock that says nothing readable has no live holder', () => {
  expect(livePids('')).toEqual([]);
  expect(livePids('-1 0 x')).toEqual([]);
  expect(livePids(`${process.pid}`)).toEqual([process.pid]);
});

test('we wait while the npm of a killed set-up lives, say so once, and go on when it ends', async () => {
  const npm = startSleeper();
  writeFileSync(lock, `${await deadPid()}\n${npm.pid}\n`);
  const waits: number[][] = [];
  const ended = once(npm, 'exit');

  const done = exclusively(
    lock,
    async () => npm.exitCode,
    (pids) => {
      waits.push(pids);
      npm.stdin?.end();
    },
  );
  await ended;
  expect(await done).toBe(0);
  expect(waits).toEqual([[npm.pid]]);
});

test('two at once never overlap', async () => {
  let inside = 0;
  const enter = async (): Promise<void> => {
    inside += 1;
    expect(inside).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all([exclusively(lock, enter, () => {}), exclusively(lock, enter, () => {})]);
  expect(existsSync(lock)).toBe(false);
});
