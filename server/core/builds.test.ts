import { expect, test } from 'vitest';
import { POLICY } from '../../shared/model/policy.ts';
import {
  balancesOf,
  deviceOf,
  fileJob,
  holdBack,
  ONLY_GATES,
  ONLY_SUSPECTS,
  onlyFinding,
  passDays,
  rowsOf,
  stateOf,
  TOO_FAST,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type Manner, type World } from '../testing/world.ts';

const PRICE = POLICY.priceMicros;

/** The second build of the kernel computes something else from now on. */
function breakSecondBuild(world: World): void {
  const { audit } = world.ports;
  const rerun = audit.rerun.bind(audit);
  audit.rerun = async (request) => {
    const reran = await rerun(request);
    if (request.build === 'first') return reran;
    return { ...reran, digests: reran.digests.map(({ score, hash }) => ({ score, hash: hash ^ 1 })) };
  };
}

async function expectNoBlame(world: World, phone: Phone): Promise<void> {
  expect(await world.store.evidenceOf(phone.id)).toEqual([]);
  expect(await deviceOf(world, phone)).toMatchObject({ convictions: 0, status: 'active', frozenAt: undefined });
  expect((await rowsOf(world, phone)).every(({ state }) => state !== 'void')).toBe(true);
  expect(await world.store.verifyLedger()).toMatchObject({ entriesSumMicros: 0, balancesMatch: true });
}

test('no second build is asked while the first agrees; a finding asks it once, about one chunk', async () => {
  const world = await openWorld({ policy: { audit: ONLY_GATES } });
  await fileJob(world);
  const phone = await Phone.enrol(world);
  await workUnits(world, phone, 2);
  expect(world.reruns.some(({ build }) => build === 'second')).toBe(false);
  await workUnits(world, phone, 1, 3, { aim: 'seen' });
  const { task, chunk } = await onlyFinding(world, phone);
  expect(world.reruns.filter(({ build }) => build === 'second')).toEqual([{ task, chunks: [chunk], build: 'second' }]);
});

const found: readonly [string, number, Manner, typeof ONLY_GATES][] = [
  ['at a gate', 1, { aim: 'seen' }, ONLY_GATES],
  ['by a whole re-run', 1, { aim: 'unseen', ...TOO_FAST }, ONLY_SUSPECTS],
];
test.each(found)(
  'builds that disagree, %s, fail the job and blame nobody; what was done for it posts',
  async (_name, lie, manner, audit) => {
    const world = await openWorld({ policy: { audit } });
    const id = await fileJob(world, 'k', 5);
    const [phone, other] = [await Phone.enrol(world), await Phone.enrol(world)];
    breakSecondBuild(world);
    await workUnits(world, phone, 2);
    await other.exchange([], 1);
    await workUnits(world, phone, 1, lie, manner);
    expect(await stateOf(world, id)).toBe('failed');
    expect(await world.store.job(id)).toMatchObject({ job: { state: { code: 'kernel_disagrees' } } });
    expect(world.delivered.map(({ topic }) => topic)).toEqual(['job_failed']);
    expect(world.incidents).toHaveLength(1);
    expect(String((world.incidents[0] as { error: unknown }).error)).toContain('builds disagree');
    await expectNoBlame(world, phone);
    expect((await other.exchange(other.work(), 0)).outcomes).toEqual(['too_late']);
    expect(await balancesOf(world, phone)).toEqual([3 * PRICE, 0]);
    await passDays(world, 12);
    expect(await balancesOf(world, phone)).toEqual([0, 3 * PRICE]);
    expect(world.incidents).toHaveLength(1);
    await expectNoBlame(world, phone);
  },
);

test('builds that disagree on a winner fail the job as well', async () => {
  const world = await openWorld({ policy: { audit: ONLY_GATES } });
  const id = await fileJob(world, 'k', 1);
  const phone = await Phone.enrol(world);
  breakSecondBuild(world);
  await workUnits(world, phone, 1, 0, { plants: true });
  expect(await stateOf(world, id)).toBe('failed');
  await expectNoBlame(world, phone);
  await passDays(world, 12);
  expect(await balancesOf(world, phone)).toEqual([0, PRICE]);
});

test('builds that disagree when the job is answered leave the answer, say so once, and pay the phone', async () => {
  const world = await openWorld({ policy: { audit: ONLY_SUSPECTS } });
  const id = await fileJob(world, 'k', 1);
  const phone = await Phone.enrol(world);
  breakSecondBuild(world);
  const release = holdBack(world, ({ urgency }) => urgency === 'background');
  await workUnits(world, phone, 1, 1, { aim: 'unseen', ...TOO_FAST });
  expect(await stateOf(world, id)).toBe('answered');
  const before = await deviceOf(world, phone);
  release();
  await world.settle();
  for (let i = 0; i < 3; i++) await world.coordinator.tick();
  await world.settle();
  expect(world.incidents).toHaveLength(1);
  expect(await deviceOf(world, phone)).toEqual(before);
  await passDays(world, 12);
  expect(await balancesOf(world, phone)).toEqual([0, PRICE]);
  expect(await stateOf(world, id)).toBe('answered');
  await expectNoBlame(world, phone);
});

test('a task of probation is not over when it could not be re-run', async () => {
  const world = await openWorld({ policy: { probationTasks: 3, audit: ONLY_GATES } });
  await fileJob(world, 'k', 3);
  const phone = await Phone.enrol(world);
  breakSecondBuild(world);
  holdBack(world, ({ urgency }) => urgency === 'background');
  await workUnits(world, phone, 1);
  await workUnits(world, phone, 1, 64); // its gate sees that: the job fails
  await world.restart(); // what was under way is lost
  await world.coordinator.tick();
  await world.settle();
  expect((await rowsOf(world, phone)).map(({ wholeDue, wholeDone }) => wholeDue === wholeDone)).toEqual([true, true]);
  expect(await deviceOf(world, phone)).toMatchObject({ probationLeft: 3, convictions: 0 });
});
