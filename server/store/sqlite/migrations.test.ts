import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { accountId, deviceId, jobId } from '../../../shared/ids.ts';
import type { Job } from '../../../shared/model/job.ts';
import type { LedgerAccount } from '../../../shared/model/ledger.ts';
import { NOTHING } from '../conformance/samples.ts';
import { migrate, SCHEMA } from './migrations.ts';
import { NEW_THROTTLE } from '../../core/throttle.ts';
import { SqliteStore } from './sqlite-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'zeus-migrations-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

/** A database of the first schema, written the way the program of its day did: a row of everything, in every state it knew. */
function firstSchema(): { readonly path: string; readonly db: Database.Database } {
  const path = join(folder, `${++files}.db`);
  const db = new Database(path);
  migrate(db, 1);
  db.exec(`
    INSERT INTO account VALUES (1, 'Ana Ñandú', 'driver', 1000), (2, 'Ben', 'admin', 1001);
    INSERT INTO device VALUES
      (7, 1, 'peer', x'040102', 8, 'active', 1, 300, 12, x'0909', 1, 5, 86400000, 1000),
      (8, 2, 'mainframe', x'', 2, 'stopped', 0, 0, 0, x'', 0, 0, NULL, 1001);
    INSERT INTO consent (device_id, version, is_granted, at) VALUES (7, 1, 1, 1002);
    INSERT INTO invite VALUES (x'0102', 'tester', 99, 1), (x'0103', 'driver', 99, NULL);
    INSERT INTO job VALUES
      (3, 2, 'tiny', 1, x'01', x'02', x'03', x'04', 4, 2, 2000, 'a', x'05', 'running', 2, NULL, NULL, NULL),
      (4, 2, 'tiny', 1, x'01', x'02', x'03', x'04', 4, 1, 2001, 'b', x'06', 'answered', NULL, x'0a0b', NULL, 2500),
      (5, 2, 'tiny', 1, x'01', x'02', x'03', x'04', 4, 1, 2002, 'c', x'07', 'failed', NULL, NULL, 'kernel_changed', 2600);
    INSERT INTO round VALUES
      (3, 1, 4, x'', 2000, 4294967294, x'08', 7542.5, 2100), (3, 2, 4, x'08', 2100, NULL, NULL, NULL, NULL),
      (4, 1, 4, x'', 2001, 9, x'09', 1.0, 2500);
    INSERT INTO block VALUES
      (5, 3, 1, 0, 4, zeroblob(128), zeroblob(128), 50000, 1), (6, 3, 2, 0, 4, zeroblob(128), zeroblob(128), 50000, 0),
      (9, 4, 1, 0, 4, zeroblob(128), zeroblob(128), 50000, 0);
    INSERT INTO result VALUES (5, 2, 7, 2, x'010203'), (9, 0, 8, 0, x'04');
    INSERT INTO exchange VALUES
      (7, 1, 5, x'0000', 50000, x'11', 'posted', 'passed', 1, 2010),
      (7, 2, 5, x'0200ff03', 100000, x'12', 'pending', 'none', 3, 2020),
      (7, 2, 9, x'0100', 50000, x'13', 'void', 'failed', 4, 2020);
    INSERT INTO transfer VALUES
      (1, 'fund', 'fund:1', 100), (2, 'slab', 'slab:2', 101), (3, 'credit', 'credit:7:1:5', 102), (4, 'post', 'post:7:1', 103),
      (5, 'credit', 'credit:7:2:5', 104), (6, 'credit', 'credit:7:2:9', 105), (7, 'void', 'void:7:2:9', 106);
    INSERT INTO entry (transfer_id, account, micros) VALUES
      (1, 'funding', -1000000), (1, 'budget', 1000000), (2, 'budget', -300000), (2, 'reserved', 300000),
      (3, 'reserved', -50000), (3, 'pending:1', 50000), (4, 'pending:1', -50000), (4, 'available:1', 50000),
      (5, 'reserved', -100000), (5, 'pending:1', 100000), (6, 'reserved', -50000), (6, 'pending:1', 50000),
      (7, 'pending:1', -50000), (7, 'reserved', 50000);
    INSERT INTO balance VALUES
      ('funding', -1000000), ('budget', 700000), ('reserved', 150000), ('pending:1', 100000), ('available:1', 50000);
    INSERT INTO history SELECT account, id FROM entry WHERE id <= 4;
    UPDATE history_mark SET entry_id = 4;
    INSERT INTO outbox (key, topic, job_id, sent) VALUES ('answered:4', 'job_answered', 4, 0), ('failed:5', 'job_failed', 5, 1);
  `);
  return { path, db };
}

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test('a database of the first schema comes up with every row it had, and with defaults that trust nobody', async () => {
  const { path, db } = firstSchema();
  db.close();
  const store = SqliteStore.open(path);
  expect(store.database.pragma('user_version', { simple: true })).toBe(SCHEMA);
  expect(await store.lastIds()).toEqual({
    account: 2,
    device: 8,
    job: 5,
    block: 9,
    transfer: 7,
    evidence: 0,
    commit: 0,
    policyChange: 0,
    adjustment: 0,
  });

  const exchanges = [
    { deviceId: deviceId(7), seq: 1, blockId: 5 as never },
    { deviceId: deviceId(7), seq: 2, blockId: 5 as never },
    { deviceId: deviceId(7), seq: 2, blockId: 9 as never },
  ];
  const rows = await store.load({
    accounts: new Set([accountId(1), accountId(2)]),
    devices: new Set([deviceId(7), deviceId(8)]),
    invites: [bytes(1, 2), bytes(1, 3)],
    results: [{ blockId: 5 as never, taskIndex: 2 }],
    exchanges,
    balances: new Set<LedgerAccount>(['funding', 'budget', 'reserved', 'pending:1', 'available:1']),
  });
  expect([...rows.accounts.values()]).toEqual([
    { id: 1, name: 'Ana Ñandú', role: 'driver', createdAt: 1000, erasedAt: undefined },
    { id: 2, name: 'Ben', role: 'admin', createdAt: 1001, erasedAt: undefined },
  ]);
  const untrusted = {
    cleanTasks: 0,
    verified: { span: 0, counts: [] },
    suspectUntil: 0,
    throttle: NEW_THROTTLE,
    frozenAt: undefined,
    chunkMs: 0,
    paceMs: 0,
    recentLeased: 0,
    recentFinished: 0,
  };
  const phone = {
    id: 7,
    accountId: 1,
    executor: 'peer',
    publicKey: bytes(4, 1, 2),
    cores: 8,
    status: 'active',
    consentVersion: 1,
    consentClasses: ['speed_critical', 'high_value', 'normal'],
    consentHours: undefined,
    leasedCommit: 0,
    taskCount: 300,
    lastSeq: 12,
    lastReply: bytes(9, 9),
    convictions: 1,
    probationLeft: 5,
    ...untrusted,
    postAt: 86_400_000,
    createdAt: 1000,
  };
  const mainframe = {
    ...phone,
    id: 8,
    accountId: 2,
    executor: 'mainframe',
    publicKey: bytes(),
    cores: 2,
    status: 'stopped',
    consentVersion: 0,
    consentClasses: [],
    taskCount: 0,
    lastSeq: 0,
    lastReply: bytes(),
    convictions: 0,
    probationLeft: 0,
    postAt: undefined,
    createdAt: 1001,
  };
  expect([...rows.devices.values()]).toEqual([phone, mainframe]);
  expect(await store.lastConsent(deviceId(7))).toEqual({
    deviceId: 7,
    version: 1,
    isGranted: true,
    scope: { classes: ['speed_critical', 'high_value', 'normal'], hours: undefined, networks: 'any' },
    at: 1002,
    commitNo: 0,
    lastLeaseCommit: 0,
  });
  expect(rows.invites.map(({ accountId: by }) => by)).toEqual([1, undefined]);
  expect(rows.results).toEqual([{ blockId: 5, taskIndex: 2, deviceId: 7, seq: 2, output: bytes(1, 2, 3) }]);

  const before = { wholeDue: 0, wholeDone: 0, isSettled: false, voidedBy: 0, deviceId: 7 };
  const amounts = { taskNo: 1, acceptedAt: 2010, amountMicros: 50_000, digest: bytes(17), taskIndices: [0] };
  const pending = { taskNo: 3, acceptedAt: 2020, amountMicros: 100_000, digest: bytes(18), taskIndices: [2, 1023] };
  const undone = { taskNo: 4, acceptedAt: 2020, amountMicros: 50_000, digest: bytes(19), taskIndices: [1] };
  expect(rows.exchanges).toEqual([
    { ...before, ...amounts, seq: 1, blockId: 5, state: 'posted', audit: 'passed' },
    { ...before, ...pending, seq: 2, blockId: 5, state: 'pending', audit: 'none' },
    { ...before, ...undone, seq: 2, blockId: 9, state: 'void', audit: 'failed' },
  ]);

  const base = {
    accountId: 2,
    kind: 'tiny',
    kindVersion: 1,
    kernelHash: bytes(1),
    spec: bytes(2),
    jobInput: bytes(3),
    blindKey: bytes(4),
    units: 4,
    rounds: 1,
    replicas: 1,
  };
  const answer = { answer: bytes(10, 11), answeredAt: 2500, correctedAt: undefined };
  const jobs = [
    { ...base, id: 5, createdAt: 2002, idempotencyKey: 'c', requestDigest: bytes(7) },
    { ...base, id: 4, createdAt: 2001, idempotencyKey: 'b', requestDigest: bytes(6) },
    { ...base, id: 3, createdAt: 2000, idempotencyKey: 'a', requestDigest: bytes(5), rounds: 2 },
  ];
  expect(await store.jobsOf(accountId(2), 10)).toEqual([
    { ...jobs[0], state: { name: 'failed', code: 'kernel_changed', failedAt: 2600 } },
    { ...jobs[1], state: { name: 'answered', ...answer } },
    { ...jobs[2], state: { name: 'running', round: 2 } },
  ]);
  const [running] = await store.runningJobs();
  expect(running?.rounds).toEqual([
    {
      jobId: 3,
      round: 1,
      taskCount: 4,
      roundInput: bytes(),
      openedAt: 2000,
      corrects: undefined,
      outcome: { score: 2 ** 32 - 2, candidate: bytes(8), value: 7542.5, closedAt: 2100 },
    },
    { jobId: 3, round: 2, taskCount: 4, roundInput: bytes(8), openedAt: 2100, corrects: undefined, outcome: undefined },
  ]);
  expect(running?.blocks.map(({ id }) => id)).toEqual([6]);
  expect((await store.jobByKey(accountId(2), 'b'))?.id).toBe(4);

  expect(Object.fromEntries(rows.balances)).toEqual({
    funding: -1_000_000,
    budget: 700_000,
    reserved: 150_000,
    'pending:1': 100_000,
    'available:1': 50_000,
  });
  expect((await store.verifyLedger()).mismatches).toEqual([]);
  expect(await store.indexHistory(100)).toBe(10);
  expect((await store.entries('pending:1', 2 ** 53 - 1, 10)).map(({ transferId }) => transferId)).toEqual([
    7, 6, 5, 4, 3,
  ]);
  expect(await store.unsentOutbox(10)).toEqual([{ id: 1, key: 'answered:4', topic: 'job_answered', jobId: 4 }]);
  store.close();
});

test('a database brought up takes what only the new schema allows, and still refuses what refers to nothing', async () => {
  const { path, db } = firstSchema();
  db.close();
  const store = SqliteStore.open(path);
  const { job: answered } = (await store.job(jobId(4)))!;
  const correcting: Job = {
    ...answered,
    state: { name: 'correcting', round: 2, answer: bytes(1), answeredAt: 2500, correctedAt: undefined },
  };
  await store.commit({ ...NOTHING, jobs: [correcting] });
  expect((await store.runningJobs()).map(({ job: { id } }) => id)).toEqual([3, 4]);
  const [round] = (await store.job(jobId(4)))!.rounds;
  await expect(store.commit({ ...NOTHING, rounds: [{ ...round!, jobId: jobId(99) }] })).rejects.toThrow(/FOREIGN KEY/);
  store.close();
});

test('a migration that would leave a reference to nothing is undone, and the database stays what it was', () => {
  const { path, db } = firstSchema();
  db.pragma('foreign_keys = OFF');
  db.exec('DELETE FROM job WHERE id = 4');
  db.close();
  expect(() => SqliteStore.open(path)).toThrow(/migration 2 .* references/);
  const left = new Database(path);
  expect(left.pragma('user_version', { simple: true })).toBe(1);
  expect(left.prepare('SELECT count(*) AS n FROM job').get()).toEqual({ n: 2 });
  expect(left.prepare('PRAGMA table_info(exchange)').all()).toHaveLength(10);
  left.close();
});
