import { expect, test } from 'vitest';
import { accountId } from '../../../shared/ids.ts';
import type { Adjustment } from '../../../shared/model/adjustment.ts';
import type { Transfer } from '../../../shared/model/ledger.ts';
import { micros, negate } from '../../../shared/money.ts';
import type { Opened } from './opened.ts';
import { NOTHING, accountOf } from './samples.ts';

const LAST = 2 ** 40;

const made = (id: number, by: number, changes: Partial<Adjustment> = {}): Adjustment => ({
  id,
  at: 100 * id,
  authorId: accountId(by),
  accountId: accountId(3),
  micros: micros(-5_000_000),
  reason: 'Ñandú’s “why”',
  idempotencyKey: `key-${id}`,
  state: 'proposed',
  decidedAt: undefined,
  decidedBy: undefined,
  ...changes,
});
const done = (id: number, by: number, decidedAt: number, decidedBy = by): Adjustment =>
  made(id, by, { state: 'done', decidedAt, decidedBy: accountId(decidedBy) });

/** Credits that admins adjust by hand. */
export function testAdjustments({ current }: Opened): void {
  const accounts = [1, 2, 3].map(accountOf);

  test('adjustments come back as they were decided last, by id, by their author’s key, newest first', async () => {
    const store = current();
    const [first, second] = [made(1, 1), made(2, 2, { idempotencyKey: 'key-1' })];
    await store.commit({ ...NOTHING, accounts, adjustments: [first, second] });
    expect(await store.adjustment(1)).toEqual(first);
    expect(await store.adjustment(3)).toBeUndefined();
    expect(await store.adjustmentByKey(accountId(2), 'key-1')).toEqual(second);
    expect(await store.adjustmentByKey(accountId(3), 'key-1')).toBeUndefined();
    expect(await store.adjustments(LAST, 1)).toEqual([second]);
    expect(await store.adjustments(2, 5)).toEqual([first]);
    expect(await store.waitingAdjustments()).toBe(2);
    expect((await store.lastIds()).adjustment).toBe(2);
    const rejected: Adjustment = { ...first, state: 'rejected', decidedAt: 900, decidedBy: accountId(2) };
    await store.commit({ ...NOTHING, adjustments: [rejected] });
    expect(await store.adjustment(1)).toEqual(rejected);
    expect(await store.waitingAdjustments()).toBe(1);
    await expect(store.commit({ ...NOTHING, adjustments: [made(9, 2, { idempotencyKey: 'key-1' })] })).rejects.toThrow(
      'UNIQUE',
    );
  });

  test('those due are proposals made by an instant, oldest first', async () => {
    const store = current();
    const old = made(1, 1, { state: 'expired', decidedAt: 700 });
    await store.commit({ ...NOTHING, accounts, adjustments: [made(3, 1), made(2, 1), old] });
    expect(await store.adjustmentsDue(200, 9)).toEqual([2]);
    expect(await store.adjustmentsDue(300, 1)).toEqual([2]);
    expect(await store.adjustmentsDue(300, 9)).toEqual([2, 3]);
    expect(await store.adjustmentsDue(199, 9)).toEqual([]);
  });

  test('what an admin did alone is what they decided themselves, later than an instant', async () => {
    const store = current();
    const adjustments = [done(1, 1, 500), done(2, 1, 501), done(3, 1, 502, 2), done(4, 2, 502), made(5, 1)];
    await store.commit({ ...NOTHING, accounts, adjustments });
    const ids = async (author: number, after: number): Promise<readonly number[]> =>
      (await store.adjustedAlone(accountId(author), after)).map(({ id }) => id);
    expect(await ids(1, 499)).toEqual([1, 2]);
    expect(await ids(1, 500)).toEqual([2]);
    expect(await ids(2, 0)).toEqual([4]);
  });

  test('of an account’s statement are those done to it, newest first, from a place on', async () => {
    const store = current();
    const elsewhere = { ...done(4, 1, 800), accountId: accountId(2) };
    const adjustments = [done(1, 1, 500), done(2, 1, 700), done(3, 2, 700), elsewhere, made(5, 1)];
    await store.commit({ ...NOTHING, accounts, adjustments });
    const ids = async (
      ...before: [acceptedAt: number, deviceId: number, seq: number] | []
    ): Promise<readonly number[]> => {
      const [acceptedAt, deviceId, seq] = before;
      const mark = acceptedAt === undefined ? undefined : { acceptedAt, deviceId: deviceId ?? 0, seq: seq ?? 0 };
      return (await store.adjustmentsOf(accountId(3), mark, 9)).map(({ id }) => id);
    };
    expect(await ids()).toEqual([3, 2, 1]);
    expect(await ids(700, 0, 3)).toEqual([2, 1]);
    expect(await ids(700, 7, 1), 'a device’s row of the same instant stands before them').toEqual([3, 2, 1]);
    expect(await ids(500, 0, 1)).toEqual([]);
    expect((await store.adjustmentsOf(accountId(3), undefined, 1)).map(({ id }) => id)).toEqual([3]);
  });

  test('the book agrees with adjustments that were done: one transfer each, to whom and as much as they say', async () => {
    const store = current();
    const moved = (id: number, amount: number, to: number, cause = `adjust:${id}`): Transfer => ({
      id,
      kind: 'adjust',
      cause,
      at: 100,
      entries: [
        { account: 'budget', micros: negate(micros(amount)) },
        { account: `available:${to}`, micros: micros(amount) },
      ],
    });
    const fund: Transfer = {
      ...moved(10, 0, 1, 'fund:1'),
      kind: 'fund',
      entries: [
        { account: 'funding', micros: micros(-1_000) },
        { account: 'budget', micros: micros(1_000) },
      ],
    };
    const given = { ...done(1, 1, 500), micros: micros(90) };
    const taken = { ...done(2, 1, 501), micros: micros(-40) };
    const transfers = [fund, moved(1, 90, 3), moved(2, -40, 3)];
    await store.commit({ ...NOTHING, accounts, adjustments: [given, taken], transfers });
    expect(await store.balance('available:3')).toBe(50);
    expect((await store.verifyLedger()).mismatches).toEqual([]);
    // Nobody's adjustment; and one that went to somebody else.
    await store.commit({ ...NOTHING, transfers: [moved(3, 7, 2)] });
    await store.commit({
      ...NOTHING,
      adjustments: [{ ...done(4, 1, 502), micros: micros(5) }],
      transfers: [moved(4, 5, 1)],
    });
    expect((await store.verifyLedger()).mismatches).toEqual([
      'available:1 says 5, its exchanges and adjustments are worth 0',
      'available:2 says 7, its exchanges and adjustments are worth 0',
      'available:3 says 50, its exchanges and adjustments are worth 55',
      'adjust:3 moved 7 to available:2, its adjustment says 0 to nobody',
      'adjust:4 moved 5 to available:1, its adjustment says 5 to available:3',
    ]);
  });

  test('an erased account keeps its adjustments in the books, without the reason', async () => {
    const store = current();
    await store.commit({
      ...NOTHING,
      accounts,
      adjustments: [done(1, 1, 500), { ...done(2, 1, 500), accountId: accountId(2) }],
    });
    const [, , third] = accounts;
    await store.commit({
      ...NOTHING,
      accounts: [{ ...third!, name: '', erasedAt: 900 }],
      erased: [accountId(3)],
    });
    expect((await store.adjustments(LAST, 9)).map(({ id, reason }) => [id, reason])).toEqual([
      [2, 'Ñandú’s “why”'],
      [1, ''],
    ]);
  });
}
