import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { POLICY, type AuditPolicy } from '../../shared/model/policy.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import {
  answerOf,
  balancesOf,
  deviceOf,
  expectBooksRight,
  fileJob,
  ONLY_SUSPECTS,
  passDays,
  rowsOf,
  secondPhone,
  smallestColumnSum,
  stateOf,
  TOO_FAST,
  workThrough,
  workUnits,
} from '../testing/tiny-jobs.ts';
import { openWorld, Phone, type World, type WorldOptions } from '../testing/world.ts';
import { wrapStore } from '../testing/wrap-store.ts';

const PRICE = POLICY.priceMicros;

const openReplicated = (options: WorldOptions = {}): Promise<World> =>
  openWorld({ ...options, policy: { replicas: { tiny: 2 }, ...options.policy } });

const gatesOf = async (world: World, phone: Phone): Promise<string[][]> =>
  (await rowsOf(world, phone)).map(({ state, audit }) => [state, audit]);

describe('a replicated job', () => {
  test('is done by two accounts, each once; nothing is audited but the winner; all are paid', async () => {
    const world = await openReplicated();
    const id = await fileJob(world, 'k', 2);
    const [a, b] = [await Phone.enrol(world), await Phone.enrol(world)];
    await workUnits(world, a, 2);
    expect((await a.exchange([], 1)).status).toBe('nothing_to_do');
    expect(world.coordinator.holds(a.id)).toBe(0);
    expect(world.coordinator.waitingUnits()).toBe(2);
    const mate = await secondPhone(world, a);
    expect((await mate.exchange([], 1)).status).toBe('nothing_to_do');
    expect(await world.coordinator.mainframe([], 4)).toEqual([]);
    await workUnits(world, b, 2);
    expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(2) });
    for (const phone of [a, b]) {
      expect(await gatesOf(world, phone)).toEqual([
        ['pending', 'passed'],
        ['pending', 'passed'],
      ]);
      expect(await balancesOf(world, phone)).toEqual([2 * PRICE, 0]);
    }
    expect(world.reruns.map(({ chunks, build }) => [chunks.length, build])).toEqual([[1, 'first']]);
    await expectBooksRight(world);
  });

  test('is paid by time like any other, and still not audited', async () => {
    const world = await openReplicated({ policy: { probationTasks: 5 } });
    await fileJob(world, 'k', 2);
    const phones = [await Phone.enrol(world), await Phone.enrol(world)];
    await workThrough(world, phones);
    await passDays(world, 10);
    for (const phone of phones) expect(await balancesOf(world, phone)).toEqual([0, 2 * PRICE]);
    expect(world.reruns).toHaveLength(1);
    await expectBooksRight(world);
  });

  test('whose votes differ asks a third account; who stands alone is not paid, and not convicted', async () => {
    const world = await openReplicated();
    const id = await fileJob(world, 'k', 2);
    const [a, wrong, c] = [await Phone.enrol(world), await Phone.enrol(world), await Phone.enrol(world)];
    await workUnits(world, a, 2);
    await workUnits(world, wrong, 1);
    await workUnits(world, wrong, 1, 1);
    expect(await stateOf(world, id)).toBe('running');
    expect(world.coordinator.waitingUnits()).toBe(1);
    await workUnits(world, c, 1);
    expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(2) });
    expect(await gatesOf(world, wrong)).toEqual([
      ['pending', 'passed'],
      ['void', 'failed'],
    ]);
    expect((await rowsOf(world, wrong))[1]).toMatchObject({ voidedBy: 0 });
    expect(await world.store.evidenceOf(wrong.id)).toEqual([]);
    expect(await deviceOf(world, wrong)).toMatchObject({ convictions: 0, status: 'active' });
    expect(await balancesOf(world, wrong)).toEqual([PRICE, 0]);
    expect(await balancesOf(world, c)).toEqual([PRICE, 0]);
    await expectBooksRight(world);
  });

  test('keeps its votes over restarts', async () => {
    const world = await openReplicated();
    const id = await fileJob(world, 'k', 2);
    const [a, b] = [await Phone.enrol(world), await Phone.enrol(world)];
    await workUnits(world, a, 2);
    await world.restart();
    expect(world.coordinator.waitingUnits()).toBe(2);
    expect((await a.exchange([], 1)).status).toBe('nothing_to_do');
    await workUnits(world, b, 1);
    await world.restart();
    await workUnits(world, b, 1);
    expect(await stateOf(world, id)).toBe('answered');
    for (const phone of [a, b]) expect(await balancesOf(world, phone)).toEqual([2 * PRICE, 0]);
    await expectBooksRight(world);
  });

  test('takes one vote of an account, however often its lease ended', async () => {
    const world = await openReplicated();
    const id = await fileJob(world, 'k', 1);
    const a = await Phone.enrol(world);
    await a.exchange([], 1);
    const first = a.work();
    world.now += HOUR;
    await world.coordinator.tick();
    await a.exchange([], 1);
    const second = a.work();
    expect((await a.exchange(first, 0)).outcomes).toEqual(['accepted']);
    expect((await a.exchange(second, 0)).outcomes).toEqual(['slot_taken']);
    await world.settle();
    expect(await stateOf(world, id)).toBe('running');
    expect(await balancesOf(world, a)).toEqual([PRICE, 0]);
    await expectBooksRight(world);
  });

  test('pays a third vote that comes while the first two are found to agree', async () => {
    let meanwhile: (() => void) | undefined;
    const world = await openReplicated({
      around: (store) =>
        wrapStore(store, {
          commit: async (writes) => {
            meanwhile?.();
            meanwhile = undefined;
            await store.commit(writes);
          },
        }),
    });
    await fileJob(world, 'k', 1);
    const [a, b, c] = [await Phone.enrol(world), await Phone.enrol(world), await Phone.enrol(world)];
    await a.exchange([], 1);
    await b.exchange([], 1);
    world.now += MINUTE; // both are late: a third copy goes out
    await c.exchange([], 1);
    await a.exchange(a.work(), 0);
    const late = c.work();
    let third: Promise<unknown> | undefined;
    meanwhile = () => (third = c.exchange(late, 0));
    await b.exchange(b.work(), 0);
    expect(await third).toMatchObject({ outcomes: ['accepted'] });
    await world.settle();
    for (const phone of [a, b, c]) expect(await gatesOf(world, phone)).toEqual([['pending', 'passed']]);
    await expectBooksRight(world);
  });

  test('that two plant the same best score in is found out by the winner, and voted on anew', async () => {
    const world = await openReplicated();
    const id = await fileJob(world, 'k', 1);
    const [a, b] = [await Phone.enrol(world), await Phone.enrol(world)];
    const { audit } = world.ports;
    const rerun = audit.rerun.bind(audit);
    // A loop would never end: after so many re-runs no more come back.
    audit.rerun = (request) => (world.reruns.length < 50 ? rerun(request) : new Promise(() => undefined));
    for (const phone of [a, b]) await phone.exchange([], 1);
    const planted = must(a.work(0, { plants: true })[0]?.results[0], 'a result').output;
    for (const phone of [a, b]) {
      const same = phone.work().map((group) => ({
        ...group,
        results: group.results.map((result) => ({ ...result, output: planted })),
      }));
      await phone.exchange(same, 0);
    }
    await world.settle();
    expect(world.reruns.length).toBeLessThan(10);
    expect(await stateOf(world, id)).toBe('running');
    expect(await world.store.evidenceOf(a.id)).toHaveLength(1);
    for (const phone of [a, b]) {
      expect(await gatesOf(world, phone)).toEqual([['void', 'failed']]);
      expect(await balancesOf(world, phone)).toEqual([0, 0]);
    }
    const honest = [await Phone.enrol(world), await Phone.enrol(world)];
    await workThrough(world, honest);
    expect(await answerOf(world, id)).toMatchObject({ sum: smallestColumnSum(1) });
    for (const phone of honest) expect(await balancesOf(world, phone)).toEqual([PRICE, 0]);
    await expectBooksRight(world);
  });
});

describe('who is convicted elsewhere after a replicated job', () => {
  /** Both have voted on the one task of a job that is answered; then one of them lies in another job. */
  async function convictedVoter(
    which: 0 | 1,
    changes: Partial<AuditPolicy> = {},
  ): Promise<{ world: World; phones: readonly Phone[]; voter: Phone }> {
    let kinds: Record<string, number> = { tiny: 2 };
    const replicas = new Proxy({} as Record<string, number>, { get: (_target, kind) => kinds[String(kind)] });
    const world = await openWorld({ policy: { audit: { ...ONLY_SUSPECTS, ...changes }, replicas } });
    await fileJob(world, 'two', 1);
    const phones = [await Phone.enrol(world), await Phone.enrol(world)];
    for (const phone of phones) await workUnits(world, phone, 1);
    kinds = {};
    await passDays(world, 1);
    await fileJob(world, 'one', 2);
    const voter = must(phones[which], 'a voter');
    await workUnits(world, voter, 1, 1, { aim: 'unseen', ...TOO_FAST });
    expect(await world.store.evidenceOf(voter.id)).toHaveLength(1);
    return { world, phones, voter };
  }

  test('and only said the same as the first is not paid, and nothing is done again', async () => {
    const { world, phones, voter } = await convictedVoter(1);
    expect((await rowsOf(world, voter)).map(({ state }) => state)).toEqual(['void', 'void']);
    const first = must(phones[0], 'the first');
    expect(await world.store.correctionsDue(9)).toEqual([]);
    expect(await balancesOf(world, first)).toEqual([PRICE, 0]);
    await expectBooksRight(world);
  });

  test('and whose vote is the result has it done again, by two', async () => {
    const { world, voter } = await convictedVoter(0);
    const [id] = await world.store.correctionsDue(9);
    await world.coordinator.tick();
    const [c, d] = [await Phone.enrol(world), await Phone.enrol(world)];
    expect(await stateOf(world, must(id, 'a job'))).toBe('correcting');
    await workThrough(world, [c]);
    expect(await stateOf(world, must(id, 'a job'))).toBe('correcting');
    await workThrough(world, [d]);
    expect(await stateOf(world, must(id, 'a job'))).toBe('answered');
    expect(await balancesOf(world, voter)).toEqual([0, 0]);
    await expectBooksRight(world);
  });

  test('and is treated leniently has nothing of it looked into: there is nothing to re-run', async () => {
    const { world, voter } = await convictedVoter(1, { lenientTasks: 0 });
    expect((await rowsOf(world, voter)).map(({ state, wholeDue }) => [state, wholeDue])).toEqual([
      ['pending', 0],
      ['void', 1],
    ]);
    await passDays(world, 10);
    expect(await balancesOf(world, voter)).toEqual([0, PRICE]);
    await expectBooksRight(world);
  });
});
