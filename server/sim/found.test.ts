import { expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { pendingOf } from '../../shared/model/ledger.ts';
import { micros } from '../../shared/money.ts';
import { MINUTE } from '../../shared/time.ts';
import { readSetOf } from '../core/read-set.ts';
import { openWorld, Phone, submitTiny } from '../testing/world.ts';
import { wrapStore } from '../testing/wrap-store.ts';

/**
 * What the simulator's seeds found, each once more as the shortest story that shows it: a seed tells it only for as long
 * as the world around it stays what it was.
 */

const leases = { ...POLICY.leases, relinkGraceMs: 0, first: 4 };

test('a verdict and the next result for its slot in one batch leave the slot to the next', async () => {
  const world = await openWorld({ policy: { leases: { ...leases, stragglerTimes: 0 } } });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  const [liar, honest] = [await Phone.enrol(world, 'Liar'), await Phone.enrol(world, 'Honest')];
  await submitTiny(world, asker.id, 'k', 1);
  await liar.exchange([], 1);
  world.now += MINUTE;
  await honest.exchange([], 1); // the second copy
  const { rerun } = world.ports.audit;
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  world.ports.audit.rerun = async (request) => {
    await gate;
    return rerun(request);
  };
  await liar.exchange(liar.work(64), 0);
  for (let i = 0; i < 20; i++) await Promise.resolve(); // the audit is asked for
  release();
  for (let i = 0; i < 20; i++) await Promise.resolve(); // its verdict is queued
  const reply = await honest.exchange(honest.work(), 0);
  expect(reply.outcomes).toEqual(['accepted']);
  await world.settle();
  const [row] = await world.store.pendingOf(honest.id);
  expect(row?.audit).toBe('passed');
  expect(await world.store.balance(pendingOf(honest.accountId))).toBe(POLICY.priceMicros);
  expect(world.incidents).toEqual([]);
});

test('results for two blocks in one exchange both count all of its units', async () => {
  const world = await openWorld({ policy: { leases } });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  const phone = await Phone.enrol(world);
  await submitTiny(world, asker.id, 'one', 1);
  await submitTiny(world, asker.id, 'two', 1);
  await phone.exchange([], 2);
  await phone.exchange(phone.work(), 0);
  const rows = await world.store.pendingOf(phone.id);
  expect(rows.map(({ taskNo }) => taskNo)).toEqual([2, 2]);
});

test('a late result is not paid with the money of a group before it in the same exchange', async () => {
  const policy = { leases, phaseBudgetMicros: micros(2 * POLICY.priceMicros), slabUnits: 1 };
  const world = await openWorld({ policy });
  const [late, other] = [await Phone.enrol(world, 'Late'), await Phone.enrol(world, 'Other')];
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  await submitTiny(world, asker.id, 'one', 1);
  await submitTiny(world, other.accountId, 'two, never leased to the other', 1);
  await late.exchange([], 2);
  const [, expired] = late.work();
  world.now += leases.mostMs + MINUTE;
  await world.coordinator.tick();
  await late.exchange([], 1); // the first slot again
  await submitTiny(world, asker.id, 'three', 1);
  await other.exchange([], 1); // and with it all the money is promised
  const reply = await late.exchange([...late.work(), must(expired, 'the second slot')], 0);
  expect(reply.outcomes).toEqual(['accepted', 'too_late']);
  expect((await other.exchange(other.work(), 0)).outcomes).toEqual(['accepted']);
  expect(world.incidents).toEqual([]);
});

test('a verdict that was stored and reported as failed ends one task of probation, not two', async () => {
  let failsNext = false;
  const world = await openWorld({
    policy: { leases, probationTasks: 5 },
    around: (store) =>
      wrapStore(store, {
        async commit(writes) {
          await store.commit(writes);
          const isVerdict = writes.exchanges.some(({ wholeDone }) => wholeDone !== 0);
          if (!failsNext || !isVerdict) return;
          failsNext = false;
          throw new Error('the reply was lost');
        },
      }),
  });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  const phone = await Phone.enrol(world);
  await submitTiny(world, asker.id, 'k', 2);
  await phone.exchange([], 1);
  failsNext = true;
  await phone.exchange(phone.work(), 0);
  await world.settle();
  await world.coordinator.tick(); // whatever the lost reply left unasked
  await world.settle();
  expect(failsNext).toBe(false);
  const { devices } = await world.store.load({ ...readSetOf([]), devices: new Set([phone.id]) });
  expect(devices.get(phone.id)?.probationLeft).toBe(4);
});

test('a row that a conviction has voided is not voided again when its slot is voted on', async () => {
  const world = await openWorld({ policy: { leases, replicas: { tiny: 2 } } });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  const [cheat, one, two] = [
    await Phone.enrol(world, 'Cheat'),
    await Phone.enrol(world, 'One'),
    await Phone.enrol(world, 'Two'),
  ];
  const job = await submitTiny(world, asker.id, 'k', 2);
  await cheat.exchange([], 2);
  const [group] = cheat.work(1);
  const [lie, contradiction] = must(group, 'a group').results;
  const nonsense = Uint8Array.of(...must(contradiction, 'a second unit').output.subarray(0, 512), 9, 9, 9, 0);
  await cheat.exchange([{ ...must(group, 'a group'), results: [must(lie, 'a unit')] }], 0);
  await cheat.exchange(
    [{ ...must(group, 'a group'), results: [{ ...must(contradiction, 'a unit'), output: nonsense }] }],
    0,
  );
  for (const phone of [one, two]) {
    await phone.exchange([], 2);
    await phone.exchange(phone.work(), 0);
    await world.settle();
  }
  expect(world.incidents).toEqual([]);
  if (!job.ok) throw new Error(job.error);
  expect((await world.store.job(job.value.id))?.job.state.name).toBe('answered');
  expect(await world.store.balance(pendingOf(cheat.accountId))).toBe(0);
});

test('copies, which are never re-run, leave the budget for newcomers alone', async () => {
  const audit = { ...POLICY.audit, probationFloorPerHour: 1, probationShare: 0 };
  const world = await openWorld({ policy: { leases, audit, probationTasks: 5, replicas: { tiny: 2 } } });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  const phone = await Phone.enrol(world);
  await submitTiny(world, asker.id, 'k', 4);
  const { leases: granted } = await phone.exchange([], 4);
  expect(granted.flatMap((group) => group.leases)).toHaveLength(4);
});

test('a result that is sent again and again is finished once', async () => {
  const world = await openWorld({ policy: { leases } });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  const phone = await Phone.enrol(world);
  await submitTiny(world, asker.id, 'k', 1);
  await submitTiny(world, asker.id, 'keeps the round open', 2);
  await phone.exchange([], 2);
  const done = phone.work();
  for (let i = 0; i < 3; i++) await phone.exchange(done, 0);
  const { devices } = await world.store.load({ ...readSetOf([]), devices: new Set([phone.id]) });
  const device = must(devices.get(phone.id), 'the phone');
  expect(device.recentFinished).toBeLessThanOrEqual(device.recentLeased);
});
