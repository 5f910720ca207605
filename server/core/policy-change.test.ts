import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { AccountId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import {
  isWithinBounds,
  SETTABLE,
  SETTABLE_FIELDS,
  settingsOf,
  type PolicySettings,
} from '../../shared/model/policy-change.ts';
import { changeRole } from '../testing/change-role.ts';
import { openWorld, type World } from '../testing/world.ts';
import { OPERATOR } from './found.ts';
import { PROPOSAL_MS } from './two-people.ts';

const admins = async (world: World): Promise<readonly AccountId[]> => [
  OPERATOR,
  (await world.coordinator.openAccount('Bo', 'admin')).id,
];

const change = (world: World, by: AccountId, changes: PolicySettings) =>
  world.coordinator.changePolicy({ by, changes, reason: 'because' });

const actions = async ({ store }: World): Promise<readonly string[]> =>
  (await store.waitingAuditEvents(100)).map(({ action, actorId }) => `${action} ${actorId}`);

describe('a change that moves no money', () => {
  test('holds at once, is a version of its own, and outlasts a crash', async () => {
    const world = await openWorld();
    const [ana = OPERATOR] = await admins(world);
    const made = await change(world, ana, { runningJobs: 3 });
    expect(made).toMatchObject({ ok: true, value: { state: 'approved', version: 2, decidedBy: ana } });
    await change(world, ana, { unitsADay: 100 });
    expect(world.coordinator.policy).toMatchObject({
      version: 3,
      limits: { runningJobs: 3 },
      throttle: { unitsADay: 100 },
    });
    expect(world.coordinator.wireVersion).toBe(3);
    await world.restart();
    expect(world.coordinator.policy).toMatchObject({
      version: 3,
      limits: { runningJobs: 3 },
      throttle: { unitsADay: 100 },
    });
    await world.coordinator.setProgramme({ isOn: false, targetPercent: 1, reason: 'to see' });
    expect(world.coordinator.wireVersion).toBe(4);
  });

  test('is undone by the values of before, as a version more', async () => {
    const world = await openWorld();
    const before = settingsOf(world.coordinator.policy);
    await change(world, OPERATOR, { runningJobs: 3 });
    await change(world, OPERATOR, { runningJobs: before.runningJobs });
    expect(settingsOf(world.coordinator.policy)).toEqual(before);
    expect(world.coordinator.policy.version).toBe(3);
    expect((await world.store.policyChanges()).map(({ settings }) => settings.runningJobs)).toEqual([
      3,
      before.runningJobs,
    ]);
  });
});

describe('price and budget take two people:', () => {
  test('proposed by one, approved by another; then jobs are planned at the new price, and the books balance', async () => {
    const world = await openWorld();
    const [ana = OPERATOR, bo = OPERATOR] = await admins(world);
    const asked = await change(world, ana, { priceMicros: 20_000, phaseBudgetMicros: 4_000_000_000, runningJobs: 9 });
    const { id } = must(asked.ok ? asked.value : undefined, 'a proposal');
    expect(world.coordinator.policy).toMatchObject({ version: 1, priceMicros: POLICY.priceMicros });
    await world.restart(); // a proposal is a row
    expect(await world.coordinator.decidePolicy({ by: ana, changeId: id, isApproved: true })).toEqual({
      ok: false,
      error: 'needs_another_admin',
    });
    expect(await world.coordinator.decidePolicy({ by: bo, changeId: id, isApproved: true })).toMatchObject({
      ok: true,
      value: { state: 'approved', version: 2, authorId: ana, decidedBy: bo },
    });
    expect(world.coordinator.policy).toMatchObject({ version: 2, priceMicros: 20_000, limits: { runningJobs: 9 } });
    expect(await world.store.balance('budget')).toBe(4_000_000_000);
    expect(await world.store.verifyLedger()).toMatchObject({ balancesMatch: true, entriesSumMicros: 0 });
    expect(await world.coordinator.decidePolicy({ by: bo, changeId: id, isApproved: false })).toMatchObject({
      error: 'no_such_proposal',
    });
    expect(await actions(world)).toEqual([
      'account_opened null',
      `policy_change_proposed ${ana}`,
      `policy_changed ${bo}`,
    ]);
  });

  test('a proposal of somebody who is no admin any more cannot be approved, only rejected', async () => {
    const world = await openWorld();
    const [ana = OPERATOR, bo = OPERATOR] = await admins(world);
    const asked = await change(world, ana, { priceMicros: 20_000 });
    const { id } = must(asked.ok ? asked.value : undefined, 'a proposal');
    await changeRole(world, ana, 'driver', bo);
    expect(await world.coordinator.decidePolicy({ by: bo, changeId: id, isApproved: true })).toEqual({
      ok: false,
      error: 'no_such_proposal',
    });
    expect(world.coordinator.policy.priceMicros).toBe(POLICY.priceMicros);
    expect(await world.coordinator.decidePolicy({ by: bo, changeId: id, isApproved: false })).toMatchObject({
      ok: true,
      value: { state: 'rejected' },
    });
  });

  test('more budget is granted by a transfer, and less than is left cannot be taken', async () => {
    const world = await openWorld();
    const [ana = OPERATOR, bo = OPERATOR] = await admins(world);
    const decide = async (phaseBudgetMicros: number) => {
      const asked = await change(world, ana, { phaseBudgetMicros });
      return world.coordinator.decidePolicy({ by: bo, changeId: asked.ok ? asked.value.id : 0, isApproved: true });
    };
    expect(await decide(POLICY.phaseBudgetMicros + 7)).toMatchObject({ ok: true });
    expect(await world.store.balance('budget')).toBe(POLICY.phaseBudgetMicros + 7);
    await world.store.commit({
      ...(await import('../store/conformance/samples.ts')).NOTHING,
      transfers: [
        {
          id: 1_000,
          kind: 'slab',
          cause: 'slab:1000',
          at: world.now,
          entries: [
            { account: 'budget', micros: -10 as never },
            { account: 'reserved', micros: 10 as never },
          ],
        },
      ],
    });
    await world.restart();
    expect(await decide(5)).toEqual({ ok: false, error: 'budget_in_use' });
    expect(world.coordinator.policy.phaseBudgetMicros).toBe(POLICY.phaseBudgetMicros + 7);
  });

  test('rejected by anybody, its author too; over by itself after a day; no more than twenty wait', async () => {
    const world = await openWorld();
    const [ana = OPERATOR, bo = OPERATOR] = await admins(world);
    const propose = async (priceMicros: number): Promise<number> => {
      const asked = await change(world, ana, { priceMicros });
      return must(asked.ok ? asked.value.id : undefined, 'a proposal');
    };
    const first = await propose(1);
    expect(await world.coordinator.decidePolicy({ by: ana, changeId: first, isApproved: false })).toMatchObject({
      ok: true,
      value: { state: 'rejected', decidedBy: ana },
    });
    const second = await propose(2);
    world.now += PROPOSAL_MS;
    expect(await world.coordinator.decidePolicy({ by: bo, changeId: second, isApproved: true })).toMatchObject({
      error: 'no_such_proposal',
    });
    await world.coordinator.tick();
    const third = await propose(3);
    expect((await world.store.policyChanges()).map(({ state }) => state)).toEqual(['rejected', 'expired', 'proposed']);
    for (let i = 1; i < 20; i++) await propose(i);
    expect(await change(world, ana, { priceMicros: 9 })).toEqual({ ok: false, error: 'too_many_proposals' });
    expect(world.coordinator.policy.priceMicros).toBe(POLICY.priceMicros);
    expect(await world.coordinator.decidePolicy({ by: bo, changeId: third, isApproved: true })).toMatchObject({
      ok: true,
    });
  });
});

test('only admins; only numbers there are, whole and within bounds', async () => {
  const world = await openWorld();
  const { id } = await world.coordinator.openAccount('Dee', 'driver');
  expect(await change(world, id, { runningJobs: 3 })).toEqual({ ok: false, error: 'not_admin' });
  expect(await world.coordinator.decidePolicy({ by: id, changeId: 1, isApproved: true })).toMatchObject({
    error: 'not_admin',
  });
  for (const changes of [
    {},
    { runningJobs: 1.5 },
    { runningJobs: -1 },
    { bytesADay: 500_001 },
    { leastCores: 1 },
    { runningJobs: NaN },
  ]) {
    expect(await change(world, OPERATOR, changes as PolicySettings)).toEqual({ ok: false, error: 'out_of_bounds' });
  }
  for (const field of SETTABLE_FIELDS) {
    const { least, most } = SETTABLE[field];
    expect([least, most, least - 1, most + 1].map((value) => isWithinBounds({ [field]: value }))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(isWithinBounds({ [field]: settingsOf(POLICY)[field] }), field).toBe(true);
  }
  expect(world.coordinator.policy.version).toBe(1);
});
