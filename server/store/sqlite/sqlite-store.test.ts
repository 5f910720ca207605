import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { micros } from '../../../shared/money.ts';
import { StoreError } from '../../core/ports.ts';
import { account, NOTHING } from '../conformance/samples.ts';
import { testStore } from '../conformance.ts';
import { SqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'zeus-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => join(folder, `${++files}.db`);

testStore('SQLite on a file', async () => {
  const path = newFile();
  const store = SqliteStore.open(path);
  return {
    store,
    reopen: async () => {
      store.close();
      return SqliteStore.open(path);
    },
  };
});

// The twin has no file to reopen: a crash of the simulator keeps the handle, and so does this.
testStore('SQLite in memory', async () => {
  const store = SqliteStore.open(':memory:');
  return { store, reopen: async () => store };
});

test('a database written by a newer program is refused and left alone', () => {
  const path = newFile();
  const db = new Database(path);
  db.pragma('user_version = 999');
  db.close();
  expect(() => SqliteStore.open(path)).toThrow(/schema 999.*newer program/);
});

test('a full disk is told apart from a bug, and nothing of the commit is kept', async () => {
  const store = SqliteStore.open(newFile());
  const pages = store.database.pragma('page_count', { simple: true }) as number;
  store.database.pragma(`max_page_count = ${pages + 4}`);
  const long = { ...account, name: 'x'.repeat(100_000) };
  const refused = await store.commit({ ...NOTHING, accounts: [long] }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(StoreError);
  expect(refused).toMatchObject({ code: 'disk_full' });
  expect((await store.lastIds()).account).toBe(0);
  store.database.pragma('max_page_count = 1000000');
  await store.commit({ ...NOTHING, accounts: [long] });
  expect((await store.lastIds()).account).toBe(1);
  store.close();
});

test('a role and the answer to its proposal are one commit; a proposal that is no longer open changes nothing', async () => {
  const store = SqliteStore.open(newFile());
  await store.commit({ ...NOTHING, accounts: [account] });
  store.database.exec(
    "INSERT INTO role_change (id, account_id, role, proposed_by, proposed_at) VALUES (5, 1, 'tester', 1, 10)",
  );
  const approval = { id: 5, by: account.id, at: 20 };
  const made = { ...NOTHING, accounts: [{ ...account, role: 'tester' as const }], approvedRoleChanges: [approval] };
  expect(await store.isRoleChangeOpen(5)).toBe(true);
  await store.commit(made);
  expect([await store.isRoleChangeOpen(5), await store.isRoleChangeOpen(6)]).toEqual([false, false]);
  const again = store.commit({ ...made, accounts: [{ ...account, role: 'admin' }] });
  await expect(again).rejects.toThrow('proposal 5 of another role is no longer open');
  expect(store.database.prepare('SELECT role FROM account').get()).toEqual({ role: 'tester' });
  store.close();
});

test('the book-keeper sees what the books do not say: a changed balance, a one-sided transfer, an unbooked exchange', async () => {
  const store = SqliteStore.open(newFile());
  const fund = {
    id: 1,
    kind: 'fund',
    cause: 'fund:1',
    at: 0,
    entries: [
      { account: 'funding', micros: micros(-100) },
      { account: 'budget', micros: micros(100) },
    ],
  } as const;
  await store.commit({ ...NOTHING, transfers: [fund] });
  expect((await store.verifyLedger()).mismatches).toEqual([]);
  store.database.exec(`UPDATE balance SET micros = 101 WHERE account = 'budget'`);
  expect((await store.verifyLedger()).mismatches).toEqual(['budget says 101, its entries say 100']);
  store.database.exec(
    `UPDATE balance SET micros = 100 WHERE account = 'budget'; UPDATE entry SET micros = 90 WHERE account = 'budget'`,
  );
  const report = await store.verifyLedger();
  expect(report.entriesSumMicros).toBe(-10);
  expect(report.mismatches).toEqual(['transfer 1 is off by -10', 'budget says 100, its entries say 90']);
  expect(report.balancesMatch).toBe(false);
  store.close();
});
