import { describe, expect, test } from 'vitest';
import { POLICY, type AuditPolicy } from '../../shared/model/policy.ts';
import { DAY, MINUTE } from '../../shared/time.ts';
import {
  balancesOf,
  deviceOf,
  expectBooksRight,
  fileJob,
  holdBack,
  ONLY_GATES,
  onlyFinding,
  passDays,
  rowsOf,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, START, type World } from '../testing/world.ts';

const PRICE = POLICY.priceMicros;
/** The first midnight at which a week has passed since the start, which is at noon. */
const OLD = START + 7.5 * DAY;

const wholeReruns = (world: World): number => world.reruns.filter(({ chunks }) => chunks.length === 64).length;

/** Postings of a phone's account, oldest first: by which day, and how much. */
async function postingsOf(world: World, phone: Phone): Promise<(readonly [number, number])[]> {
  const lines = await world.store.entries(`available:${phone.accountId}`, 2 ** 53 - 1, 100);
  return lines.toReversed().map(({ cause, micros }) => {
    expect(cause.startsWith(`post:${phone.id}:`)).toBe(true);
    return [Number(cause.split(':')[2]) - Math.floor(START / DAY), micros / PRICE];
  });
}

async function tickAt(world: World, now: number): Promise<void> {
  world.now = now;
  await world.coordinator.tick();
  await world.settle();
}

describe('hit and run', () => {
  /** Honest through probation, then a lie in every unit where no gate looks, and gone. */
  async function run(audit: Partial<AuditPolicy>): Promise<{ world: World; liar: Phone }> {
    const world = await openWorld({ policy: { probationTasks: 5, audit: { ...ONLY_GATES, ...audit } } });
    await fileJob(world, 'k', 16);
    const liar = await Phone.enrol(world);
    await workUnits(world, liar, 5);
    expect((await deviceOf(world, liar)).probationLeft).toBe(0);
    await workUnits(world, liar, 6, 1, { aim: 'unseen' });
    expect(await balancesOf(world, liar)).toEqual([11 * PRICE, 0]);
    await passDays(world, 9);
    return { world, liar };
  }

  test('is found when it would be paid, and ends with nothing', async () => {
    const { world, liar } = await run({});
    expect(await onlyFinding(world, liar)).toMatchObject({ ruling: 'fault', wrongChunks: 1 });
    expect(await balancesOf(world, liar)).toEqual([0, 0]);
    expect(await postingsOf(world, liar)).toEqual([]);
    await expectBooksRight(world);
  });

  test('would be paid in full without settlement', async () => {
    const { world, liar } = await run({ settleRate: 0 });
    expect(await world.store.evidenceOf(liar.id)).toEqual([]);
    expect(await balancesOf(world, liar)).toEqual([0, 11 * PRICE]);
    await expectBooksRight(world);
  });
});

describe('an honest driver who stopped', () => {
  async function stopped(units: number): Promise<{ world: World; phone: Phone }> {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    await fileJob(world, 'k', 16);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, units);
    return { world, phone };
  }

  test('gets everything, ten minutes after the first midnight at which a week has passed', async () => {
    const { world, phone } = await stopped(6);
    await tickAt(world, OLD - 1);
    expect(wholeReruns(world)).toBe(0);
    await tickAt(world, OLD);
    expect(wholeReruns(world)).toBe(6); // nothing further has shown what they are
    expect(await balancesOf(world, phone)).toEqual([6 * PRICE, 0]);
    await tickAt(world, OLD + POLICY.audit.settleMs - 1);
    expect(await balancesOf(world, phone)).toEqual([6 * PRICE, 0]);
    await tickAt(world, OLD + POLICY.audit.settleMs);
    expect(await balancesOf(world, phone)).toEqual([0, 6 * PRICE]);
    expect((await deviceOf(world, phone)).postAt).toBeUndefined();
    expect(await postingsOf(world, phone)).toEqual([[8, 6]]);
    await expectBooksRight(world);
  });

  test('gets it the next midnight when the re-runs are not back in time, and each of them runs once', async () => {
    const { world, phone } = await stopped(3);
    const release = holdBack(world, ({ urgency }) => urgency === 'background');
    await tickAt(world, OLD);
    await tickAt(world, OLD + POLICY.audit.settleMs);
    expect(await balancesOf(world, phone)).toEqual([3 * PRICE, 0]);
    release();
    await world.settle();
    await tickAt(world, OLD + DAY - 1);
    expect(await balancesOf(world, phone)).toEqual([3 * PRICE, 0]);
    await tickAt(world, OLD + DAY);
    expect(await balancesOf(world, phone)).toEqual([0, 3 * PRICE]);
    expect(wholeReruns(world)).toBe(3);
    await expectBooksRight(world);
  });

  test('gets it in time when the server falls while they run', async () => {
    const { world, phone } = await stopped(3);
    const running = world.ports.audit;
    const rerun = running.rerun.bind(running);
    running.rerun = () => new Promise(() => undefined); // they never come back
    await tickAt(world, OLD);
    running.rerun = rerun;
    await world.restart();
    await tickAt(world, OLD + MINUTE);
    await tickAt(world, OLD + POLICY.audit.settleMs);
    expect(await balancesOf(world, phone)).toEqual([0, 3 * PRICE]);
    await expectBooksRight(world);
  });
});

describe('a posting', () => {
  test('by further tasks alone needs no settlement', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES, maturityTasks: 3 } });
    await fileJob(world, 'k', 16);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, 5);
    await passDays(world, 1);
    expect(await postingsOf(world, phone)).toEqual([[1, 2]]);
    expect((await rowsOf(world, phone)).map(({ state, isSettled }) => [state, isSettled])).toEqual([
      ['posted', false],
      ['posted', false],
      ['pending', false],
      ['pending', false],
      ['pending', false],
    ]);
    expect(wholeReruns(world)).toBe(0);
  });

  test('is made once a day, however often the tick looks', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    for (let i = 0; i < 4; i++) await fileJob(world, `k${i}`, 16);
    const phone = await Phone.enrol(world);
    for (let day = 0; day < 20; day++) {
      if (day < 4) await workUnits(world, phone, day + 1);
      for (const minutes of [0, 1, 11, 700]) await tickAt(world, START + (day + 0.5) * DAY + minutes * MINUTE);
    }
    expect(await postingsOf(world, phone)).toEqual([
      [8, 1],
      [9, 2],
      [10, 3],
      [11, 4],
    ]);
    await expectBooksRight(world);
  });

  test('that a server asleep at midnight makes late, or over the next midnight, is made once all the same', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    await fileJob(world, 'k', 16);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, 2);
    world.now += DAY;
    await workUnits(world, phone, 3); // old a day later
    await tickAt(world, OLD + DAY - 5 * MINUTE);
    expect(await postingsOf(world, phone)).toEqual([]);
    for (const minutes of [5, 6, 15, 16, 600]) await tickAt(world, OLD + DAY + minutes * MINUTE);
    expect(await postingsOf(world, phone)).toEqual([[9, 5]]);
    await passDays(world, 3);
    expect(await postingsOf(world, phone)).toEqual([[9, 5]]);
    await expectBooksRight(world);
  });
});
