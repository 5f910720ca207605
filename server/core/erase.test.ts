import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { AccountId } from '../../shared/ids.ts';
import { availableOf, pendingOf } from '../../shared/model/ledger.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { openWorld, Phone, submitTiny, type World } from '../testing/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'zeus-erase-'));
afterAll(() => rmSync(folder, { recursive: true }));

const leases = { ...POLICY.leases, relinkGraceMs: 0, first: 16, early: 16 };

/** A phone that has done one unit of somebody's job. */
async function worked(world: World, name: string): Promise<Phone> {
  const phone = await Phone.enrol(world, name);
  await phone.exchange([], 1);
  await phone.exchange(phone.work(), 0);
  await world.settle();
  return phone;
}

const total = async ({ store }: World): Promise<number> => {
  const report = await store.verifyLedger();
  expect(report).toMatchObject({ balancesMatch: true, mismatches: [], entriesSumMicros: 0 });
  const row = store.database
    .prepare<[], { n: number }>(`SELECT sum(micros) AS n FROM balance WHERE account <> 'funding'`)
    .get();
  return must(row, 'a sum').n;
};

const balance = async ({ store }: World, accountId: AccountId) => [
  (await store.balance(pendingOf(accountId))) ?? 0,
  (await store.balance(availableOf(accountId))) ?? 0,
];

test('a hundred accounts with a history go: the books hold the same sum, and the file none of their names, keys or requests', async () => {
  const path = join(folder, 'hundred.db');
  const world = await openWorld({
    policy: { leases, limits: { ...POLICY.limits, runningJobs: 1_000, driverUnitsPerDay: 1_000 } },
    store: SqliteStore.open(path),
  });
  const { coordinator, store } = world;
  const stays = await coordinator.openAccount('Somebody who stays', 'driver');
  for (let i = 0; i < 10; i++) expect((await submitTiny(world, stays.id, `stays-${i}`, 10)).ok).toBe(true);
  const going: Phone[] = [];
  for (let i = 0; i < 100; i++) {
    const phone = await worked(world, `Vanishing-${i}-Name`);
    going.push(phone);
    if (i % 4 === 0) expect((await submitTiny(world, phone.accountId, `vanishing-key-${i}`, 1)).ok).toBe(true);
  }
  // Some of their requests are with somebody's phone when they go.
  const helper = await Phone.enrol(world, 'Helper');
  await helper.exchange([], 10);
  const traces = [
    ...going.map((_, i) => Buffer.from(`Vanishing-${i}-Name`)),
    ...going.map(({ publicKey }) => Buffer.from(publicKey)),
    // Requests of the one kind here are alike; blinded, each with its own key, they are not.
    ...store.database
      .prepare<[], { job_input: Buffer }>(`SELECT job_input FROM job WHERE idempotency_key LIKE 'vanishing%'`)
      .all()
      .map(({ job_input }) => job_input),
    Buffer.from('vanishing-key'),
  ];
  await store.scrub();
  const before = readFileSync(path);
  expect(traces.every((trace) => before.includes(trace))).toBe(true);
  const sum = await total(world);
  const owed = await Promise.all(going.map(({ accountId }) => balance(world, accountId)));
  expect(owed.every(([pending = 0, posted = 0]) => pending + posted > 0)).toBe(true);

  let draining = 0;
  for (const { accountId } of going) {
    const erased = await coordinator.erase(accountId);
    draining += erased.ok ? erased.value.draining : Number.NaN;
  }
  expect(draining).toBe(10);
  await world.settle();
  await helper.exchange(helper.work(), 0);
  await world.settle();
  world.now += POLICY.leases.mostMs + 1; // those end with the longest lease
  await coordinator.tick();
  await world.settle();
  expect(coordinator.runningJobs()).toBe(0);
  await store.scrub();

  expect(await balance(world, helper.accountId)).toEqual([10 * POLICY.priceMicros, 0]);
  expect(await total(world)).toBe(sum);
  for (const { accountId } of going) expect(await balance(world, accountId)).toEqual([0, 0]);
  const files = [path, `${path}-wal`].map((file) => readFileSync(file));
  const left = traces.filter((trace) => files.some((file) => file.includes(trace)));
  expect(left.map(String)).toEqual([]);
  expect(world.incidents).toEqual([]);
  expect(world.erased.size).toBe(100);
  store.close();
}, 60_000);

test('what was owed goes back as one transfer with one cause; its rows are void, and nothing posts later', async () => {
  const world = await openWorld({ policy: { leases, maturityTasks: 0 } });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  await submitTiny(world, asker.id, 'k', 8);
  const phone = await worked(world, 'Driver');
  const erased = await world.coordinator.erase(phone.accountId);
  expect(erased).toMatchObject({ ok: true, value: { devices: 1, jobs: 0, pendingMicros: 50_000, availableMicros: 0 } });
  const transfers = world.store.database.prepare(`SELECT cause FROM transfer WHERE kind = 'erase'`).all();
  expect(transfers).toEqual([{ cause: `erase:${phone.accountId}` }]);
  world.now += 40 * 24 * 3_600_000;
  await world.coordinator.tick();
  await world.settle();
  expect(world.store.database.prepare(`SELECT state FROM exchange`).all()).toEqual([{ state: 'void' }]);
  expect(await total(world)).toBeGreaterThan(0);
});

test('what had posted goes back too, and the book no longer counts it as somebody’s', async () => {
  const world = await openWorld({ policy: { leases, maturityTasks: 0 } });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  await submitTiny(world, asker.id, 'k', 8);
  const phone = await worked(world, 'Driver');
  world.now += 40 * 24 * 3_600_000;
  await world.coordinator.tick();
  await world.settle();
  expect(await balance(world, phone.accountId)).toEqual([0, 50_000]);
  const sum = await total(world);
  expect(await world.coordinator.erase(phone.accountId)).toMatchObject({ value: { availableMicros: 50_000 } });
  expect(await total(world)).toBe(sum);
});

test('again changes nothing; the house stays; nobody is nobody', async () => {
  const world = await openWorld({ policy: { leases } });
  const { id } = await world.coordinator.openAccount('Once', 'admin');
  expect(await world.coordinator.erase(id)).toEqual({ ok: false, error: 'last_admin' });
  const other = await world.coordinator.openAccount('Other', 'admin');
  expect((await world.coordinator.erase(id)).ok).toBe(true);
  const [row] = world.store.database.prepare('SELECT * FROM account WHERE id = ?').all(id);
  world.now += 5_000;
  expect(await world.coordinator.erase(id)).toMatchObject({ ok: true, value: { devices: 0 } });
  expect(world.store.database.prepare('SELECT * FROM account WHERE id = ?').all(id)).toEqual([row]);
  expect(row).toMatchObject({ name: '', role: 'driver' });
  expect(await world.coordinator.erase(other.id), 'the last one now').toEqual({ ok: false, error: 'last_admin' });
  expect(await world.coordinator.erase(1 as never)).toEqual({ ok: false, error: 'house_account' });
  expect(await world.coordinator.erase(999 as never)).toEqual({ ok: false, error: 'unauthorised' });
});

test('its devices are unknown at once, its running request drains, and phones keep what they did for it', async () => {
  const world = await openWorld({ policy: { leases } });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  await submitTiny(world, asker.id, 'k', 8);
  const helper = await Phone.enrol(world, 'Helper');
  await helper.exchange([], 4);
  const own = await Phone.enrol(world, 'Own');
  await own.exchange([], 2);
  await helper.exchange(
    helper.work().map((group) => ({ ...group, results: group.results.slice(0, 2) })),
    0,
  );
  await world.coordinator.erase(own.accountId);
  expect(world.coordinator.holds(own.id)).toBe(0);
  await expect(own.exchange(own.work(), 0)).rejects.toThrow('unknown_device');
  expect((await submitTiny(world, own.accountId, 'late')).ok).toBe(false);
  const enrol = { accountId: own.accountId, publicKey: Uint8Array.of(4, 99), cores: 8 };
  expect(await world.coordinator.enrolDevice(enrol)).toEqual({ ok: false, error: 'unauthorised' });

  await world.coordinator.erase(asker.id);
  await world.settle();
  expect(world.coordinator.waitingUnits()).toBe(0);
  const [pending] = await balance(world, helper.accountId);
  expect(pending).toBe(100_000);
  await world.restart();
  expect(world.incidents).toEqual([]);
  world.now += 60 * 24 * 3_600_000;
  for (let i = 0; i < 3; i++) {
    await world.coordinator.tick();
    await world.settle();
    world.now += 3_600_000;
  }
  expect(world.coordinator.runningJobs()).toBe(0);
  expect(await balance(world, helper.accountId)).toEqual([0, 100_000]);
});

test('a crash between the store and the rest is told again until it is done', async () => {
  const world = await openWorld();
  const { id } = await world.coordinator.openAccount('Once', 'driver');
  await world.coordinator.erase(id);
  world.erased.clear();
  await world.restart();
  await world.coordinator.tick();
  expect([...world.erased]).toEqual([id]);
  await world.coordinator.erasedOutside(id);
  world.erased.clear();
  await world.coordinator.tick();
  expect(world.erased.size).toBe(0);
});
