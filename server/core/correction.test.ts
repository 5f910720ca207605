import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { answeredByLiar, correct, HIDES, lastRound, topics } from '../testing/answered-by-liar.ts';
import {
  answerOf,
  balancesOf,
  expectBooksRight,
  fileJob,
  holdBack,
  ONLY_SUSPECTS,
  rowsOf,
  smallestColumnSum,
  stateOf,
  workThrough,
  workUnits,
  TOO_FAST,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone } from '../testing/world.ts';
import { wrapStore } from '../testing/wrap-store.ts';
import { StoreError, type Store } from './ports.ts';

const PRICE = POLICY.priceMicros;
const RIGHT = { sum: smallestColumnSum(4) };

describe('a lie found after the answer', () => {
  test('opens the job again by itself: the old answer stands until the tasks are done, then it moves, and that is told once', async () => {
    const { world, id, wrong, convict } = await answeredByLiar();
    expect(wrong).not.toMatchObject(RIGHT);
    const { answeredAt } = must(await world.store.job(id), 'job').job.state as { answeredAt: number };
    const first = await lastRound(world, id);
    await convict();
    expect(await stateOf(world, id)).toBe('answered'); // until the tick
    world.now += 1000;
    await world.coordinator.tick();
    expect(await stateOf(world, id)).toBe('correcting');
    expect(await answerOf(world, id)).toEqual(wrong);
    expect(await lastRound(world, id)).toEqual({
      ...first,
      round: 2,
      corrects: 1,
      openedAt: world.now,
      outcome: undefined,
    });
    expect(await world.store.correctionsOf(id)).toEqual([]);
    await correct(world);
    expect(await answerOf(world, id)).toMatchObject(RIGHT);
    expect(must(await world.store.job(id), 'job').job.state).toMatchObject({
      name: 'answered',
      answeredAt,
      correctedAt: world.now,
    });
    for (let i = 0; i < 3; i++) await world.coordinator.tick();
    expect(topics(world)).toEqual([`answered:${id}`, `corrected:${id}:2`]);
    expect(world.delivered.at(-1)?.topic).toBe('job_corrected');
  });

  test('costs the liar all of it and pays who does it again, once each', async () => {
    const { world, liar, convict } = await answeredByLiar();
    await convict();
    const honest = await correct(world);
    expect(await balancesOf(world, liar)).toEqual([0, 0]);
    expect((await rowsOf(world, liar)).map(({ state }) => state)).toEqual(['void', 'void', 'void', 'void']);
    expect(await balancesOf(world, honest)).toEqual([4 * PRICE, 0]);
    await expectBooksRight(world);
  });

  test('that hid nothing better is no news: the answer stays as it was', async () => {
    const { world, id, wrong, convict } = await answeredByLiar({}, 1, { aim: 'unseen', ...TOO_FAST });
    expect(wrong).toMatchObject(RIGHT);
    const before = must(await world.store.job(id), 'job').job.state;
    await convict();
    const honest = await correct(world);
    expect((await lastRound(world, id)).corrects).toBe(1);
    expect(must(await world.store.job(id), 'job').job.state).toEqual(before);
    expect(topics(world)).toEqual([`answered:${id}`]);
    expect(await balancesOf(world, honest)).toEqual([4 * PRICE, 0]);
    await expectBooksRight(world);
  });

  test('repeats only the tasks of the device that lied, wherever they lie', async () => {
    const world = await openWorld({ policy: { audit: ONLY_SUSPECTS } });
    const id = await fileJob(world, 'k', 5);
    const [liar, other] = [await Phone.enrol(world), await Phone.enrol(world)];
    const release = holdBack(world, ({ urgency }) => urgency === 'background');
    for (const [phone, manner] of [
      [liar, HIDES],
      [other, {}],
      [liar, HIDES],
      [liar, HIDES],
      [other, {}],
    ] as const)
      await workUnits(world, phone, 1, 0, manner);
    release();
    await world.settle();
    await world.coordinator.tick();
    expect((await lastRound(world, id)).taskCount).toBe(3);
    await other.exchange([], 4);
    expect(other.held.map(({ round, firstTask, leases }) => [round, firstTask, leases.length])).toEqual([
      [2, 0, 1],
      [2, 2, 2],
    ]);
    await workThrough(world, [other]);
    expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(5) });
    expect(await balancesOf(world, other)).toEqual([5 * PRICE, 0]);
    await expectBooksRight(world);
  });

  test('survives restarts while it is put right', async () => {
    const { world, id, convict } = await answeredByLiar();
    await convict();
    await world.restart();
    await world.coordinator.tick();
    const honest = await Phone.enrol(world);
    await workUnits(world, honest, 2);
    await world.restart();
    expect(await stateOf(world, id)).toBe('correcting');
    expect(world.coordinator.waitingUnits()).toBe(2);
    await correct(world, honest);
    expect(await answerOf(world, id)).toMatchObject(RIGHT);
    expect(topics(world)).toEqual([`answered:${id}`, `corrected:${id}:2`]);
    expect(await balancesOf(world, honest)).toEqual([4 * PRICE, 0]);
    await expectBooksRight(world);
  });

  test.each(['not stored', 'stored but reported failed'] as const)(
    'is put right once when every commit fails once, %s',
    async (how) => {
      let failed = true;
      const around = (store: Store): Store =>
        wrapStore(store, {
          commit: async (writes) => {
            failed = !failed;
            if (failed && how === 'stored but reported failed') await store.commit(writes);
            if (failed) throw new StoreError('store_unavailable', 'the line to the disk broke');
            await store.commit(writes);
          },
        });
      const { world, id, convict } = await answeredByLiar({ around });
      await convict();
      const honest = await correct(world);
      for (let i = 0; i < 3; i++) await world.coordinator.tick();
      expect(await answerOf(world, id)).toMatchObject(RIGHT);
      expect(must(await world.store.job(id), 'job').rounds).toHaveLength(2);
      expect(new Set(topics(world))).toEqual(new Set([`answered:${id}`, `corrected:${id}:2`]));
      expect(await balancesOf(world, honest)).toEqual([4 * PRICE, 0]);
      await expectBooksRight(world);
    },
  );
});
