import { describe, expect, test } from 'vitest';
import type { ResultGroup } from '../../shared/model/exchange.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { DAY } from '../../shared/time.ts';
import {
  balancesOf,
  deviceOf,
  expectBooksRight,
  fileJob,
  ONLY_GATES,
  ONLY_SUSPECTS,
  onlyFinding,
  passDays,
  rowsOf,
  stateOf,
  TOO_FAST,
  workThrough,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type World } from '../testing/world.ts';

const PRICE = POLICY.priceMicros;
const rulingsOf = async (world: World, phone: Phone): Promise<string[]> =>
  (await world.store.evidenceOf(phone.id)).map(({ ruling }) => ruling);

/** Of what a phone holds or has done in one block, only some results. */
const some = (groups: readonly ResultGroup[], from: number, to: number): ResultGroup[] =>
  groups.map((group) => ({ ...group, results: group.results.slice(from, to) }));

describe('what is no chance is fraud', () => {
  test.each([
    [2, 'fraud', 'banned'],
    [3, 'fault', 'active'],
  ] as const)(
    'after a finding, and %i clean tasks of three that are asked for, another is %s',
    async (clean, ruling, status) => {
      const world = await openWorld({ policy: { audit: { ...ONLY_GATES, banWithinTasks: 3 } } });
      await fileJob(world, 'k', 8);
      const phone = await Phone.enrol(world);
      await workUnits(world, phone, 1, 1, { aim: 'seen' });
      await workUnits(world, phone, clean);
      await workUnits(world, phone, 1, 1, { aim: 'seen' });
      expect(await rulingsOf(world, phone)).toEqual(['fault', ruling]);
      expect(await deviceOf(world, phone)).toMatchObject({ status, convictions: 2 });
      expect(world.banned.has(phone.id)).toBe(status === 'banned');
      expect(await balancesOf(world, phone)).toEqual([0, 0]);
      await expectBooksRight(world);
    },
  );

  test.each([
    [7, 'fault'],
    [8, 'fraud'],
  ])('%i wrong chunks of one task are %s', async (lie, ruling) => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    await fileJob(world);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, 1, lie, { aim: 'seen' });
    expect(await onlyFinding(world, phone)).toMatchObject({ ruling, wrongChunks: lie });
    expect(world.banned.has(phone.id)).toBe(ruling === 'fraud');
  });

  test('the same lie as another device stops both; what the first did since is held', async () => {
    const world = await openWorld({ policy: { audit: ONLY_SUSPECTS } });
    await fileJob(world, 'k', 4);
    const [first, second] = [await Phone.enrol(world), await Phone.enrol(world)];
    await workUnits(world, first, 1, 1, TOO_FAST); // its last chunk
    await second.exchange([], 1); // the slot that is open again
    await workUnits(world, first, 1);
    await first.exchange([], 4);
    expect(first.held.flatMap(({ leases }) => leases)).toHaveLength(2);
    await workUnits(world, second, 1, 1, TOO_FAST);
    const [one, other] = [await onlyFinding(world, first), await onlyFinding(world, second)];
    expect({ ...other, id: 0, at: 0, deviceId: 0, seq: 0 }).toEqual({
      ...{ ...one, id: 0, at: 0, deviceId: 0, seq: 0 },
      ruling: 'fraud',
    });
    expect(one.ruling).toBe('fault'); // its finding stays what it was
    for (const phone of [first, second])
      expect(await deviceOf(world, phone)).toMatchObject({ status: 'banned', frozenAt: world.now });
    expect(world.banned).toEqual(new Set([first.id, second.id]));
    expect((await rowsOf(world, first)).map(({ state }) => state)).toEqual(['void', 'pending']);
    expect(world.coordinator.waitingUnits()).toBe(3); // nobody waits for what the first still held
    await expectBooksRight(world);
  });

  test('what an appeal found to be right is no lie that anybody could repeat', async () => {
    const world = await openWorld({ policy: { audit: ONLY_SUSPECTS } });
    await fileJob(world, 'k', 4);
    const [first, second] = [await Phone.enrol(world), await Phone.enrol(world)];
    await workUnits(world, first, 1, 1, TOO_FAST);
    const { id } = await onlyFinding(world, first);
    await world.coordinator.appeal({ accountId: first.accountId, evidenceId: id, wasRight: true });
    await workUnits(world, second, 1, 1, TOO_FAST);
    expect(await onlyFinding(world, second)).toMatchObject({ chunk: 63, ruling: 'fault' });
    expect(world.banned.size).toBe(0);
    await expectBooksRight(world);
  });

  test('another lie about the same task does not', async () => {
    const world = await openWorld({ policy: { audit: ONLY_SUSPECTS } });
    await fileJob(world, 'k', 2);
    const [first, second] = [await Phone.enrol(world), await Phone.enrol(world)];
    await workUnits(world, first, 1, 1, TOO_FAST);
    await workUnits(world, second, 1, 2, TOO_FAST);
    const [one, other] = [await onlyFinding(world, first), await onlyFinding(world, second)];
    expect([one.task, one.chunk, other.task, other.chunk]).toEqual([0, 63, 0, 62]);
    expect([one.ruling, other.ruling]).toEqual(['fault', 'fault']);
    expect(world.banned.size).toBe(0);
  });
});

/** A phone that was banned while it held three more units, with what it made of them. */
async function bannedWithWork(world: World): Promise<{ liar: Phone; late: readonly ResultGroup[] }> {
  const liar = await Phone.enrol(world);
  await workUnits(world, liar, 1);
  await liar.exchange([], 4);
  world.now += 5000;
  const lies = liar.work(64);
  const honest = liar.work();
  await liar.exchange(some(lies, 0, 1), 0);
  await world.settle();
  expect(world.banned).toEqual(new Set([liar.id]));
  return { liar, late: some(honest, 1, 4) };
}

describe('a banned device', () => {
  test('gets no leases any more, and what it held is free at once', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    await fileJob(world, 'k', 8);
    const { liar } = await bannedWithWork(world);
    expect(world.coordinator.holds(liar.id)).toBe(0);
    expect(world.coordinator.waitingUnits()).toBe(8);
    expect(await liar.exchange([], 1)).toMatchObject({ status: 'device_stopped', leases: [] });
    await world.restart();
    expect(await liar.exchange([], 1)).toMatchObject({ status: 'device_stopped', leases: [] });
    await expectBooksRight(world);
  });

  test('brings results that are judged as ever and credited, and that never post', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES, maturityTasks: 0 } });
    const id = await fileJob(world, 'k', 8);
    const { liar, late } = await bannedWithWork(world);
    expect((await liar.exchange(late, 0)).outcomes).toEqual(['accepted', 'accepted', 'accepted']);
    await world.settle();
    expect(await balancesOf(world, liar)).toEqual([3 * PRICE, 0]);
    const honest = await Phone.enrol(world);
    await workThrough(world, [honest]);
    expect(await stateOf(world, id)).toBe('answered');
    await passDays(world, 29);
    expect(await balancesOf(world, honest)).toEqual([0, 5 * PRICE]);
    expect(await balancesOf(world, liar)).toEqual([3 * PRICE, 0]);
    expect((await rowsOf(world, liar)).map(({ state, audit }) => [state, audit])).toEqual([
      ['void', 'passed'],
      ['void', 'failed'],
      ['pending', 'passed'],
    ]);
    await expectBooksRight(world);
  });

  test('has its escrow void a month later: no finding, nothing done again, and later work void as well', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    const id = await fileJob(world, 'k', 8);
    const { liar, late } = await bannedWithWork(world);
    const { frozenAt } = await deviceOf(world, liar);
    await liar.exchange(some(late, 0, 2), 0);
    await workThrough(world, [await Phone.enrol(world)]);
    await passDays(world, 30);
    expect(world.now).toBeLessThan(frozenAt! + 30 * DAY);
    expect(await balancesOf(world, liar)).toEqual([2 * PRICE, 0]);
    await passDays(world, 1);
    expect(await balancesOf(world, liar)).toEqual([0, 0]);
    const finding = await onlyFinding(world, liar);
    expect((await rowsOf(world, liar)).map(({ state, voidedBy }) => [state, voidedBy])).toEqual([
      ['void', finding.id],
      ['void', finding.id],
      ['void', finding.id],
    ]);
    expect(await world.store.correctionsOf(id)).toEqual([]);
    await world.coordinator.tick();
    expect(await stateOf(world, id)).toBe('answered');
    await expectBooksRight(world);
  });

  test('that lies on in what it still brings is found, and that is fraud again', async () => {
    const world = await openWorld({ policy: { audit: { ...ONLY_GATES, banWithinTasks: 0 } } });
    await fileJob(world, 'k', 8);
    const liar = await Phone.enrol(world);
    await workUnits(world, liar, 1);
    await liar.exchange([], 4);
    const lies = liar.work(64);
    for (const from of [0, 1, 2]) {
      await liar.exchange(some(lies, from, from + 1), 0);
      await world.settle();
    }
    expect(await rulingsOf(world, liar)).toEqual(['fraud', 'fraud', 'fraud']);
    expect(await balancesOf(world, liar)).toEqual([0, 0]);
    await expectBooksRight(world);
  });
});
