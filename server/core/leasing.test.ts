import { describe, expect, test } from 'vitest';
import { POLICY, type LeasePolicy } from '../../shared/model/policy.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import {
  balancesOf,
  deviceOf,
  expectBooksRight,
  fileJob,
  ONLY_GATES,
  ONLY_SUSPECTS,
  secondPhone,
  stateOf,
  TOO_FAST,
  workThrough,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type World } from '../testing/world.ts';
import { wrapStore } from '../testing/wrap-store.ts';
import { holdLimit } from './lease-tasks.ts';

const leases = (changes: Partial<LeasePolicy>): LeasePolicy => ({ ...POLICY.leases, relinkGraceMs: 0, ...changes });

/** What a phone gets that asks for so many: by job. */
async function granted(phone: Phone, want: number): Promise<number> {
  const reply = await phone.exchange(phone.work(), want);
  return reply.leases.flatMap((group) => group.leases).length;
}

describe('of a large job an account gets a share', () => {
  const large = { largeJobUnits: 13, largeJobShare: 0.2, first: 16, early: 16 };

  test('accepted and held together, over all its devices, rounded down; others get theirs', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES, leases: leases(large) } });
    const id = await fileJob(world, 'k', 14); // a fifth is 2.8
    const a = await Phone.enrol(world);
    expect(await granted(a, 1)).toBe(1);
    const mate = await secondPhone(world, a);
    expect(await granted(mate, 16)).toBe(1); // the other is held
    expect(await granted(mate, 16)).toBe(0);
    expect((await a.exchange(a.work(), 16)).status).toBe('nothing_to_do'); // done is as good as held
    expect(await granted(await Phone.enrol(world), 16)).toBe(2);
    await world.settle();
    await world.restart();
    await world.coordinator.tick(); // which counts what waits
    expect((await a.exchange([], 16)).status).toBe('nothing_to_do');
    expect((await mate.exchange([], 16)).status).toBe('nothing_to_do');
    expect(await granted(await Phone.enrol(world), 16)).toBe(2);
    const all: Phone[] = [];
    for (let i = 0; i < 7; i++) all.push(await Phone.enrol(world));
    world.now += HOUR; // what the two held is free again
    await world.coordinator.tick();
    await workThrough(world, all);
    expect(await stateOf(world, id)).toBe('answered');
    for (const phone of all) expect((await balancesOf(world, phone))[0]).toBeLessThanOrEqual(2 * POLICY.priceMicros);
    await expectBooksRight(world);
  });

  test('of one unit at least', async () => {
    const world = await openWorld({ policy: { leases: leases({ ...large, largeJobShare: 0.01 }) } });
    await fileJob(world, 'k', 14);
    expect(await granted(await Phone.enrol(world), 16)).toBe(1);
  });

  test('and of one that is not larger than that, all it can do', async () => {
    const world = await openWorld({ policy: { leases: leases(large) } });
    await fileJob(world, 'k', 13);
    expect(await granted(await Phone.enrol(world), 16)).toBe(13);
  });

  test('in all its rounds, and those that correct it', async () => {
    const two = { tiny: [{ upTo: 14, units: 14, rounds: 2 }] };
    const world = await openWorld({ policy: { audit: ONLY_SUSPECTS, leases: leases(large), effort: two } });
    const id = await fileJob(world, 'k', 14);
    const phones: Phone[] = [];
    for (let i = 0; i < 7; i++) phones.push(await Phone.enrol(world));
    await workThrough(world, phones);
    expect(await stateOf(world, id)).toBe('answered');
    for (const phone of phones) expect((await balancesOf(world, phone))[0]).toBe(2 * POLICY.priceMicros);
    const [liar] = phones;
    const other = await fileJob(world, 'l', 1);
    await workUnits(world, liar!, 1, 1, { aim: 'unseen', ...TOO_FAST });
    await world.coordinator.tick();
    expect(await stateOf(world, id)).toBe('correcting');
    const { leases: more } = await phones[1]!.exchange([], 16);
    expect(more.map(({ jobId }) => jobId)).toEqual([other]); // of the large one it has had its two
    const fresh = await Phone.enrol(world);
    await workThrough(world, [fresh]);
    expect(await stateOf(world, id)).toBe('answered');
    await expectBooksRight(world);
  });
});

describe('a device that leaves its leases to run out', () => {
  async function left(times: number): Promise<{ world: World; phone: Phone }> {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    for (let i = 0; i < 3; i++) await fileJob(world, `k${i}`, 16);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, 1);
    for (let i = 0; i < times; i++) {
      expect((await phone.exchange([], 4)).leases.flatMap((group) => group.leases)).toHaveLength(4);
      world.now += 31 * MINUTE;
      await world.coordinator.tick();
    }
    return { world, phone };
  }

  test('gets one at a time from the eighth on, until it has finished half again', async () => {
    const { world, phone } = await left(2);
    for (let i = 0; i < 7; i++) {
      expect((await phone.exchange([], 4)).leases.flatMap((group) => group.leases)).toHaveLength(1);
      const work = phone.work();
      expect((await phone.exchange([], 4)).status).toBe('enough_held');
      expect((await phone.exchange(work, 0)).outcomes).toEqual(['accepted']);
      await world.settle();
    }
    expect((await phone.exchange([], 4)).leases.flatMap((group) => group.leases)).toHaveLength(4); // 8 of 16
    await expectBooksRight(world);
  });

  test('loses nothing else by it: not trust, not pending money, not its price', async () => {
    const [few, many] = [await left(0), await left(2)];
    const standing = async ({ world, phone }: typeof few): Promise<unknown> => {
      const { cleanTasks, verified, probationLeft, suspectUntil, convictions, status, frozenAt } = await deviceOf(
        world,
        phone,
      );
      return {
        ...{ cleanTasks, verified, probationLeft, suspectUntil, convictions, status, frozenAt },
        balances: await balancesOf(world, phone),
        price: (await phone.exchange([], 1)).leases.map(({ terms }) => terms.priceMicros),
      };
    };
    expect(await standing(many)).toEqual(await standing(few));
  });

  const { leases: policy } = POLICY;
  test.each([
    [0, 0, 0, 0, 1], // its very first
    [1, 1, 1, 0, 4],
    [9, 9, 9, 0, 4],
    [10, 10, 10, 0, 16],
    [10, 7, 0, 0, 16], // seven that ended tell nothing yet
    [10, 8, 3, 0, 1],
    [10, 8, 4, 0, 16],
    [10, 24, 4, 16, 16], // what it holds has not ended
    [10, 24, 3, 16, 1],
    [500, 64, 31, 0, 1],
  ])(
    'with %i units done, %i leased of late, %i finished, %i held, it may hold %i',
    (taskCount, recentLeased, recentFinished, held, most) => {
      expect(holdLimit({ taskCount, recentLeased, recentFinished } as never, held, policy)).toBe(most);
    },
  );
});

describe('devices on probation', () => {
  const quota = (probationFloorPerHour: number) => ({
    probationTasks: 5,
    audit: { ...POLICY.audit, probationShare: 0, probationFloorPerHour },
  });

  test('share so many leases an hour; beyond it there is nothing to do for them, and for nobody else', async () => {
    const world = await openWorld({ policy: quota(3) });
    await fileJob(world, 'k', 16);
    const [a, b] = [await Phone.enrol(world), await Phone.enrol(world)];
    await a.exchange([], 1);
    await b.exchange([], 1);
    expect((await b.exchange(b.work(), 4)).leases.flatMap((group) => group.leases)).toHaveLength(1);
    expect(await b.exchange([], 4)).toMatchObject({ leases: [], status: 'nothing_to_do' });
    expect(world.coordinator.probation()).toEqual({ lastHour: 3, mostPerHour: 3 });
    expect(await world.coordinator.mainframe([], 2)).toHaveLength(2);
    world.now += HOUR - MINUTE;
    expect((await b.exchange([], 4)).status).toBe('nothing_to_do');
    world.now += MINUTE;
    expect((await b.exchange([], 4)).status).toBe('ok');
  });

  test('that are known by now are not counted', async () => {
    const world = await openWorld({ policy: { ...quota(2), probationTasks: 2 } });
    await fileJob(world, 'k', 16);
    const phone = await Phone.enrol(world);
    await workUnits(world, phone, 2);
    expect((await deviceOf(world, phone)).probationLeft).toBe(0);
    expect((await phone.exchange([], 4)).leases.flatMap((group) => group.leases)).toHaveLength(4);
    expect(world.coordinator.probation().lastHour).toBe(2);
    expect((await (await Phone.enrol(world)).exchange([], 1)).status).toBe('nothing_to_do');
  });

  test('have had no less before a restart: the hour goes on, and is counted anew from then', async () => {
    const world = await openWorld({ policy: { ...quota(4), probationTasks: 2 } });
    await fileJob(world, 'k', 16);
    const [known, holds] = [await Phone.enrol(world), await Phone.enrol(world)];
    await workUnits(world, known, 2);
    await known.exchange([], 2); // no longer on probation
    await holds.exchange([], 1);
    await world.restart();
    expect(world.coordinator.probation()).toEqual({ lastHour: 3, mostPerHour: 4 });
    expect((await (await Phone.enrol(world)).exchange([], 1)).status).toBe('ok');
    expect((await (await Phone.enrol(world)).exchange([], 1)).status).toBe('nothing_to_do');
    world.now += HOUR + MINUTE;
    await world.restart();
    expect(world.coordinator.probation().lastHour).toBe(0);
  });

  test('get a fifth of what the audit can do, and never fewer than the floor', async () => {
    const world = await openWorld();
    expect(world.coordinator.probation().mostPerHour).toBe(864); // 0.2 × 1.2 a second
    world.ports.audit.unitsPerSecond = () => 0.01;
    expect(world.coordinator.probation().mostPerHour).toBe(50);
  });

  test('are not charged for leases that were never stored', async () => {
    let failed = false;
    const world = await openWorld({
      policy: quota(50),
      around: (store) =>
        wrapStore(store, {
          commit: async (writes) => {
            failed = !failed;
            if (failed) throw new Error('the line to the disk broke');
            await store.commit(writes);
          },
        }),
    });
    await fileJob(world);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    expect(phone.held).toHaveLength(1);
    expect(world.coordinator.probation().lastHour).toBe(1);
  });
});

test('a driver may enrol five devices a day; one that is known is none of them', async () => {
  const world = await openWorld();
  const account = await world.coordinator.openAccount('Driver', 'driver');
  const enrol = (n: number, accountId = account.id) =>
    world.coordinator.enrolDevice({ accountId, publicKey: new Uint8Array(65).fill(n), cores: 8 });
  for (let n = 1; n <= 5; n++) expect(await enrol(n)).toMatchObject({ ok: true });
  expect(await enrol(6)).toEqual({ ok: false, error: 'too_many_devices' });
  expect(await enrol(3)).toMatchObject({ ok: true });
  const other = await world.coordinator.openAccount('Other', 'driver');
  expect(await enrol(6, other.id)).toMatchObject({ ok: true });
  expect(await enrol(1, other.id)).toEqual({ ok: false, error: 'key_taken' });
  world.now += DAY / 2 - 1; // the day began at midnight
  expect(await enrol(7)).toEqual({ ok: false, error: 'too_many_devices' });
  world.now += 1;
  expect(await enrol(7)).toMatchObject({ ok: true });
});

test('a device is opted in once it has shown that it computes as we do; out it may go without', async () => {
  const world = await openWorld();
  const { id: accountId } = await world.coordinator.openAccount('Driver', 'driver');
  const other = await Phone.enrol(world);
  const enrolled = await world.coordinator.enrolDevice({ accountId, publicKey: new Uint8Array(65).fill(8), cores: 8 });
  if (!enrolled.ok) throw new Error(enrolled.error);
  const deviceId = enrolled.value.id;
  const consent = (isGranted: boolean, version = 1) =>
    world.coordinator.consent({ accountId, deviceId, version, isGranted });
  expect(await consent(true)).toEqual({ ok: false, error: 'self_test_missing' });
  expect(await consent(true, 2)).toEqual({ ok: false, error: 'consent_outdated' });
  expect(await consent(false)).toMatchObject({ ok: true });
  const calibrate = (owner = accountId) => world.coordinator.calibrate({ accountId: owner, deviceId, chunkMs: 11.5 });
  expect(await calibrate(other.accountId)).toEqual({ ok: false, error: 'unknown_device' });
  expect(await calibrate()).toMatchObject({ ok: true, value: { chunkMs: 11.5, consentVersion: 0 } });
  expect(await consent(true)).toMatchObject({ ok: true, value: { chunkMs: 11.5, consentVersion: 1 } });
});
