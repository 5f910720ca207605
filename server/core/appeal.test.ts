import { describe, expect, test } from 'vitest';
import { POLICY, type Policy } from '../../shared/model/policy.ts';
import { micros } from '../../shared/money.ts';
import {
  balancesOf,
  deviceOf,
  expectBooksRight,
  fileJob,
  ONLY_GATES,
  onlyFinding,
  passDays,
  rowsOf,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type World } from '../testing/world.ts';

const PRICE = POLICY.priceMicros;

/** A phone with two honest units and then one with so many wrong chunks: 1 is a fault, 64 are fraud. */
async function found(lie: number, policy: Partial<Policy> = {}): Promise<{ world: World; phone: Phone }> {
  const world = await openWorld({ policy: { audit: ONLY_GATES, ...policy } });
  await fileJob(world, 'k', 16);
  const phone = await Phone.enrol(world);
  await workUnits(world, phone, 2);
  await workUnits(world, phone, 1, lie, { aim: 'seen' });
  expect(await balancesOf(world, phone)).toEqual([0, 0]);
  return { world, phone };
}

const appeal = (world: World, { accountId }: Phone, evidenceId: number, wasRight: boolean) =>
  world.coordinator.appeal({ accountId, evidenceId, wasRight });

describe('an appeal', () => {
  test('of a device that was wrong is upheld: that is noted, and nothing else changes', async () => {
    const { world, phone } = await found(64);
    const [finding, before] = [await onlyFinding(world, phone), await deviceOf(world, phone)];
    world.now += 1000;
    const upheld = { ...finding, appeal: { at: world.now, outcome: 'upheld' } };
    expect(await appeal(world, phone, finding.id, false)).toEqual({ ok: true, value: upheld });
    expect(await onlyFinding(world, phone)).toEqual(upheld);
    expect(await deviceOf(world, phone)).toEqual(before);
    expect(await balancesOf(world, phone)).toEqual([0, 0]);
    expect((await phone.exchange([], 1)).status).toBe('device_stopped');
    await expectBooksRight(world);
  });

  test('of a device that was right is granted: all that was void is paid at once, ban and freeze are over', async () => {
    const { world, phone } = await found(64);
    const finding = await onlyFinding(world, phone);
    expect(await appeal(world, phone, finding.id, true)).toMatchObject({
      ok: true,
      value: { appeal: { outcome: 'granted' } },
    });
    expect(await balancesOf(world, phone)).toEqual([0, 3 * PRICE]);
    expect((await rowsOf(world, phone)).map(({ state }) => state)).toEqual(['restored', 'restored', 'restored']);
    expect(await deviceOf(world, phone)).toMatchObject({ status: 'active', frozenAt: undefined, convictions: 0 });
    const lines = await world.store.entries(`available:${phone.accountId}`, 2 ** 53 - 1, 10);
    const causes = (await rowsOf(world, phone)).map(({ seq, blockId }) => `restore:${phone.id}:${seq}:${blockId}`);
    expect(lines.map(({ cause }) => cause).toReversed()).toEqual(causes);
    await expectBooksRight(world);
  });

  test('that is granted lets what was held post, and later work as well', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES, maturityTasks: 1 } });
    await fileJob(world, 'k', 16);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, 1);
    await phone.exchange([], 4);
    const lies = phone.work(64).map((group) => ({ ...group, results: group.results.slice(0, 1) }));
    const late = phone.work().map((group) => ({ ...group, results: group.results.slice(1, 3) }));
    await phone.exchange(lies, 0);
    await world.settle();
    await phone.exchange(late, 0); // two units, held
    await world.settle();
    await passDays(world, 2);
    expect(await balancesOf(world, phone)).toEqual([2 * PRICE, 0]);
    await appeal(world, phone, (await onlyFinding(world, phone)).id, true);
    expect(await balancesOf(world, phone)).toEqual([2 * PRICE, 2 * PRICE]);
    await workUnits(world, phone, 2);
    await passDays(world, 1);
    expect(await balancesOf(world, phone)).toEqual([PRICE, 5 * PRICE]);
    await expectBooksRight(world);
  });

  test('is for the own driver: of another account, or of nothing, the finding is unknown', async () => {
    const { world, phone } = await found(1);
    const other = await Phone.enrol(world);
    const { id } = await onlyFinding(world, phone);
    expect(await appeal(world, other, id, true)).toEqual({ ok: false, error: 'unknown_evidence' });
    expect(await appeal(world, phone, id + 1, true)).toEqual({ ok: false, error: 'unknown_evidence' });
    expect(await onlyFinding(world, phone)).toMatchObject({ appeal: undefined });
    expect(await balancesOf(world, phone)).toEqual([0, 0]);
  });

  test.each([true, false])('is heard once, granted (%s) or not', async (wasRight) => {
    const { world, phone } = await found(1);
    const { id } = await onlyFinding(world, phone);
    const answers = await Promise.all([appeal(world, phone, id, wasRight), appeal(world, phone, id, true)]);
    expect(answers).toMatchObject([{ ok: true }, { ok: false, error: 'already_appealed' }]);
    expect(await balancesOf(world, phone)).toEqual([0, wasRight ? 3 * PRICE : 0]);
    await expectBooksRight(world);
  });

  test('leaves a ban in force that another fraud stands behind, until that one falls too', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    await fileJob(world, 'k', 16);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, 1);
    await phone.exchange([], 4);
    const lies = phone.work(64);
    for (const i of [0, 1]) {
      await phone.exchange(
        lies.map((group) => ({ ...group, results: group.results.slice(i, i + 1) })),
        0,
      );
      await world.settle();
    }
    const [first, second] = await world.store.evidenceOf(phone.id);
    await appeal(world, phone, first!.id, true);
    expect(await balancesOf(world, phone)).toEqual([0, 2 * PRICE]); // what that one had voided
    expect(await deviceOf(world, phone)).toMatchObject({ status: 'banned', convictions: 1 });
    expect((await deviceOf(world, phone)).frozenAt).toBeDefined();
    await appeal(world, phone, second!.id, true);
    expect(await balancesOf(world, phone)).toEqual([0, 3 * PRICE]);
    expect(await deviceOf(world, phone)).toMatchObject({ status: 'active', frozenAt: undefined, convictions: 0 });
    await expectBooksRight(world);
  });

  test('does not need a fraud: a fault that was none is undone as well', async () => {
    const { world, phone } = await found(1);
    await appeal(world, phone, (await onlyFinding(world, phone)).id, true);
    expect(await deviceOf(world, phone)).toMatchObject({ convictions: 0, status: 'active' });
    expect(await balancesOf(world, phone)).toEqual([0, 3 * PRICE]);
    await workUnits(world, phone, 1, 1, { aim: 'seen' });
    expect((await world.store.evidenceOf(phone.id)).map(({ ruling }) => ruling)).toEqual(['fault', 'fault']); // not a second one
    expect(await balancesOf(world, phone)).toEqual([0, 3 * PRICE]); // what is restored stays
    await passDays(world, 40);
    expect(await balancesOf(world, phone)).toEqual([0, 3 * PRICE]);
    await expectBooksRight(world);
  });

  test('may come after the time for it: what was void with it is paid too', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    await fileJob(world, 'k', 16);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, 1);
    await phone.exchange([], 4);
    const all = phone.work();
    const lies = phone.work(64).map((group) => ({ ...group, results: group.results.slice(0, 1) }));
    await phone.exchange(lies, 0);
    await world.settle();
    await phone.exchange(
      all.map((group) => ({ ...group, results: group.results.slice(1, 4) })),
      0,
    );
    await world.settle();
    await passDays(world, 32);
    expect(await balancesOf(world, phone)).toEqual([0, 0]);
    await appeal(world, phone, (await onlyFinding(world, phone)).id, true);
    expect(await balancesOf(world, phone)).toEqual([0, 5 * PRICE]);
    await expectBooksRight(world);
  });

  test('finds what was forfeited under the finding that still stands, not under a later one that was none', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    await fileJob(world, 'k', 16);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, 1);
    await phone.exchange([], 4);
    const [all, lies] = [phone.work(), phone.work(64)];
    for (const [groups, from, to] of [
      [lies, 0, 1],
      [lies, 1, 2],
      [all, 2, 4],
    ] as const) {
      await phone.exchange(
        groups.map((group) => ({ ...group, results: group.results.slice(from, to) })),
        0,
      );
      await world.settle();
    }
    const [first, second] = await world.store.evidenceOf(phone.id);
    await appeal(world, phone, second!.id, true);
    const mine = await balancesOf(world, phone);
    await passDays(world, 32);
    expect(await balancesOf(world, phone)).toEqual([0, mine[1]]);
    await appeal(world, phone, first!.id, true);
    expect(await balancesOf(world, phone)).toEqual([0, 5 * PRICE]);
    await expectBooksRight(world);
  });

  test('takes a slab of the budget when what was reserved has been lent again; with none left it waits, unheard', async () => {
    for (const units of [5, 4]) {
      const { world, phone } = await found(1, { phaseBudgetMicros: micros(units * PRICE), slabUnits: 1 });
      const other = await Phone.enrol(world);
      await workUnits(world, other, 2);
      const { id } = await onlyFinding(world, phone);
      if (units === 5) {
        expect(await appeal(world, phone, id, true)).toMatchObject({ ok: true });
        expect(await balancesOf(world, phone)).toEqual([0, 3 * PRICE]);
      } else {
        expect(await appeal(world, phone, id, true)).toEqual({ ok: false, error: 'budget_spent' });
        expect(await balancesOf(world, phone)).toEqual([0, 0]);
        expect(await onlyFinding(world, phone)).toMatchObject({ appeal: undefined });
      }
      await expectBooksRight(world);
    }
  });
});
