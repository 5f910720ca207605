import { describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { AccountId } from '../../shared/ids.ts';
import { availableOf } from '../../shared/model/ledger.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { micros } from '../../shared/money.ts';
import { DAY, HOUR } from '../../shared/time.ts';
import { changeRole } from '../testing/change-role.ts';
import { openWorld, type World } from '../testing/world.ts';
import { wrapStore } from '../testing/wrap-store.ts';
import { Coordinator } from './coordinator.ts';
import { OPERATOR } from './found.ts';
import { PROPOSAL_MS } from './two-people.ts';

const USD = 1_000_000;

interface Cast {
  readonly world: World;
  readonly ada: AccountId;
  readonly ben: AccountId;
  readonly maria: AccountId;
  /** An adjustment by somebody, in dollars. */
  readonly adjust: (by: AccountId, dollars: number, to?: AccountId) => ReturnType<Coordinator['adjust']>;
  /** What it became, or why it was refused. */
  readonly outcome: (by: AccountId, dollars: number, to?: AccountId) => Promise<string>;
  readonly has: (account?: AccountId) => Promise<number>;
}

async function openCast(policy: Partial<typeof POLICY> = {}): Promise<Cast> {
  const world = await openWorld({ policy });
  const open = async (name: string, role: 'admin' | 'driver'): Promise<AccountId> =>
    (await world.coordinator.openAccount(name, role)).id;
  const [ada, ben, maria] = [await open('Ada', 'admin'), await open('Ben', 'admin'), await open('Maria', 'driver')];
  let keys = 0;
  const adjust: Cast['adjust'] = (by, dollars, to = maria) =>
    world.coordinator.adjust(by, {
      accountId: to,
      micros: dollars * USD,
      reason: 'A phone of ours was late',
      idempotencyKey: `k${++keys}`,
    });
  return {
    ...{ world, ada, ben, maria, adjust },
    async outcome(by, dollars, to) {
      const made = await adjust(by, dollars, to);
      return made.ok ? made.value.state : made.error;
    },
    has: async (account = maria) => ((await world.store.balance(availableOf(account))) ?? 0) / USD,
  };
}

const verdict = async (world: World, by: AccountId, adjustmentId: number, isApproved: boolean): Promise<string> => {
  const decided = await world.coordinator.decideAdjustment({ by, adjustmentId, isApproved });
  return decided.ok ? decided.value.state : decided.error;
};

const proposed = async (made: ReturnType<Coordinator['adjust']>): Promise<number> => {
  const answer = await made;
  expect(answer).toMatchObject({ ok: true, value: { state: 'proposed', decidedAt: undefined } });
  return must(answer.ok ? answer.value.id : undefined, 'a proposal');
};

const actions = async ({ store }: World): Promise<readonly string[]> =>
  (await store.waitingAuditEvents(100))
    .filter(({ action }) => action !== 'account_opened')
    .map(({ action, actorId }) => `${action} ${actorId}`);

describe('one admin alone', () => {
  test('gives up to $50 in a day to one account, however it is cut; what is more waits', async () => {
    const { world, ada, ben, maria, outcome, has } = await openCast();
    expect(await outcome(ada, 30)).toBe('done');
    expect(await outcome(ada, 20)).toBe('done');
    expect(await outcome(ada, 0.000001)).toBe('proposed');
    expect(await outcome(ada, -1), 'taking back makes no room').toBe('proposed');
    expect(await outcome(ben, 50), 'another admin is another person').toBe('done');
    expect(await has()).toBe(100);
    world.now += DAY - 1;
    expect(await outcome(ada, 1)).toBe('proposed');
    world.now += 1;
    expect(await outcome(ada, 50)).toBe('done');
    expect(await outcome(ada, 50.000001, ben)).toBe('proposed');
    expect(await has()).toBe(150);
    expect(await world.store.verifyLedger()).toMatchObject({ balancesMatch: true, entriesSumMicros: 0 });
    const causes = world.store.database.prepare(`SELECT cause FROM transfer WHERE kind = 'adjust' ORDER BY id`).all();
    expect(causes).toEqual([1, 2, 5, 7].map((id) => ({ cause: `adjust:${id}` })));
    expect(maria).not.toBe(ada);
  });

  test('gives no more than $200 in a day to all accounts together', async () => {
    const { world, ada, outcome } = await openCast();
    const friends: AccountId[] = [];
    for (let i = 0; i < 5; i++) friends.push((await world.coordinator.openAccount(`Friend ${i}`, 'driver')).id);
    const outcomes: string[] = [];
    for (const friend of friends) outcomes.push(await outcome(ada, 50, friend));
    expect(outcomes).toEqual(['done', 'done', 'done', 'done', 'proposed']);
  });

  test('never gives to themselves', async () => {
    const { world, ada, ben, adjust, has } = await openCast();
    const id = await proposed(adjust(ada, 0.01, ada));
    expect(await verdict(world, ada, id, true)).toBe('needs_another_admin');
    expect(await verdict(world, ben, id, true)).toBe('done');
    expect(await has(ada)).toBe(0.01);
  });
});

describe('what takes two people', () => {
  test('is done once, by another admin, whoever asks how often; the books balance, and the log has both', async () => {
    const { world, ada, ben, adjust, has } = await openCast();
    const id = await proposed(adjust(ada, 80));
    expect(await has()).toBe(0);
    await world.restart(); // a proposal is a row
    expect(await verdict(world, ada, id, true)).toBe('needs_another_admin');
    const race = await Promise.all([ben, OPERATOR, ben].map((by) => verdict(world, by, id, true)));
    expect(race, 'the same yes again is the same').toEqual(['done', 'no_such_proposal', 'done']);
    expect(await verdict(world, ben, id, false)).toBe('no_such_proposal');
    expect(await has()).toBe(80);
    expect(await world.store.balance('budget')).toBe(POLICY.phaseBudgetMicros - 80 * USD);
    expect(await world.store.verifyLedger()).toMatchObject({ balancesMatch: true, entriesSumMicros: 0 });
    expect(await actions(world)).toEqual([`adjustment_proposed ${ada}`, `credits_adjusted ${ben}`]);
    const [, done] = (await world.store.waitingAuditEvents(100)).filter(({ target }) => target === `adjustment:${id}`);
    expect(done?.detail).toEqual({ accountId: 4, micros: 80 * USD, authorId: ada });
  });

  test('is over when its author is no admin any more', async () => {
    const { world, ada, ben, adjust, has } = await openCast();
    const id = await proposed(adjust(ada, 80));
    await changeRole(world, ada, 'driver', ben);
    expect(await verdict(world, ben, id, true)).toBe('no_such_proposal');
    expect(await has()).toBe(0);
    expect(await verdict(world, ben, id, false)).toBe('rejected');
  });

  test('is approved by the console like by any other, and not by whom it is about', async () => {
    const { world, ada, ben, adjust, has } = await openCast();
    const id = await proposed(adjust(ada, 80, ben));
    expect(await verdict(world, ben, id, true)).toBe('needs_another_admin');
    expect(await verdict(world, OPERATOR, id, true)).toBe('done');
    const own = await proposed(adjust(OPERATOR, 80, ben));
    expect(await verdict(world, OPERATOR, own, true)).toBe('needs_another_admin');
    expect(await verdict(world, ada, own, true)).toBe('done');
    expect(await has(ben)).toBe(160);
  });

  test('is rejected by anybody, its author too; over by itself after a day; no more than twenty wait', async () => {
    const { world, ada, ben, adjust, outcome, has } = await openCast();
    const first = await proposed(adjust(ada, 80));
    expect(await verdict(world, ada, first, false)).toBe('rejected');
    expect(await verdict(world, ada, first, false), 'the same no again is the same').toBe('rejected');
    expect(await verdict(world, ben, first, true)).toBe('no_such_proposal');
    const second = await proposed(adjust(ada, 80));
    world.now += PROPOSAL_MS;
    expect(await verdict(world, ben, second, true)).toBe('no_such_proposal');
    await world.coordinator.tick();
    expect((await world.store.adjustments(2 ** 40, 9)).map(({ state }) => state)).toEqual(['expired', 'rejected']);
    expect(await actions(world)).toEqual([
      `adjustment_proposed ${ada}`,
      `adjustment_rejected ${ada}`,
      `adjustment_proposed ${ada}`,
      'adjustment_expired null',
    ]);
    for (let i = 0; i < 20; i++) await proposed(adjust(ada, 80));
    expect(await outcome(ada, 80)).toBe('too_many_proposals');
    expect(await outcome(ada, 5), 'what nobody has to decide on is done').toBe('done');
    expect(await has()).toBe(5);
  });

  test('is refused when it can no longer be booked, and waits on', async () => {
    const { world, ada, ben, adjust } = await openCast();
    await adjust(ada, 40);
    const take = await proposed(adjust(ada, -40));
    await adjust(ben, -30);
    expect(await verdict(world, ben, take, true)).toBe('credits_too_few');
    await adjust(ben, 20);
    world.now += HOUR;
    expect(await verdict(world, ben, take, true)).toBe('credits_too_few');
    await world.coordinator.erase(
      world.store.database.prepare(`SELECT id FROM account WHERE name = 'Maria'`).pluck().get() as AccountId,
    );
    expect(await verdict(world, ben, take, true)).toBe('account_erased');
    expect(await world.store.verifyLedger()).toMatchObject({ mismatches: [], entriesSumMicros: 0 });
    expect(await verdict(world, ben, take, false)).toBe('rejected');
  });
});

describe('refused, with nothing moved', () => {
  test('nobody’s account, the house’s, an erased one; more than is there; more than is left', async () => {
    const { world, ada, ben, maria, outcome, has } = await openCast({ phaseBudgetMicros: micros(60 * USD) });
    expect(await outcome(ada, 1, 99 as AccountId)).toBe('unknown_account');
    expect(await outcome(ada, 1, OPERATOR)).toBe('house_account');
    expect(await outcome(ada, 80)).toBe('budget_spent');
    expect(await outcome(ada, 50)).toBe('done');
    expect(await outcome(ben, 11)).toBe('budget_spent');
    expect(await outcome(ben, -50.000001)).toBe('credits_too_few');
    expect(await outcome(ben, -50)).toBe('done');
    expect(await has()).toBe(0);
    expect(await world.store.balance('budget')).toBe(60 * USD);
    await world.coordinator.erase(maria);
    expect(await outcome(ben, 1)).toBe('account_erased');
  });

  test('what is no amount, and who is no admin', async () => {
    const { world, ada, ben, maria, outcome } = await openCast();
    for (const dollars of [0, NaN, 0.0000015, 1_000.000001, -1_000.000001, Infinity]) {
      expect(await outcome(ada, dollars), String(dollars)).toBe('out_of_bounds');
    }
    expect(await outcome(maria, 1)).toBe('not_admin');
    expect(await verdict(world, maria, 1, true)).toBe('not_admin');
    expect(await verdict(world, ben, 1, true)).toBe('no_such_proposal');
    expect(await world.store.adjustments(2 ** 40, 9)).toEqual([]);
  });
});

test('a key stands for one adjustment of its author, with one content', async () => {
  const { world, ada, ben, maria, has } = await openCast();
  const request = { accountId: maria, micros: 5 * USD, reason: 'Sorry', idempotencyKey: 'once' };
  const [first, again] = await Promise.all([
    world.coordinator.adjust(ada, request),
    world.coordinator.adjust(ada, request),
  ]);
  expect(again).toEqual(first);
  expect(await world.coordinator.adjust(ada, { ...request, micros: 6 * USD })).toMatchObject({
    error: 'idempotency_key_reused',
  });
  expect(await world.coordinator.adjust(ben, request)).toMatchObject({ ok: true, value: { id: 2 } });
  expect(await has()).toBe(10);
});

test('a write whose report is lost moves money once, alone or with a second', async () => {
  const { world, ada, ben, maria, has } = await openCast();
  const { store } = world;
  let isLosing = false;
  const losing = wrapStore(store, {
    async commit(writes) {
      await store.commit(writes);
      if (isLosing && writes.adjustments.length > 0) {
        isLosing = false;
        throw new Error('lost on the way');
      }
    },
  });
  const coordinator = await Coordinator.start({ ...world.ports, store: losing }, world.coordinator.policy);
  const request = { accountId: maria, micros: 5 * USD, reason: 'Sorry', idempotencyKey: 'once' };
  isLosing = true;
  expect(await coordinator.adjust(ada, request)).toMatchObject({ ok: true, value: { state: 'done' } });
  const large = await coordinator.adjust(ada, { ...request, micros: 80 * USD, idempotencyKey: 'large' });
  isLosing = true;
  const id = large.ok ? large.value.id : 0;
  expect(await coordinator.decideAdjustment({ by: ben, adjustmentId: id, isApproved: true })).toMatchObject({
    ok: true,
    value: { state: 'done', decidedBy: ben },
  });
  expect(await has()).toBe(85);
  expect(await store.verifyLedger()).toMatchObject({ balancesMatch: true, entriesSumMicros: 0 });
});
