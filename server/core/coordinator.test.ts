import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { ResultGroup } from '../../shared/model/exchange.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { micros } from '../../shared/money.ts';
import { digestAt, encodeOutput } from '../../shared/protocol/output.ts';
import { DAY, HOUR, MINUTE } from '../../shared/time.ts';
import {
  answerOf,
  balancesOf,
  deviceOf,
  expectBooksRight,
  fileJob,
  ONLY_GATES,
  smallestColumnSum,
  stateOf,
  workThrough,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, START, submitTiny } from '../testing/world.ts';
import { wrapStore } from '../testing/wrap-store.ts';
import { Incident } from './incident.ts';
import { OPERATOR } from './found.ts';
import { StoreError, type Store } from './ports.ts';

const PRICE = POLICY.priceMicros;

describe('the line', () => {
  test('a request is computed by phones, audited, answered and paid to the micro', async () => {
    const world = await openWorld();
    const id = await fileJob(world);
    const phones = [await Phone.enrol(world, 'A'), await Phone.enrol(world, 'B')];
    await workThrough(world, phones);
    expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(4) });
    const paid = await Promise.all(phones.map(async (phone) => (await balancesOf(world, phone))[0]));
    expect(paid[0]! + paid[1]!).toBe(4 * PRICE);
    expect(world.delivered.map(({ key }) => key)).toEqual([`answered:${id}`]);
    await expectBooksRight(world);
  });

  test('the mainframe does the same and moves no money', async () => {
    const world = await openWorld();
    const id = await fileJob(world);
    const phone = await Phone.enrol(world);
    let leases = await world.coordinator.mainframe([], 3);
    while (leases.length > 0) {
      const results = leases.map((lease) => ({ ...lease, output: phone.run(lease) }));
      leases = await world.coordinator.mainframe(results, 3);
    }
    await world.settle();
    expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(4) });
    expect(await world.store.balance('reserved')).toBeUndefined();
    await expectBooksRight(world);
  });

  test('a unit that died with its mainframe thread is leased again at once', async () => {
    const world = await openWorld();
    await fileJob(world);
    const [lease] = await world.coordinator.mainframe([], 1);
    expect(world.coordinator.waitingUnits()).toBe(3);
    const again = await world.coordinator.mainframe([], 4, [must(lease, 'a lease')]);
    expect(new Set(again.map(({ taskIndex }) => taskIndex))).toEqual(new Set([0, 1, 2, 3]));
  });

  test('a job is never leased to its asker', async () => {
    const world = await openWorld();
    const phone = await Phone.enrol(world);
    expect((await submitTiny(world, phone.accountId)).ok).toBe(true);
    expect(await phone.exchange([], 1)).toMatchObject({ status: 'nothing_to_do', leases: [] });
    const other = await Phone.enrol(world);
    expect((await other.exchange([], 1)).status).toBe('ok');
  });
});

describe('exchanges', () => {
  test('a hundred in one tick make at most two commits', async () => {
    let commits = 0;
    const counting = (store: Store): Store =>
      wrapStore(store, {
        commit: (writes) => {
          commits++;
          return store.commit(writes);
        },
      });
    const world = await openWorld({ around: counting });
    for (let i = 0; i < 30; i++) await fileJob(world, `k${i}`);
    const phones: Phone[] = [];
    for (let i = 0; i < 100; i++) phones.push(await Phone.enrol(world));
    commits = 0;
    const replies = await Promise.all(phones.map((phone) => phone.exchange([], 1)));
    expect(commits).toBeLessThanOrEqual(2);
    expect(replies.every(({ leases }) => leases.length === 1)).toBe(true);
    commits = 0;
    await Promise.all(phones.map((phone) => phone.exchange(phone.work(), 1)));
    expect(commits).toBeLessThanOrEqual(2);
    await world.settle();
    await expectBooksRight(world);
  });

  test('the same exchange twice gets the same bytes and is paid once', async () => {
    const world = await openWorld();
    await fileJob(world);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    const work = phone.work();
    const first = await phone.exchange(work, 1);
    const again = await phone.exchange(work, 1, phone.seq);
    expect(again).toEqual(first);
    expect(await balancesOf(world, phone)).toEqual([PRICE, 0]);
  });

  test('a seq that is neither the next nor the last is refused', async () => {
    const world = await openWorld();
    const phone = await Phone.enrol(world);
    await expect(phone.exchange([], 1, 2)).rejects.toThrow('bad_seq');
    await phone.exchange([], 1, 1);
    await phone.exchange([], 1, 2);
    await expect(phone.exchange([], 1, 1)).rejects.toThrow('bad_seq');
  });

  test('the first lease is one unit, then four, then sixteen', async () => {
    const world = await openWorld();
    for (let i = 0; i < 10; i++) await fileJob(world, `k${i}`, 8);
    const phone = await Phone.enrol(world);
    const granted: number[] = [];
    for (let i = 0; i < 6; i++) {
      const { leases } = await phone.exchange(phone.work(), 16);
      granted.push(leases.reduce((sum, group) => sum + group.leases.length, 0));
    }
    expect(granted).toEqual([1, 4, 4, 4, 16, 16]);
    expect((await phone.exchange([], 1)).status).toBe('enough_held');
  });

  const forgeries: Record<string, (group: ResultGroup) => ResultGroup> = {
    'another token': (group) => withResult(group, { token: new Uint8Array(16) }),
    'another task': (group) => withResult(group, { taskIndex: (group.results[0]!.taskIndex + 1) % 4 }),
    'a task past the block': (group) => withResult(group, { taskIndex: 1000 }),
    'a better price': (group) => ({ ...group, terms: { ...group.terms, priceMicros: micros(PRICE * 2) } }),
    'a longer time': (group) => ({ ...group, terms: { ...group.terms, leaseUntil: group.terms.leaseUntil + 1 } }),
    'another policy': (group) => ({ ...group, terms: { ...group.terms, policyVersion: 2 } }),
    'an unknown key': (group) => ({ ...group, terms: { ...group.terms, keyId: 2 } }),
  };
  test.each(Object.keys(forgeries))('a lease with %s is worth nothing', async (name) => {
    const world = await openWorld();
    await fileJob(world);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    const forged = phone.work().map(must(forgeries[name], name));
    expect((await phone.exchange(forged, 0)).outcomes).toEqual(['bad_token']);
    expect(await balancesOf(world, phone)).toEqual([0, 0]);
  });

  test("a token of another device's lease is worth nothing", async () => {
    const world = await openWorld();
    await fileJob(world);
    const [a, b] = [await Phone.enrol(world), await Phone.enrol(world)];
    await a.exchange([], 1);
    expect((await b.exchange(a.work(), 0)).outcomes).toEqual(['bad_token']);
  });

  test('a result past its time is accepted and paid while its slot is free', async () => {
    const world = await openWorld();
    await fileJob(world);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    world.now += 3 * HOUR;
    await world.coordinator.tick();
    expect((await phone.exchange(phone.work(), 0)).outcomes).toEqual(['accepted']);
    expect(await balancesOf(world, phone)).toEqual([PRICE, 0]);
  });

  test('an expired slot goes to another; the first to come is accepted, the other hears that it is taken, without blame', async () => {
    const world = await openWorld();
    await fileJob(world, 'k', 1);
    const [slow, quick] = [await Phone.enrol(world), await Phone.enrol(world)];
    await slow.exchange([], 1);
    expect((await quick.exchange([], 1)).status).toBe('nothing_to_do');
    world.now += 31 * MINUTE;
    await world.coordinator.tick();
    expect((await quick.exchange([], 1)).status).toBe('ok');
    const late = slow.work();
    expect((await quick.exchange(quick.work(), 0)).outcomes).toEqual(['accepted']);
    expect((await slow.exchange(late, 0)).outcomes).toEqual(['slot_taken']);
    await world.settle();
    expect((await slow.exchange(late, 0)).outcomes).toEqual(['too_late']); // by now the round has closed
    await expectBooksRight(world);
  });

  test('a straggler gets a second copy out, long before its lease ends', async () => {
    const world = await openWorld();
    await fileJob(world, 'k', 1);
    const [slow, quick] = [await Phone.enrol(world), await Phone.enrol(world)];
    await slow.exchange([], 1);
    world.now += 45_000; // 1.5 × 26 s, and its lease runs for two minutes
    expect((await quick.exchange([], 1)).status).toBe('ok');
    expect((await (await Phone.enrol(world)).exchange([], 1)).status).toBe('nothing_to_do'); // two copies are enough
  });

  test('what waits is shared between the phones on the line', async () => {
    const world = await openWorld({ policy: { leases: { ...POLICY.leases, first: 16, relinkGraceMs: 0 } } });
    const phones: Phone[] = [];
    for (let i = 0; i < 4; i++) {
      const phone = await Phone.enrol(world);
      await world.coordinator.link({ deviceId: phone.id, zoneMinutes: 0, held: [], awaiting: 0 });
      phones.push(phone);
    }
    await fileJob(world, 'k', 8);
    const granted: number[] = [];
    for (const phone of phones)
      granted.push((await phone.exchange([], 16)).leases.flatMap((group) => group.leases).length);
    expect(granted).toEqual([2, 2, 2, 2]);
  });

  test('a phone that is gone is not waited for: idle ones are woken for copies, and whoever is first counts', async () => {
    const world = await openWorld();
    await fileJob(world, 'k', 1);
    const [gone, idle] = [await Phone.enrol(world), await Phone.enrol(world)];
    await gone.exchange([], 1);
    world.coordinator.unlinked(gone.id);
    world.woken = 0;
    world.now += 10_000;
    await world.coordinator.tick();
    expect([world.woken, (await idle.exchange([], 1)).status]).toEqual([0, 'nothing_to_do']); // a tunnel is no farewell
    world.now += 11_000;
    await world.coordinator.tick();
    expect(world.woken).toBe(1);
    expect((await idle.exchange([], 1)).status).toBe('ok');
    expect((await gone.exchange(gone.work(), 0)).outcomes).toEqual(['accepted']); // it came back first
    expect((await idle.exchange(idle.work(), 0)).outcomes).toEqual(['slot_taken']);
    await expectBooksRight(world);
  });
});

const withResult = (group: ResultGroup, changes: Partial<ResultGroup['results'][number]>): ResultGroup => ({
  ...group,
  results: group.results.map((result) => ({ ...result, ...changes })),
});

describe('wrong work', () => {
  test('an audit refuses it, opens its slot again and voids what the device had pending; the answer is right', async () => {
    const world = await openWorld();
    const id = await fileJob(world, 'k', 8);
    const [liar, honest] = [await Phone.enrol(world, 'Liar'), await Phone.enrol(world, 'Honest')];
    await liar.exchange([], 1);
    await liar.exchange(liar.work(), 4); // one honest unit, pending
    await world.settle();
    expect(await balancesOf(world, liar)).toEqual([PRICE, 0]);
    await liar.exchange(liar.work(63), 0); // four whose audit hits nearly surely
    await world.settle();
    expect(await balancesOf(world, liar)).toEqual([0, 0]);
    await workThrough(world, [honest]);
    expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(8) });
    expect((await balancesOf(world, honest))[0]).toBe(8 * PRICE);
    await expectBooksRight(world);
  });

  test('a planted best score is found by the re-run of the winner, even when every audit looked elsewhere', async () => {
    const world = await openWorld({ policy: { audit: ONLY_GATES } });
    const id = await fileJob(world, 'k', 1);
    const [liar, honest] = [await Phone.enrol(world), await Phone.enrol(world)];
    await liar.exchange([], 1);
    expect((await liar.exchange(liar.work(0, { plants: true }), 0)).outcomes).toEqual(['accepted']);
    await world.settle();
    expect(await stateOf(world, id)).toBe('running');
    expect(await balancesOf(world, liar)).toEqual([0, 0]);
    await workThrough(world, [honest]);
    expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(1) });
    await expectBooksRight(world);
  });

  test('a new device cannot lie even in one chunk: its first tasks are re-run whole, and again after a conviction', async () => {
    const world = await openWorld({ policy: { probationTasks: 2 } });
    await fileJob(world, 'k', 8);
    const phone = await Phone.enrol(world);
    const standing = async (): Promise<unknown> => {
      const { probationLeft, convictions, status } = await deviceOf(world, phone);
      return { probationLeft, convictions, status };
    };
    await workUnits(world, phone, 1, 1, { aim: 'unseen' }); // no gate looks there
    expect(await standing()).toEqual({ probationLeft: 2, convictions: 1, status: 'active' });
    expect(await balancesOf(world, phone)).toEqual([0, 0]);
    await workUnits(world, phone, 1);
    expect(await standing()).toEqual({ probationLeft: 1, convictions: 1, status: 'active' });
    expect(await balancesOf(world, phone)).toEqual([PRICE, 0]);
    await workUnits(world, phone, 1, 1, { aim: 'unseen' });
    expect(await standing()).toEqual({ probationLeft: 2, convictions: 2, status: 'banned' }); // so soon again is no chance
    expect(await balancesOf(world, phone)).toEqual([0, 0]);
    await expectBooksRight(world);
  });

  test('a candidate that is not what its digest says is refused at once and convicts', async () => {
    const world = await openWorld();
    await fileJob(world);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    await phone.exchange(phone.work(), 1);
    expect((await balancesOf(world, phone))[0]).toBe(PRICE);
    const [group] = phone.work();
    const { output } = must(group, 'work').results[0]!;
    const otherCandidate = Uint8Array.of(255, 255, 0, 0);
    const spoiled = withResult(must(group, 'work'), { output: encodeOutput(digestsOf(output), otherCandidate) });
    expect((await phone.exchange([spoiled], 0)).outcomes).toEqual(['invalid_result']);
    expect(await balancesOf(world, phone)).toEqual([0, 0]);
    expect(world.coordinator.waitingUnits()).toBe(4);
    await expectBooksRight(world);
  });

  test.each([0, 511])('an output of %i bytes is no result', async (length) => {
    const world = await openWorld();
    await fileJob(world);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    const cut = phone.work().map((group) => withResult(group, { output: new Uint8Array(length) }));
    expect((await phone.exchange(cut, 0)).outcomes).toEqual(['invalid_result']);
  });
});

const digestsOf = (output: Uint8Array) => Array.from({ length: 64 }, (_, i) => digestAt(output, i));

describe('money', () => {
  test('credits post once a device and day, when they matured', async () => {
    const world = await openWorld();
    await fileJob(world);
    const phone = await Phone.enrol(world);
    await workThrough(world, [phone]);
    expect(await balancesOf(world, phone)).toEqual([4 * PRICE, 0]);
    for (let day = 1; day <= 6; day++) {
      world.now = START + day * DAY;
      await world.coordinator.tick();
      expect(await balancesOf(world, phone)).toEqual([4 * PRICE, 0]);
    }
    world.now = START + 8 * DAY;
    await world.coordinator.tick();
    await world.coordinator.tick();
    expect(await balancesOf(world, phone)).toEqual([0, 4 * PRICE]);
    const lines = await world.store.entries(`available:${phone.accountId}`, 2 ** 53 - 1, 10);
    expect(lines.map(({ cause }) => cause)).toEqual([`post:${phone.id}:${Math.floor((START + 8 * DAY) / DAY)}`]);
    await expectBooksRight(world);
  });

  test('enough further tasks mature a credit sooner', async () => {
    const world = await openWorld({ policy: { maturityTasks: 3 } });
    await fileJob(world, 'k', 8);
    const phone = await Phone.enrol(world);
    for (let i = 0; i < 4; i++) await phone.exchange(phone.work(), 1);
    await world.settle();
    world.now += DAY;
    await world.coordinator.tick();
    // three units are done; none has three further behind it
    expect(await balancesOf(world, phone)).toEqual([3 * PRICE, 0]);
    for (let i = 0; i < 2; i++) await phone.exchange(phone.work(), 1);
    await world.settle();
    world.now += DAY;
    await world.coordinator.tick();
    expect(await balancesOf(world, phone)).toEqual([3 * PRICE, 2 * PRICE]);
    await expectBooksRight(world);
  });

  test('money is reserved in slabs before work is leased, and paid dispatch stops when the budget is used up', async () => {
    const world = await openWorld({ policy: { phaseBudgetMicros: micros(PRICE * 5), slabUnits: 2 } });
    await fileJob(world, 'k', 8);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    expect(await world.store.balance('reserved')).toBe(2 * PRICE);
    const statuses: string[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await phone.exchange(phone.work(), 4)).status);
    expect(statuses).toEqual(['ok', 'budget_spent', 'budget_spent', 'budget_spent']);
    expect(await balancesOf(world, phone)).toEqual([5 * PRICE, 0]);
    expect(await world.store.balance('budget')).toBe(0);
    expect(await world.store.balance('reserved')).toBe(0);
    expect((await world.coordinator.mainframe([], 9)).length).toBe(3); // the mainframe works on, unpaid
    await world.settle();
    await expectBooksRight(world);
  });

  test('work at full speed is checked and worth nothing, unless this server says otherwise', async () => {
    for (const creditsBenchDuty of [false, true]) {
      const world = await openWorld({ policy: { creditsBenchDuty } });
      const id = await fileJob(world, 'k', 1);
      const phone = await Phone.enrol(world);
      phone.duty = 10_000;
      await phone.exchange([], 1);
      expect((await phone.exchange(phone.work(), 0)).outcomes).toEqual(['accepted']);
      await world.settle();
      expect(await stateOf(world, id)).toBe('answered');
      expect(await balancesOf(world, phone)).toEqual([creditsBenchDuty ? PRICE : 0, 0]);
      await expectBooksRight(world);
    }
  });

  test('a late result that no money is left for is refused without blame', async () => {
    const world = await openWorld({ policy: { phaseBudgetMicros: micros(PRICE), slabUnits: 1 } });
    await fileJob(world, 'k', 2);
    const [late, quick] = [await Phone.enrol(world), await Phone.enrol(world)];
    await late.exchange([], 1);
    const work = late.work();
    world.now += HOUR;
    await world.coordinator.tick();
    await quick.exchange([], 1);
    expect((await late.exchange(work, 0)).outcomes).toEqual(['too_late']);
    expect((await quick.exchange(quick.work(), 0)).outcomes).toEqual(['accepted']);
    await expectBooksRight(world);
  });
});

describe('requests', () => {
  test('one key is one job; another request under the same key is refused', async () => {
    const world = await openWorld();
    const id = await fileJob(world, 'key');
    expect(await fileJob(world, 'key')).toBe(id);
    expect(await submitTiny(world, OPERATOR, 'key', 5)).toEqual({ ok: false, error: 'idempotency_key_reused' });
  });

  test('a driver has fifty pool units a day, and again tomorrow', async () => {
    const world = await openWorld();
    const { accountId } = await Phone.enrol(world);
    for (let i = 0; i < 12; i++) expect((await submitTiny(world, accountId, `k${i}`)).ok).toBe(true);
    expect(await submitTiny(world, accountId, 'more')).toEqual({ ok: false, error: 'quota_exceeded' });
    world.now += DAY;
    expect((await submitTiny(world, accountId, 'more')).ok).toBe(true);
  });

  test('too many running jobs of one account are refused', async () => {
    const world = await openWorld({ policy: { limits: { ...POLICY.limits, runningJobs: 2 } } });
    await fileJob(world, 'a');
    await fileJob(world, 'b');
    expect(await submitTiny(world, OPERATOR, 'c')).toEqual({ ok: false, error: 'too_many_running' });
  });
});

describe('people', () => {
  const hash = (n: number): Uint8Array => new Uint8Array(32).fill(n);

  test('an invite lets one person in, once, in its role, until it runs out', async () => {
    const world = await openWorld();
    await world.coordinator.createInvite({ codeHash: hash(1), role: 'tester', expiresAt: START + HOUR });
    await world.coordinator.createInvite({ codeHash: hash(2), role: 'driver', expiresAt: START + HOUR });
    expect(await world.coordinator.join(hash(3), 'Nobody')).toEqual({ ok: false, error: 'invite_unknown' });
    expect(await world.coordinator.join(hash(1), 'Tess')).toMatchObject({
      ok: true,
      value: { name: 'Tess', role: 'tester' },
    });
    expect(await world.coordinator.join(hash(1), 'Again')).toEqual({ ok: false, error: 'invite_used' });
    world.now += HOUR;
    expect(await world.coordinator.join(hash(2), 'Late')).toEqual({ ok: false, error: 'invite_unknown' });
  });

  test('a device computes only while its driver has opted in to this version; out frees what it holds, keeps what it did', async () => {
    const world = await openWorld();
    await fileJob(world);
    const phone = await Phone.enrol(world);
    const consent = (isGranted: boolean, version = 1) =>
      world.coordinator.consent({ accountId: phone.accountId, deviceId: phone.id, isGranted, version });
    await phone.exchange([], 1);
    await phone.exchange(phone.work(), 4);
    expect(world.coordinator.waitingUnits()).toBe(0);
    const held = phone.work();
    expect(await consent(false)).toMatchObject({ ok: true, value: { consentVersion: 0 } });
    expect(world.coordinator.waitingUnits()).toBe(3);
    // what was done before is taken and paid; nothing new is lent
    expect(await phone.exchange(held.slice(0, 1), 4)).toMatchObject({
      outcomes: expect.arrayContaining(['accepted']),
      status: 'not_opted_in',
    });
    expect(await consent(true, 2)).toEqual({ ok: false, error: 'consent_outdated' });
    expect(await consent(true)).toMatchObject({ ok: true });
    expect(await world.store.lastConsent(phone.id)).toMatchObject({ isGranted: true, version: 1 });
    await world.settle();
    await expectBooksRight(world);
  });

  test("another account's device is as good as none", async () => {
    const world = await openWorld();
    const [mine, other] = [await Phone.enrol(world), await Phone.enrol(world)];
    const taken = { accountId: mine.accountId, deviceId: other.id, isGranted: false, version: 1 };
    expect(await world.coordinator.consent(taken)).toEqual({ ok: false, error: 'unknown_device' });
  });
});

describe('faults', () => {
  test('a clock set back an hour changes nothing that was promised', async () => {
    const world = await openWorld();
    const id = await fileJob(world);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    world.now -= HOUR;
    await workThrough(world, [phone]);
    expect(await stateOf(world, id)).toBe('answered');
    expect(await balancesOf(world, phone)).toEqual([4 * PRICE, 0]);
    await expectBooksRight(world);
  });

  test.each(['not stored', 'stored but reported failed'] as const)(
    'every commit fails once, %s: nothing is lost or doubled',
    async (how) => {
      let failed = false;
      const failing = (store: Store): Store =>
        wrapStore(store, {
          commit: async (writes) => {
            failed = !failed;
            if (failed && how === 'stored but reported failed') await store.commit(writes);
            if (failed) throw new StoreError('store_unavailable', 'the line to the disk broke');
            await store.commit(writes);
          },
        });
      const world = await openWorld({ around: failing });
      const id = await fileJob(world);
      const phone = await Phone.enrol(world);
      await workThrough(world, [phone]);
      expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(4) });
      expect(await balancesOf(world, phone)).toEqual([4 * PRICE, 0]);
      expect((await world.store.jobsOf(OPERATOR, 9)).length).toBe(1);
      await expectBooksRight(world);
    },
  );

  test('a bug in one exchange of a batch refuses that one with an incident; the others go on', async () => {
    const world = await openWorld();
    await fileJob(world, 'k', 8);
    const phones = await Promise.all([1, 2, 3].map(() => Phone.enrol(world)));
    const poison = { deviceId: phones[1]!.id, seq: 1, groups: undefined, want: 1 } as never;
    const [a, b, c] = await Promise.allSettled([
      phones[0]!.exchange([], 1),
      world.coordinator.exchange(poison),
      phones[2]!.exchange([], 1),
    ]);
    expect(a.status).toBe('fulfilled');
    expect(c.status).toBe('fulfilled');
    expect(b).toMatchObject({ status: 'rejected', reason: expect.any(Incident) });
    expect(world.incidents).toHaveLength(1);
    // its tries left no lease behind: two units are out, six wait
    expect(world.coordinator.waitingUnits()).toBe(6);
  });

  test('after a restart phones that come back keep their leases, for the others the slots wait a moment', async () => {
    const leases = { ...POLICY.leases, relinkGraceMs: 5000 };
    const world = await openWorld({ policy: { leases } });
    const id = await fileJob(world, 'k', 1);
    const [held, idle] = [await Phone.enrol(world), await Phone.enrol(world)];
    await held.exchange([], 1);
    await world.restart();
    expect((await idle.exchange([], 1)).status).toBe('nothing_to_do'); // within the grace
    expect(
      await world.coordinator.link({ deviceId: held.id, zoneMinutes: 0, held: held.held, awaiting: 0 }),
    ).toMatchObject({
      ok: true,
      value: { lastSeq: 1 },
    });
    expect(world.coordinator.waitingUnits()).toBe(0);
    world.now += 10_000;
    expect((await idle.exchange([], 1)).status).toBe('nothing_to_do'); // the phone that came back holds it
    expect((await held.exchange(held.work(), 0)).outcomes).toEqual(['accepted']);
    await world.settle();
    expect(await stateOf(world, id)).toBe('answered');
    await expectBooksRight(world);
  });

  test('just after a start new jobs go out at once: only leases of before are waited for', async () => {
    const world = await openWorld({ policy: { leases: { ...POLICY.leases, relinkGraceMs: 5000 } } });
    await fileJob(world, 'k', 8);
    const phone = await Phone.enrol(world);
    expect((await phone.exchange([], 1)).status).toBe('ok');
    expect((await phone.exchange(phone.work(), 4)).status).toBe('ok');
  });

  test('a phone that comes back without its leases (page killed) frees them', async () => {
    const world = await openWorld();
    await fileJob(world, 'k', 1);
    const [killed, idle] = [await Phone.enrol(world), await Phone.enrol(world)];
    await killed.exchange([], 1);
    expect((await idle.exchange([], 1)).status).toBe('nothing_to_do');
    await world.coordinator.link({ deviceId: killed.id, zoneMinutes: 0, held: [], awaiting: 0 });
    expect((await idle.exchange([], 1)).status).toBe('ok');
  });

  test('leases in a reply that never arrived are kept for the phone that waits for it', async () => {
    const world = await openWorld();
    await fileJob(world, 'k', 1);
    const [phone, idle] = [await Phone.enrol(world), await Phone.enrol(world)];
    await phone.exchange([], 1); // stored; say the reply was lost
    await world.coordinator.link({ deviceId: phone.id, zoneMinutes: 0, held: [], awaiting: 1 });
    expect((await idle.exchange([], 1)).status).toBe('nothing_to_do');
    await phone.exchange([], 1, 1);
    expect((await phone.exchange(phone.work(), 0)).outcomes).toEqual(['accepted']);
  });

  test("a job's inputs go only to devices that hold a lease of it", async () => {
    const world = await openWorld();
    const id = await fileJob(world, 'k', 1);
    const [phone, idle] = [await Phone.enrol(world), await Phone.enrol(world)];
    await phone.exchange([], 1);
    expect(world.coordinator.inputFor(phone.id, id, 1)).toMatchObject({ jobId: id, kind: 'tiny' });
    expect(world.coordinator.inputFor(idle.id, id, 1)).toBeUndefined();
    expect(world.coordinator.inputFor(phone.id, id, 2)).toBeUndefined();
  });

  test('a job of another kernel than the server now runs fails, and convicts nobody', async () => {
    const world = await openWorld();
    const id = await fileJob(world, 'k', 8);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    await phone.exchange(phone.work(), 4);
    const held = phone.work();
    world.kernelHash = new Uint8Array(32);
    await world.restart();
    expect(await stateOf(world, id)).toBe('failed');
    expect((await phone.exchange(held, 0)).outcomes).toEqual(['too_late', 'too_late', 'too_late', 'too_late']);
    expect(await balancesOf(world, phone)).toEqual([PRICE, 0]);
    expect(world.delivered.map(({ topic }) => topic)).toEqual(['job_failed']);
    await expectBooksRight(world);
  });

  test('an audit asked for before a crash is asked for again after it', async () => {
    const world = await openWorld();
    const id = await fileJob(world, 'k', 1);
    const phone = await Phone.enrol(world);
    const rerun = world.ports.audit.rerun;
    world.ports.audit.rerun = () => new Promise(() => undefined); // the threads hang
    await phone.exchange([], 1);
    await phone.exchange(phone.work(), 0);
    await world.coordinator.settled();
    expect(await stateOf(world, id)).toBe('running');
    world.ports.audit.rerun = rerun;
    await world.restart();
    await world.settle();
    expect(await stateOf(world, id)).toBe('answered');
    await expectBooksRight(world);
  });

  test('an audit whose thread died is asked for again at the next tick', async () => {
    const world = await openWorld();
    const id = await fileJob(world, 'k', 1);
    const phone = await Phone.enrol(world);
    const rerun = world.ports.audit.rerun;
    world.ports.audit.rerun = () => Promise.reject(new Error('the thread died'));
    await phone.exchange([], 1);
    await phone.exchange(phone.work(), 0);
    await world.settle();
    expect(world.incidents).toHaveLength(1);
    world.ports.audit.rerun = rerun;
    await world.coordinator.tick();
    await world.settle();
    expect(await stateOf(world, id)).toBe('answered');
  });

  test('what was reserved before a restart is not lent again until the longest lease of before has ended', async () => {
    const world = await openWorld({ policy: { slabUnits: 2 } });
    await fileJob(world, 'k', 8);
    const phone = await Phone.enrol(world);
    await phone.exchange([], 1);
    expect(await world.store.balance('reserved')).toBe(2 * PRICE);
    await world.restart();
    const other = await Phone.enrol(world);
    await other.exchange([], 1);
    expect(await world.store.balance('reserved')).toBe(4 * PRICE); // a new slab: the old one may still be owed
    world.now += 31 * MINUTE;
    await world.coordinator.tick();
    await (await Phone.enrol(world)).exchange([], 1);
    await (await Phone.enrol(world)).exchange([], 1);
    expect(await world.store.balance('reserved')).toBe(4 * PRICE);
  });
});
