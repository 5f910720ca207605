import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HOUR, MINUTE } from '../../shared/time.ts';
import { StoreError } from '../core/ports.ts';
import { monotoneClock } from './clock.ts';
import { lockFolder } from './folder-lock.ts';
import { incidentLog } from './incident-log.ts';
import { operatorToken } from './operator-token.ts';
import { rootSecret } from './root-secret.ts';
import { startTicking } from './ticker.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeus-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the clock', () => {
  test('starts at the wall clock and goes on from there, however that is set meanwhile', () => {
    let [wall, count] = [1_000_000_000_000, 500];
    const clock = monotoneClock(
      () => wall,
      () => count,
    );
    expect(clock()).toBe(1_000_000_000_000);
    wall -= HOUR;
    count += 250.5;
    expect(clock()).toBe(1_000_000_000_250);
  });
});

describe('the root secret', () => {
  const source = (changes: object = {}) => ({
    given: undefined,
    file: join(folder, 'secrets.json'),
    isProduction: false,
    ...changes,
  });

  test('is generated once, kept for its owner alone, and said only when new', () => {
    const said: string[] = [];
    const first = rootSecret(source(), (line) => said.push(line));
    chmodSync(join(folder, 'secrets.json'), 0o644);
    const second = rootSecret(source(), (line) => said.push(line));
    expect(Buffer.from(second)).toEqual(Buffer.from(first));
    expect(first).toHaveLength(32);
    expect(said).toHaveLength(1);
    expect(said[0]).not.toContain(Buffer.from(first).toString('hex'));
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
  });

  test('comes from the environment when given, and leaves no file', () => {
    const given = 'AB'.repeat(32);
    expect(Buffer.from(rootSecret(source({ given, isProduction: true }), () => undefined)).toString('hex')).toBe(
      'ab'.repeat(32),
    );
    expect(() => readFileSync(join(folder, 'secrets.json'))).toThrow('ENOENT');
  });

  test('that was damaged is refused, never replaced in silence', () => {
    for (const text of ['', '{}', 'null', '{"root":"12"}', '{"root":5}']) {
      writeFileSync(join(folder, 'secrets.json'), text);
      expect(() => rootSecret(source(), () => undefined)).toThrow('does not hold a secret');
    }
  });
});

test('the operator’s token is the same at every start, until its file is deleted', () => {
  const file = join(folder, 'operator-token');
  const token = operatorToken(file);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(operatorToken(file)).toBe(token);
  rmSync(file);
  expect(operatorToken(file)).not.toBe(token);
});

test('a data folder has one holder; released, it can be taken again', () => {
  const lock = lockFolder(folder);
  expect(() => lockFolder(folder)).toThrow(`(process ${process.pid})`);
  lock.release();
  lockFolder(folder).release();
});

describe('ticking', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('never runs twice at once, survives a failure, and waits for the last one at the end', async () => {
    vi.useFakeTimers();
    const calls: { readonly resolve: () => void; readonly reject: (reason: Error) => void }[] = [];
    const stop = startTicking(() => new Promise<void>((resolve, reject) => void calls.push({ resolve, reject })), 1000);
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toHaveLength(1); // the first has not ended
    calls[0]?.reject(new Error('once'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(calls).toHaveLength(2);
    const stopped = stop();
    calls[1]?.resolve();
    await stopped;
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toHaveLength(2);
  });
});

test('the same trouble is told once a minute, a bug with its stack', () => {
  const lines: string[] = [];
  let now = 0;
  const report = incidentLog(
    (line) => lines.push(line),
    () => now,
  );
  for (now = 0; now <= MINUTE; now += MINUTE / 4) report('tick', new StoreError('disk_full', 'full'));
  expect(lines).toEqual(['incident tick: disk_full: full', 'incident tick: disk_full: full']);
  report('x', new Error('bug'));
  expect(lines[2]).toMatch(/^incident x: Error: bug\n {4}at /);
});
