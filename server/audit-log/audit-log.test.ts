import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { must } from '../../shared/assert.ts';
import { AuditLog, type AuditLogParts } from './audit-log.ts';
import { logFilesIn, type LogFiles } from './log-files.ts';
import type { LogEntry, LogRecord } from './record.ts';
import { verifyLog, type Verdict } from './verify-log.ts';

// Processes and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

const MASTER = new Uint8Array(32);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFiles(): LogFiles & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-audit-'));
  folders.push(folder);
  return { ...logFilesIn(folder), folder };
}

const said: string[] = [];
const openLog = (files: LogFiles, changes: Partial<AuditLogParts> = {}): Promise<AuditLog> =>
  AuditLog.open({ files, master: MASTER, clock: () => 1_000, say: (line) => void said.push(line), ...changes });

const entry = (i: number, eventId = i): LogEntry => ({
  event: { at: 1_000 + i, actorId: null, action: 'tried', target: `thing:${i}`, detail: { i, secret: 'of nobody' } },
  eventId,
});

/** A log of so many records: its beginning, then events 1, 2, … */
async function logOf(records: number): Promise<ReturnType<typeof newFiles>> {
  const files = newFiles();
  const log = await openLog(files);
  for (let i = 1; i < records; i++) await log.append([entry(i)]);
  await log.close();
  return files;
}

function read(files: LogFiles, master = MASTER): Verdict & { readonly records: readonly LogRecord[] } {
  const records: LogRecord[] = [];
  return { ...verifyLog(files, master, (record) => records.push(record)), records };
}

const linesIn = (files: LogFiles): string[] => readFileSync(files.log, 'latin1').trimEnd().split('\n');
const faultIn = (files: LogFiles): string | undefined => {
  const { fault } = read(files);
  return fault && `${fault.code} ${fault.record}`;
};

describe('a log', () => {
  test('gives back what was written, in order, to whoever has the key, and says nothing without it', async () => {
    const files = await logOf(4);
    const { records, fault, head } = read(files);
    expect(fault).toBeUndefined();
    expect(head).toMatchObject({ n: 4, eventId: 3 });
    expect(records.map(({ n, entry: { event } }) => [n, event.action, event.detail['i']])).toEqual([
      [1, 'audit_log_begun', undefined],
      [2, 'tried', 1],
      [3, 'tried', 2],
      [4, 'tried', 3],
    ]);
    expect(readFileSync(files.log, 'utf8')).not.toMatch(/tried|nobody/);
    for (const file of [files.log, files.keys, files.head]) expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(read(files, new Uint8Array(32).fill(1)).fault?.code).toBe('wrong_key');
    await expect(openLog(files, { master: new Uint8Array(32).fill(1) })).rejects.toThrow('AUDIT_KEY');
  });

  test('goes on after a restart, and leaves out what it holds already', async () => {
    const files = await logOf(3);
    const log = await openLog(files);
    await Promise.all([log.append([entry(2), entry(3)]), log.append([entry(4), entry(0)])]);
    await log.close();
    expect(read(files).records.map((record) => record.entry.eventId)).toEqual([0, 1, 2, 3, 4, 0]);
  });

  test('goes on under another key after a rotation, of records and of the ring, and old records stay readable', async () => {
    const files = await logOf(2);
    const log = await openLog(files);
    expect(await log.rotateKey()).toBe(2);
    await log.append([entry(2)]);
    await log.close();
    const other = new Uint8Array(32).fill(9);
    await (await openLog(files, { master: other, formerMaster: MASTER })).close();
    const { records, fault } = read(files, other);
    expect(fault).toBeUndefined();
    expect(records.map(({ keyId }) => keyId)).toEqual([1, 1, 2]);
    expect(read(files).fault?.code).toBe('wrong_key');
  });
});

describe('found and located:', () => {
  test('any byte of the log flipped, in the record it stands in', async () => {
    const files = await logOf(4);
    const bytes = readFileSync(files.log);
    const copy = { ...newFiles(), keys: files.keys, head: files.head };
    for (let at = 0, record = 1; at < bytes.length; at++) {
      for (const mask of [1 << (at % 8), 0x20, 0xff]) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= mask;
        writeFileSync(copy.log, changed);
        const { fault } = read(copy);
        expect([at, mask, fault?.code, fault?.record]).toEqual([at, mask, 'bad_record', record]);
      }
      if (bytes[at] === 0x0a) record++;
    }
  });

  test('any byte of the head or of the key file flipped', async () => {
    const files = await logOf(3);
    for (const name of ['head', 'keys'] as const) {
      const bytes = readFileSync(files[name]);
      for (let at = 0; at < bytes.length; at++) {
        const changed = Buffer.from(bytes);
        changed[at]! ^= 1 << (at % 7);
        writeFileSync(files[name], changed);
        expect([name, at, read(files).fault?.code]).toEqual([
          name,
          at,
          expect.stringMatching(/^(bad_head|wrong_key)$/),
        ]);
      }
      writeFileSync(files[name], bytes);
    }
    expect(read(files).fault).toBeUndefined();
  });

  test('records cut off at the end, wherever the cut is; the server does not go on behind it', async () => {
    const files = await logOf(4);
    const { length } = readFileSync(files.log);
    for (let bytes = length - 1; bytes >= 0; bytes -= 37) {
      truncateSync(files.log, bytes);
      expect(read(files).fault?.code).toMatch(/^(cut_off|bad_record)$/);
      await expect(openLog(files)).rejects.toThrow('cannot be continued');
    }
  });

  test('records in another order, left out, or told twice', async () => {
    const files = await logOf(5);
    const [a = '', b = '', c = '', d = '', e = ''] = linesIn(files);
    const put = (...lines: readonly string[]): void => writeFileSync(files.log, `${lines.join('\n')}\n`);
    for (const [lines, fault] of [
      [[a, c, b, d, e], 'out_of_order 2'],
      [[a, b, d, e], 'out_of_order 3'],
      [[b, c, d, e], 'out_of_order 1'],
      [[a, b, b, c, d, e], 'out_of_order 3'],
      [[a, b, c, d, e, e], 'out_of_order 6'],
    ] as const) {
      put(...lines);
      expect(faultIn(files)).toBe(fault);
    }
    put(a, b, c, d, e);
    expect(faultIn(files)).toBeUndefined();
  });

  test('the files of another log, and a head of before', async () => {
    const [mine, other] = [await logOf(4), await logOf(4)];
    const own = readFileSync(mine.log);
    copyFileSync(other.log, mine.log);
    expect(faultIn(mine)).toBe('bad_record 1');
    writeFileSync(mine.log, own);
    copyFileSync(other.head, mine.head);
    expect(faultIn(mine)).toBe('bad_head 0');
    copyFileSync(other.keys, mine.keys);
    expect(faultIn(mine)).toBe('bad_record 1');
    rmSync(mine.keys);
    expect(faultIn(mine)).toBe('no_keys 0');
    await expect(openLog(mine)).rejects.toThrow('key file is missing');
    rmSync(mine.log);
    expect(faultIn(mine)).toBe('no_log 0');
  });

  test('an event of the coordinator that was left out, and work leased between a withdrawal and the next consent', async () => {
    const files = newFiles();
    const log = await openLog(files);
    const consent = (action: string, unitsLeased: number): LogEntry => ({
      event: {
        at: 1,
        actorId: null,
        action,
        target: 'device:7',
        detail: { version: 1, classes: 'normal', unitsLeased },
      },
      eventId: 0,
    });
    await log.append([
      entry(1),
      consent('consent_granted', 0),
      consent('consent_withdrawn', 5),
      consent('consent_granted', 5),
    ]);
    await log.append([consent('consent_withdrawn', 9), consent('consent_granted', 10)]);
    expect(faultIn(files)).toBe('lease_without_consent 7');
    const second = newFiles();
    const gap = await openLog(second);
    await gap.append([entry(1), entry(3)]);
    expect(faultIn(second)).toBe('event_missing 3');
    await Promise.all([log.close(), gap.close()]);
  });
});

describe('a crash', () => {
  test('in the middle of a record cuts off that record alone, wherever it was torn, and the log says so', async () => {
    const files = await logOf(3);
    const whole = readFileSync(files.log);
    const headBefore = readFileSync(files.head);
    const longer = await openLog(files);
    await longer.append([entry(3)]);
    await longer.close();
    const last = readFileSync(files.log).subarray(whole.length);
    for (let torn = 1; torn < last.length; torn += 61) {
      writeFileSync(files.log, whole);
      writeFileSync(files.head, headBefore);
      appendFileSync(files.log, last.subarray(0, torn));
      expect(read(files)).toMatchObject({ fault: undefined, tornBytes: torn, head: { n: 3 } });
      await (await openLog(files)).close();
      const { records, fault } = read(files);
      expect(fault).toBeUndefined();
      const { action, detail } = must(records.at(-1), 'a record').entry.event;
      expect([records.length, action, detail]).toEqual([4, 'audit_log_repaired', { tornBytes: torn, afterRecord: 3 }]);
    }
    expect(said.at(-1)).toContain('bytes were cut off');
  });

  test('that left holes in what it had not finished writing cuts it off from the first hole on', async () => {
    const files = await logOf(3);
    const before = readFileSync(files.head);
    const log = await openLog(files);
    const { length } = readFileSync(files.log);
    await log.append([entry(3), entry(4), entry(5)]);
    await log.close();
    const bytes = readFileSync(files.log);
    const second = bytes.indexOf('\n', length) + 1;
    bytes.fill(0, second + 10, second + 60);
    writeFileSync(files.log, bytes);
    writeFileSync(files.head, before);
    const again = await openLog(files);
    await again.append([entry(4), entry(5)]);
    await again.close();
    const { records, fault } = read(files);
    expect(fault).toBeUndefined();
    expect(records.map((record) => record.entry.eventId)).toEqual([0, 1, 2, 3, 0, 4, 5]);
    expect(records[4]?.entry.event).toMatchObject({ action: 'audit_log_repaired', detail: { afterRecord: 4 } });
  });

  test('between the record and its head loses nothing', async () => {
    const files = await logOf(3);
    const headBefore = readFileSync(files.head);
    const log = await openLog(files);
    await log.append([entry(3)]);
    await log.close();
    writeFileSync(files.head, headBefore);
    expect(read(files)).toMatchObject({ fault: undefined, head: { n: 4, eventId: 3 } });
    const again = await openLog(files);
    expect(again.head).toMatchObject({ n: 4, eventId: 3 });
    await again.close();
  });
});

/** The process that appends for ever, under a limit on the size of its files if one is given. */
function appendForever(folder: string, mostBlocks?: number): ChildProcess {
  const script = join(import.meta.dirname, 'testing/append-forever.ts');
  const limit = mostBlocks === undefined ? '' : `ulimit -S -f ${mostBlocks};`;
  const stdio = ['ignore', 'pipe', 'inherit'] as const;
  return spawn('bash', ['-c', `${limit} exec "$0" "$@"`, process.execPath, script, folder], { stdio: [...stdio] });
}

test('killed in the middle of its writes, a process has every record it said was stored', async () => {
  const { folder, ...files } = newFiles();
  for (const round of [1, 2, 3]) {
    const child = appendForever(folder);
    const lines = createInterface({ input: must(child.stdout, 'its output') });
    let stored = 0;
    for await (const line of lines) {
      if (!line.startsWith('stored ')) continue;
      stored = Number(line.slice('stored '.length));
      if (stored === 100 * round) child.kill('SIGKILL');
    }
    const { records, fault } = read(files);
    expect(fault).toBeUndefined();
    const events = records.map(({ entry: one }) => one.eventId).filter((id) => id > 0);
    expect(events).toEqual(events.map((_, i) => i + 1));
    expect(events.length).toBeGreaterThanOrEqual(stored);
  }
});

test('a full disk has a name, and when there is room again the log goes on where it was', async () => {
  const { folder, ...files } = newFiles();
  const child = appendForever(folder, 16); // 1,024-byte blocks
  const ended = once(child, 'exit');
  const lines = createInterface({ input: must(child.stdout, 'its output') });
  let wasFull = false;
  let stored = 0;
  for await (const line of lines) {
    if (line.startsWith('stored ')) stored++;
    else expect(line).toBe('disk_full');
    if (line === 'disk_full' && !wasFull) {
      wasFull = true;
      stored = 0;
      expect(read(files).fault).toBeUndefined();
      execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']);
    }
    if (wasFull && stored === 20) child.kill('SIGKILL');
  }
  await ended;
  expect(wasFull).toBe(true);
  expect(read(files).fault).toBeUndefined();
});
