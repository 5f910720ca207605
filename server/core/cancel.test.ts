import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { jobId, type JobId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { DAY, MINUTE } from '../../shared/time.ts';
import {
  answerOf,
  balancesOf,
  deviceOf,
  expectBooksRight,
  fileJob,
  holdBack,
  ONLY_GATES,
  onlyFinding,
  stateOf,
  workThrough,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, submitTiny, type World } from '../testing/world.ts';
import { OPERATOR } from './found.ts';

const PRICE = POLICY.priceMicros;
const LONGEST = POLICY.leases.mostMs;

const open = (): Promise<World> => openWorld({ policy: { audit: ONLY_GATES } });
const cancel = (world: World, id: JobId): Promise<unknown> => world.coordinator.cancelJob(OPERATOR, id);
const usage = (world: World) => world.store.usage(OPERATOR, 0);

async function tickAt(world: World, now: number): Promise<void> {
  world.now = now;
  await world.coordinator.tick();
  await world.settle();
}

describe('a job called off', () => {
  test('before anybody began it is over at once, and gives its units back but one', async () => {
    const world = await open();
    const id = await fileJob(world, 'k', 6);
    expect(await cancel(world, id)).toEqual({ ok: true, value: true });
    expect(await stateOf(world, id)).toBe('cancelled');
    expect(await usage(world)).toEqual({ units: 1, running: 0 });
    expect(world.coordinator.runningJobs()).toBe(0);
    const phone = await Phone.enrol(world);
    expect(await phone.exchange([], 4)).toMatchObject({ leases: [], status: 'nothing_to_do' });
  });

  test('is leased to nobody, while what phones hold of it is taken, checked and paid', async () => {
    const world = await open();
    const id = await fileJob(world, 'k', 6);
    const [at, other] = [await Phone.enrol(world), await Phone.enrol(world)];
    await at.exchange([], 1);
    const before = await deviceOf(world, at);
    await cancel(world, id);
    expect(await stateOf(world, id)).toBe('cancelling');
    expect(await usage(world)).toEqual({ units: 1, running: 0 });
    expect(world.coordinator.waitingUnits()).toBe(0);
    expect((await other.exchange([], 4)).leases).toEqual([]);

    const reply = await at.exchange(at.work(), 4);
    expect(reply).toMatchObject({ outcomes: ['accepted'], leases: [] });
    await world.settle();
    expect(world.reruns, 'its gate is run all the same').toHaveLength(1);
    expect(await balancesOf(world, at)).toEqual([PRICE, 0]);
    await tickAt(world, world.now + LONGEST);
    expect(await stateOf(world, id), 'a lease may still run').toBe('cancelling');
    await tickAt(world, world.now + 1);
    expect(await stateOf(world, id)).toBe('cancelled');
    for (let day = 0; day < 9; day++) await tickAt(world, (Math.floor(world.now / DAY) + 1) * DAY + 11 * MINUTE);
    expect(await balancesOf(world, at)).toEqual([0, PRICE]);
    expect(await deviceOf(world, at)).toMatchObject({ convictions: 0, taskCount: before.taskCount + 1 });
    expect(world.delivered, 'nobody is told what they did themselves').toEqual([]);
    await expectBooksRight(world);
  });

  test('takes what comes after the lease has run out while its slot is free, and nothing after its end', async () => {
    const world = await open();
    const id = await fileJob(world, 'k', 6);
    const [late, tooLate] = [await Phone.enrol(world), await Phone.enrol(world)];
    for (const phone of [late, tooLate]) await phone.exchange([], 1);
    await cancel(world, id);
    await tickAt(world, world.now + LONGEST - 1);
    expect((await late.exchange(late.work(), 0)).outcomes).toEqual(['accepted']);
    await world.settle();
    await tickAt(world, world.now + 2);
    expect((await tooLate.exchange(tooLate.work(), 0)).outcomes).toEqual(['too_late']);
    expect(await deviceOf(world, tooLate)).toMatchObject({ convictions: 0, status: 'active' });
    await expectBooksRight(world);
  });

  test('with every unit done asks for no winner and has no answer', async () => {
    const world = await open();
    const id = await fileJob(world, 'k', 1);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    const release = holdBack(world, () => true);
    await phone.exchange(phone.work(), 0);
    await cancel(world, id);
    release();
    await world.settle();
    expect(await answerOf(world, id)).toMatchObject({ name: 'cancelling', spentUnits: 1 });
    await tickAt(world, world.now + LONGEST + 1);
    expect(await answerOf(world, id)).toMatchObject({ name: 'cancelled', spentUnits: 1 });
    expect(world.reruns, 'one gate and nothing else').toHaveLength(1);
  });

  test('hides no lie: its gate still finds it, and a finding after its end is corrected in nothing', async () => {
    const world = await open();
    const id = await fileJob(world, 'k', 6);
    const [seen, unseen] = [await Phone.enrol(world), await Phone.enrol(world)];
    for (const phone of [seen, unseen]) await phone.exchange([], 1);
    await cancel(world, id);
    await seen.exchange(seen.work(1, { aim: 'seen' }), 0);
    await unseen.exchange(unseen.work(1, { aim: 'unseen' }), 0);
    await world.settle();
    expect(await onlyFinding(world, seen)).toMatchObject({ ruling: 'fault' });
    expect(await balancesOf(world, seen)).toEqual([0, 0]);
    await tickAt(world, world.now + LONGEST + 1);
    expect(await stateOf(world, id)).toBe('cancelled');
    // A week later, before it is paid, it is run again whole: a cancelled job can still be computed.
    for (let day = 0; day < 9; day++) await tickAt(world, (Math.floor(world.now / DAY) + 1) * DAY);
    expect(await onlyFinding(world, unseen)).toMatchObject({ ruling: 'fault' });
    expect(await balancesOf(world, unseen)).toEqual([0, 0]);
    expect(await world.store.correctionsOf(id)).toEqual([]);
    await expectBooksRight(world);
  });

  test('stays called off through a crash, and ends after it', async () => {
    const world = await open();
    const id = await fileJob(world, 'k', 6);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    await cancel(world, id);
    await world.restart();
    expect(await stateOf(world, id)).toBe('cancelling');
    expect(world.coordinator.waitingUnits()).toBe(0);
    expect((await phone.exchange(phone.work(), 4)).outcomes, 'its token proves its lease').toEqual(['accepted']);
    await world.settle();
    await tickAt(world, world.now + LONGEST + 1);
    expect(await stateOf(world, id)).toBe('cancelled');
    expect(await balancesOf(world, phone)).toEqual([PRICE, 0]);
  });

  test('leaves other jobs as they are: their work is still announced and done', async () => {
    const world = await open();
    const phone = await Phone.enrol(world);
    const first = await fileJob(world, 'a', 6);
    await phone.exchange([], 1);
    const second = await fileJob(world, 'b', 3);
    await cancel(world, first);
    expect(world.coordinator.waitingUnits()).toBe(3);
    await workThrough(world, [phone]);
    expect(await stateOf(world, second)).toBe('answered');
  });
});

describe('calling off', () => {
  test('twice is as good as once, at any time after', async () => {
    const world = await open();
    const id = await fileJob(world, 'k', 6);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    for (const now of [0, 1, LONGEST + 2]) {
      expect(await cancel(world, id)).toEqual({ ok: true, value: true });
      await tickAt(world, world.now + now);
    }
    expect(await stateOf(world, id)).toBe('cancelled');
    expect(await cancel(world, id)).toEqual({ ok: true, value: true });
    expect(must(await world.store.job(id), 'job').job.state).toMatchObject({ spentUnits: 1 });
  });

  test('is refused for what is over, what is another’s and what is not there', async () => {
    const world = await open();
    const id = await fileJob(world, 'k', 2);
    const stranger = await world.coordinator.openAccount('Stranger', 'admin');
    const unknown = { ok: false, error: 'unknown_job' };
    expect(await world.coordinator.cancelJob(stranger.id, id)).toEqual(unknown);
    expect(await cancel(world, jobId(999))).toEqual(unknown);
    await workThrough(world, [await Phone.enrol(world)]);
    expect(await stateOf(world, id)).toBe('answered');
    expect(await cancel(world, id)).toEqual({ ok: false, error: 'job_over' });
    expect(await world.coordinator.cancelJob(stranger.id, id)).toEqual(unknown);
    const failed = await fileJob(world, 'f', 2);
    await world.coordinator.failJob(failed, 'kernel_failed');
    expect(await cancel(world, failed)).toEqual({ ok: false, error: 'job_over' });
  });

  test('makes room in the day, but never for nothing', async () => {
    const limits = { ...POLICY.limits, driverUnitsPerDay: 6 };
    const world = await openWorld({ policy: { limits } });
    const { id: asker } = await world.coordinator.openAccount('Asker', 'driver');
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const filed = await submitTiny(world, asker, key, 1);
      if (filed.ok) await world.coordinator.cancelJob(asker, filed.value.id);
    }
    expect(await submitTiny(world, asker, 'g', 1)).toEqual({ ok: false, error: 'quota_exceeded' });
  });
});
