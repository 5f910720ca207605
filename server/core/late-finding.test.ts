import { expect, test } from 'vitest';
import { POLICY } from '../../shared/model/policy.ts';
import {
  answerOf,
  balancesOf,
  expectBooksRight,
  fileJob,
  ONLY_GATES,
  ONLY_SUSPECTS,
  onlyFinding,
  passDays,
  rowsOf,
  smallestColumnSum,
  TOO_FAST,
  workThrough,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type World } from '../testing/world.ts';

const PRICE = POLICY.priceMicros;

/** A finding that nobody acts on would be found again at once, for ever: after so many re-runs no more come back. */
function boundReruns(world: World, most: number): void {
  const { audit } = world.ports;
  const rerun = audit.rerun.bind(audit);
  audit.rerun = (request) => (world.reruns.length < most ? rerun(request) : new Promise(() => undefined));
}

test('a lie that was paid before it is found stays paid; its slot is done again, and what is pending is void', async () => {
  const world = await openWorld({ policy: { audit: ONLY_GATES, maturityTasks: 0 } });
  const id = await fileJob(world, 'k', 3);
  const [liar, honest] = [await Phone.enrol(world), await Phone.enrol(world)];
  boundReruns(world, 40);
  await workUnits(world, liar, 1, 0, { plants: true });
  await passDays(world, 1);
  expect(await balancesOf(world, liar)).toEqual([0, PRICE]);
  await workUnits(world, liar, 1);
  await workThrough(world, [honest]);
  expect(await onlyFinding(world, liar)).toMatchObject({ ruling: 'fault', task: 0 });
  expect((await rowsOf(world, liar)).map(({ state, audit }) => [state, audit])).toEqual([
    ['posted', 'failed'],
    ['void', 'passed'],
  ]);
  expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(3) });
  expect(await balancesOf(world, liar)).toEqual([0, PRICE]);
  expect(await balancesOf(world, honest)).toEqual([3 * PRICE, 0]);
  await expectBooksRight(world);
});

test('a lie whose escrow is void by time when it is found is done again, and is no further finding', async () => {
  const world = await openWorld({ policy: { audit: ONLY_GATES } });
  await fileJob(world, 'first', 1);
  const id = await fileJob(world, 'long', 2);
  await fileJob(world, 'third', 1);
  const [liar, honest] = [await Phone.enrol(world), await Phone.enrol(world)];
  boundReruns(world, 400);
  await workUnits(world, liar, 1);
  await liar.exchange([], 4);
  const planted = liar.work(0, { plants: true }).slice(0, 1);
  await liar.exchange(liar.work(64).slice(1), 0);
  await world.settle();
  expect(world.banned).toEqual(new Set([liar.id]));
  const late = planted.map((group) => ({ ...group, results: group.results.slice(0, 1) }));
  expect((await liar.exchange(late, 0)).outcomes).toEqual(['accepted']);
  await world.settle();
  await passDays(world, 32);
  expect((await rowsOf(world, liar)).at(-1)).toMatchObject({ state: 'void', audit: 'passed' });
  await workThrough(world, [honest]);
  expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(2) });
  expect(world.reruns.length).toBeLessThan(400);
  await onlyFinding(world, liar);
  await expectBooksRight(world);
});

test('a device that tells its own lie again is not in league with itself', async () => {
  const world = await openWorld({ policy: { audit: { ...ONLY_SUSPECTS, banWithinTasks: 0 } } });
  await fileJob(world, 'k', 2);
  const liar = await Phone.enrol(world);
  for (let i = 0; i < 2; i++) await workUnits(world, liar, 1, 1, TOO_FAST);
  const [first, second] = await world.store.evidenceOf(liar.id);
  expect([second?.task, second?.chunk, second?.claimed]).toEqual([first?.task, first?.chunk, first?.claimed]);
  expect([first?.ruling, second?.ruling]).toEqual(['fault', 'fault']);
  expect(world.banned.size).toBe(0);
});
