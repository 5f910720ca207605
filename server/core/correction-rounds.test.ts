import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { POLICY, type Policy } from '../../shared/model/policy.ts';
import { answeredByLiar, correct, HIDES, lastRound, topics } from '../testing/answered-by-liar.ts';
import {
  answerOf,
  balancesOf,
  expectBooksRight,
  fileJob,
  holdBack,
  ONLY_SUSPECTS,
  smallestColumnSum,
  stateOf,
  workThrough,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, submitTiny } from '../testing/world.ts';

const PRICE = POLICY.priceMicros;
const RIGHT = { sum: smallestColumnSum(4) };

describe('corrections', () => {
  const twoRounds: Partial<Policy> = { effort: { tiny: [{ upTo: 4, units: 4, rounds: 2 }] } };

  test('of several rounds come one after the other, each with the input of the round it repeats', async () => {
    const { world, id, wrong, convict } = await answeredByLiar({ policy: twoRounds });
    expect(wrong).not.toMatchObject(RIGHT);
    await convict();
    const honest = await correct(world);
    await correct(world, honest);
    const { rounds } = must(await world.store.job(id), 'job');
    expect(rounds.map(({ round, corrects, taskCount }) => [round, corrects, taskCount])).toEqual([
      [1, undefined, 2],
      [2, undefined, 2],
      [3, 1, 2],
      [4, 2, 2],
    ]);
    expect(rounds[2]?.roundInput).toEqual(rounds[0]?.roundInput);
    expect(rounds[3]?.roundInput).toEqual(rounds[1]?.roundInput);
    expect(rounds[0]?.roundInput).not.toEqual(rounds[1]?.roundInput);
    expect(await answerOf(world, id)).toMatchObject(RIGHT);
    expect(await balancesOf(world, honest)).toEqual([4 * PRICE, 0]);
    await expectBooksRight(world);
  });

  test('of a job that runs wait until it is answered', async () => {
    const world = await openWorld({ policy: { audit: ONLY_SUSPECTS, ...twoRounds } });
    const id = await fileJob(world);
    const [liar, honest] = [await Phone.enrol(world), await Phone.enrol(world)];
    const release = holdBack(world, ({ urgency }) => urgency === 'background');
    await workUnits(world, liar, 2, 0, HIDES);
    expect((await lastRound(world, id)).round).toBe(2);
    release();
    await world.settle();
    await world.coordinator.tick();
    expect(await stateOf(world, id)).toBe('running');
    expect(await world.store.correctionsOf(id)).toHaveLength(2);
    await workThrough(world, [honest]);
    expect(await stateOf(world, id)).toBe('answered');
    await correct(world, honest);
    expect(await lastRound(world, id)).toMatchObject({ round: 3, corrects: 1 });
    expect(await answerOf(world, id)).toMatchObject(RIGHT);
    await expectBooksRight(world);
  });

  test('that somebody lies in are corrected in turn', async () => {
    const { world, id, convict } = await answeredByLiar();
    await convict();
    await world.coordinator.tick();
    const again = await Phone.enrol(world);
    const release = holdBack(world, ({ urgency }) => urgency === 'background');
    await workUnits(world, again, 4, 0, HIDES);
    expect(await stateOf(world, id)).toBe('answered');
    release();
    await world.settle();
    expect(await world.store.evidenceOf(again.id)).toMatchObject([{ round: 2, ruling: 'fault' }]);
    const honest = await correct(world);
    expect(await lastRound(world, id)).toMatchObject({ round: 3, corrects: 2 });
    expect(await answerOf(world, id)).toMatchObject(RIGHT);
    expect(await balancesOf(world, honest)).toEqual([4 * PRICE, 0]);
    await expectBooksRight(world);
  });

  test('are never leased to the asker', async () => {
    const world = await openWorld({ policy: { audit: ONLY_SUSPECTS } });
    const [asker, liar] = [await Phone.enrol(world), await Phone.enrol(world)];
    await submitTiny(world, asker.accountId);
    const release = holdBack(world, ({ urgency }) => urgency === 'background');
    await workUnits(world, liar, 4, 0, HIDES);
    release();
    await world.settle();
    await world.coordinator.tick();
    expect(world.coordinator.waitingUnits()).toBe(4);
    expect((await asker.exchange([], 1)).status).toBe('nothing_to_do');
    expect((await liar.exchange([], 1)).status).toBe('ok'); // a fault is no ban: it may make good
  });

  test('of a job whose kernel we no longer run are dropped, before they are opened and after', async () => {
    for (const isOpen of [false, true]) {
      const { world, id, wrong, convict } = await answeredByLiar();
      await convict();
      if (isOpen) await world.coordinator.tick();
      world.kernelHash = new Uint8Array(32);
      await world.restart();
      await world.coordinator.tick();
      expect(await stateOf(world, id)).toBe('answered');
      expect(await answerOf(world, id)).toEqual(wrong);
      expect(await world.store.correctionsOf(id)).toEqual([]);
      expect(world.coordinator.waitingUnits()).toBe(0);
      expect(topics(world)).toEqual([`answered:${id}`]);
      await expectBooksRight(world);
    }
  });
});
