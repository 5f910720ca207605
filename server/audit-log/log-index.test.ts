import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AccountId } from '../../shared/ids.ts';
import { AuditLog } from './audit-log.ts';
import { logFilesIn, type LogFiles } from './log-files.ts';
import { isShown, type LogFilter } from './log-filter.ts';
import { LogIndex } from './log-index.ts';
import type { LogEntry } from './record.ts';

const MASTER = new Uint8Array(32);
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A log that was just begun, and what appends to it. */
async function openLog(): Promise<{ readonly files: LogFiles; readonly log: AuditLog }> {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-audit-'));
  folders.push(folder);
  const files = logFilesIn(folder);
  return { files, log: await AuditLog.open({ files, master: MASTER, clock: () => 1, say: () => undefined }) };
}

const ACTIONS = ['opened', 'changed', 'closed'] as const;
const entry = (i: number): LogEntry => ({
  event: {
    ...{ at: 1_000 + i, actorId: i % 4 === 0 ? null : ((i % 4) as AccountId), action: ACTIONS[i % 3] ?? '' },
    ...{ target: `thing:${i}`, detail: { text: 'x'.repeat((i * 37) % 3_000) } },
  },
  eventId: 0,
});

test('pages are those of the whole log filtered, forwards and back, for every filter and size', async () => {
  const { files, log } = await openLog();
  await log.append(Array.from({ length: 60 }, (_, i) => entry(i + 2)));
  const index = new LogIndex(files, MASTER);
  expect((await index.extend()).fault).toBeUndefined();
  await log.append(Array.from({ length: 20 }, (_, i) => entry(i + 62)));
  await log.rotateKey();
  await log.append([entry(82)]);
  expect(await index.extend()).toMatchObject({ head: log.head, fault: undefined }); // from where it stood
  const all = Array.from({ length: 81 }, (_, i) => ({ n: i + 2, event: entry(i + 2).event }));
  const filters: LogFilter[] = [
    { since: 1_000 },
    { since: 1_000, action: 'changed' },
    { since: 1_040, actorId: 3 },
    { action: 'opened', actorId: 2 },
    { action: 'nothing such' },
  ];
  for (const filter of filters) {
    const wanted = all.filter(({ event }) => isShown(event, filter)).map(({ n }) => n);
    for (const limit of [1, 7, 200]) {
      const seen: number[] = [];
      let page = index.page(filter, {}, limit);
      expect([page.matching, page.newer]).toEqual([wanted.length, null]);
      for (;;) {
        seen.push(...page.records.map(({ n }) => n));
        for (const { n, entry: found } of page.records) expect(found.event).toEqual(entry(n).event);
        if (page.older === null) break;
        page = index.page(filter, { before: page.older }, limit);
      }
      expect(seen).toEqual(wanted.toReversed());
      const back: number[] = page.records.map(({ n }) => n).toReversed();
      while (page.newer !== null) {
        page = index.page(filter, { after: page.newer }, limit);
        back.push(...page.records.map(({ n }) => n).toReversed());
      }
      expect(back).toEqual(wanted);
    }
  }
  await log.close();
});

test('a page shows no record that is not as it was read, and says which', async () => {
  const { files, log } = await openLog();
  await log.append([entry(2), entry(3), entry(4)]);
  await log.close();
  const index = new LogIndex(files, MASTER);
  await index.extend();
  const bytes = readFileSync(files.log);
  bytes[bytes.indexOf('"n":3') + 120]! ^= 1;
  writeFileSync(files.log, bytes);
  const { records, fault } = index.page({}, {}, 10);
  expect(records.map(({ n }) => n)).toEqual([4]);
  expect(fault).toMatchObject({ code: 'bad_record', record: 3 });
  expect((await new LogIndex(files, MASTER).extend()).fault).toMatchObject({ code: 'bad_record', record: 3 });
  rmSync(files.keys);
  expect(index.page({}, {}, 10).fault?.code).toBe('wrong_key');
  expect(await index.extend()).toMatchObject({ fault: { code: 'no_keys' } });
  expect(index.head.n).toBe(4); // what was read of it stays
});
