import { expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { POLICY, type Policy } from '../../shared/model/policy.ts';
import {
  balancesOf,
  deviceOf,
  expectBooksRight,
  fileJob,
  holdBack,
  ONLY_GATES,
  ONLY_SUSPECTS,
  onlyFinding,
  passDays,
  rowsOf,
  TOO_FAST,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type Manner, type World } from '../testing/world.ts';
import { fraction } from './draws.ts';

const PRICE = POLICY.priceMicros;

interface Lapse {
  readonly world: World;
  readonly phone: Phone;
  /** Lets the whole re-runs come back, which are held until then. */
  readonly release: () => void;
}

/** Four units of one day, all clean or the second with a lie nobody saw; the next day a clean one, and one with a lie that its gate sees. */
async function lapse(audit: Partial<Policy['audit']>, second: Manner = {}, lie = 0): Promise<Lapse> {
  const world = await openWorld({ policy: { maturityTasks: 5, audit: { ...ONLY_GATES, lenientTasks: 5, ...audit } } });
  const release = holdBack(world, ({ urgency }) => urgency === 'background');
  await fileJob(world, 'k', 12);
  const phone = await Phone.enrol(world);
  await workUnits(world, phone, 1);
  await workUnits(world, phone, 1, lie, second);
  await workUnits(world, phone, 2);
  await passDays(world, 1);
  await workUnits(world, phone, 1);
  await workUnits(world, phone, 1, 1, { aim: 'seen' });
  return { world, phone, release };
}

const statesOf = async ({ world, phone }: Lapse): Promise<string[]> =>
  (await rowsOf(world, phone)).map(({ state }) => state);

test('after long clean work a first finding voids its own day, and a sample of the rest is looked into', async () => {
  const found = await lapse({ lenientSample: 2 });
  const { world, phone } = found;
  expect(await onlyFinding(world, phone)).toMatchObject({ ruling: 'lenient' });
  expect(await statesOf(found)).toEqual(['pending', 'pending', 'pending', 'pending', 'void', 'void']);
  expect(await balancesOf(world, phone)).toEqual([4 * PRICE, 0]);
  const rows = (await rowsOf(world, phone)).slice(0, 4);
  const draws = rows.map((row) =>
    fraction(world.ports.secrets, 'look', { ...row, taskIndex: must(row.taskIndices[0], 'a task') }),
  );
  const second = must([...draws].sort((a, b) => a - b)[1], 'a second');
  expect(rows.map(({ wholeDue }) => wholeDue)).toEqual(draws.map((draw) => (draw <= second ? 1 : 0)));
  expect(await deviceOf(world, phone)).toMatchObject({
    status: 'active',
    convictions: 1,
    cleanTasks: 0,
    verified: { counts: [] },
  });
  expect(world.coordinator.waitingUnits()).toBe(8);
  await expectBooksRight(world);
});

test('with fewer clean tasks everything pending is void', async () => {
  const found = await lapse({ lenientTasks: 6 });
  expect(await onlyFinding(found.world, found.phone)).toMatchObject({ ruling: 'fault' });
  expect(new Set(await statesOf(found))).toEqual(new Set(['void']));
});

test('what is looked into posts when it was right, and not before; what is not, posts as ever', async () => {
  const found = await lapse({ lenientSample: 2 });
  const { world, phone, release } = found;
  await workUnits(world, phone, 3); // now the four have five further behind them
  await passDays(world, 1);
  expect(await balancesOf(world, phone)).toEqual([(2 + 3) * PRICE, 2 * PRICE]);
  const isPosted = (await rowsOf(world, phone)).slice(0, 4).map(({ state, wholeDue }) => [state, wholeDue]);
  expect(isPosted.every(([state, due]) => state === (due === 1 ? 'pending' : 'posted'))).toBe(true);
  release();
  await world.settle();
  await passDays(world, 1);
  expect((await statesOf(found)).slice(0, 4)).toEqual(['posted', 'posted', 'posted', 'posted']);
  expect(await balancesOf(world, phone)).toEqual([3 * PRICE, 4 * PRICE]);
  await expectBooksRight(world);
});

test('a lie found there is a second finding: fraud, and all of it void', async () => {
  const found = await lapse({}, { aim: 'unseen' }, 1);
  const { world, phone, release } = found;
  release();
  await world.settle();
  expect((await world.store.evidenceOf(phone.id)).map(({ ruling, task }) => [ruling, task])).toEqual([
    ['lenient', 5],
    ['fraud', 1],
  ]);
  expect(new Set(await statesOf(found))).toEqual(new Set(['void']));
  expect(await balancesOf(world, phone)).toEqual([0, 0]);
  expect(world.banned).toEqual(new Set([phone.id]));
  await expectBooksRight(world);
});

test('a lie that was paid before is gone, and the next one does not bring it back', async () => {
  const found = await lapse({ lenientSample: 0 }, { aim: 'unseen' }, 1);
  const { world, phone } = found;
  await workUnits(world, phone, 3);
  await passDays(world, 1);
  await workUnits(world, phone, 1, 64);
  expect(await balancesOf(world, phone)).toEqual([0, 4 * PRICE]);
  expect((await statesOf(found)).slice(0, 4)).toEqual(['posted', 'posted', 'posted', 'posted']);
  await expectBooksRight(world);
});

test('the day that is void is the day of the lie, not the day it was found', async () => {
  const world = await openWorld({ policy: { audit: { ...ONLY_SUSPECTS, lenientTasks: 3, lenientSample: 0 } } });
  const release = holdBack(world, ({ urgency }) => urgency === 'background');
  await fileJob(world, 'k', 12);
  const phone = await Phone.enrol(world);
  await workUnits(world, phone, 1);
  await passDays(world, 1);
  await workUnits(world, phone, 1, 1, { aim: 'unseen', ...TOO_FAST });
  await workUnits(world, phone, 1);
  await passDays(world, 1);
  await workUnits(world, phone, 1);
  release();
  await world.settle();
  expect(await onlyFinding(world, phone)).toMatchObject({ ruling: 'lenient', at: world.now });
  expect((await rowsOf(world, phone)).map(({ state }) => state)).toEqual(['pending', 'void', 'void', 'pending']);
  await expectBooksRight(world);
});
