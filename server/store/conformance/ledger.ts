import { expect, test } from 'vitest';
import { blockId } from '../../../shared/ids.ts';
import type { ExchangeRow } from '../../../shared/model/device.ts';
import { micros } from '../../../shared/money.ts';
import type { Opened } from './opened.ts';
import { NOTHING, everything, exchange, move, together } from './samples.ts';

/** Money: it moves once, it adds up, and it is where the exchanges say. */
export function testLedger({ current }: Opened): void {
  test('balances are the sums of entries, over several commits and several entries of one', async () => {
    const store = current();
    await store.commit({
      ...NOTHING,
      transfers: [move(1, 'funding', 'budget', 1000), move(2, 'budget', 'reserved', 300)],
    });
    await store.commit({
      ...NOTHING,
      transfers: [move(3, 'reserved', 'pending:1', 50), move(4, 'pending:1', 'available:1', 50)],
    });
    expect(await store.balance('funding')).toBe(-1000);
    expect(await store.balance('budget')).toBe(700);
    expect(await store.balance('reserved')).toBe(250);
    expect(await store.balance('pending:1')).toBe(0);
    expect(await store.balance('available:1')).toBe(50);
    expect(await store.verifyLedger()).toMatchObject({ transfers: 4, entries: 8, entriesSumMicros: 0 });
  });

  test('one cause never moves money twice', async () => {
    const store = current();
    await store.commit({ ...NOTHING, transfers: [move(1, 'funding', 'budget', 1000, 'fund:1')] });
    await expect(
      store.commit({ ...NOTHING, transfers: [move(2, 'funding', 'budget', 1000, 'fund:1')] }),
    ).rejects.toThrow();
    expect(await store.balance('budget')).toBe(1000);
  });

  test('only funding may be negative', async () => {
    const store = current();
    await expect(store.commit({ ...NOTHING, transfers: [move(1, 'budget', 'reserved', 1)] })).rejects.toThrow();
    expect(await store.verifyLedger()).toMatchObject({ transfers: 0, entries: 0 });
  });

  test('entries are listed newest first, page by page, the same before and after the history is indexed', async () => {
    const store = current();
    const transfers = [move(1, 'funding', 'budget', 1000)];
    for (let id = 2; id <= 12; id++) transfers.push(move(id, 'budget', id % 2 === 0 ? 'reserved' : 'pending:1', id));
    await store.commit({ ...NOTHING, transfers });
    const pages = async (): Promise<number[]> => {
      const seen: number[] = [];
      for (let before = 2 ** 53 - 1; ;) {
        const page = await store.entries('reserved', before, 2);
        if (page.length === 0) return seen;
        seen.push(...page.map((line) => line.transferId));
        before = page.at(-1)!.id;
      }
    };
    const wanted = [12, 10, 8, 6, 4, 2];
    expect(await pages()).toEqual(wanted);
    while ((await store.indexHistory(5)) > 0) expect(await pages()).toEqual(wanted);
    expect(await store.indexHistory(5)).toBe(0);
    expect((await store.entries('reserved', 2 ** 53 - 1, 1))[0]).toMatchObject({
      transferId: 12,
      cause: 'c:12',
      at: 112,
      micros: 12,
    });
  });

  /** Four exchanges of one device, each through another life, and the transfers that go with them. */
  const rows: readonly ExchangeRow[] = (['pending', 'posted', 'void', 'restored'] as const).map((state, i) => ({
    ...exchange,
    seq: i + 1,
    state,
    voidedBy: i < 2 ? 0 : 4,
    amountMicros: micros(100 + i),
  }));
  const unpaid: ExchangeRow = { ...exchange, seq: 5, state: 'restored', amountMicros: micros(0) };
  const lives = [
    move(2, 'funding', 'reserved', 5000),
    ...rows.map((row, i) => move(3 + i, 'reserved', 'pending:1', row.amountMicros, `credit:7:${row.seq}:5`)),
    move(7, 'pending:1', 'available:1', 101, 'post:7:0', 'post'),
    move(8, 'pending:1', 'reserved', 102, 'void:7:3:5', 'void'),
    move(9, 'pending:1', 'reserved', 103, 'void:7:4:5', 'void'),
  ];
  const restore = move(10, 'reserved', 'available:1', 103, 'restore:7:4:5', 'restore');
  const kept = { ...everything, exchanges: [...rows, unpaid] };

  test('the book agrees with the exchanges: held ones are owed, posted and restored ones earned, void ones neither', async () => {
    const store = current();
    await store.commit(together(kept, { transfers: [...lives, restore] }));
    expect(await store.balance('pending:1')).toBe(100);
    expect(await store.balance('available:1')).toBe(204);
    expect((await store.verifyLedger()).mismatches).toEqual([]);
  });

  test('a restored exchange that was not paid is found, by its account and by its cause', async () => {
    const store = current();
    await store.commit(together(kept, { transfers: lives }));
    const { mismatches, balancesMatch } = await store.verifyLedger();
    expect(balancesMatch).toBe(false);
    expect(mismatches).toEqual([
      'available:1 says 101, its exchanges and adjustments are worth 204',
      'restore:7:4:5 moved 0, its exchange says 103',
    ]);
  });

  test('a restore of an exchange that stays void is found, and so is one of another amount', async () => {
    const store = current();
    const wrong = move(11, 'reserved', 'available:1', 102, 'restore:7:3:5', 'restore');
    const short = move(10, 'reserved', 'available:1', 1, 'restore:7:4:5', 'restore');
    await store.commit(together(kept, { transfers: [...lives, short, wrong] }));
    expect((await store.verifyLedger()).mismatches).toEqual([
      // The account's own sum is right by accident: 1 + 102 is what was to be restored.
      'restore:7:4:5 moved 1, its exchange says 103',
      'restore:7:3:5 moved 102, its exchange says 0',
    ]);
  });

  test('a pending exchange the books have already posted is found', async () => {
    const store = current();
    await store.commit(together(kept, { transfers: [...lives, restore] }));
    await store.commit({ ...NOTHING, exchanges: [{ ...rows[1]!, state: 'pending', blockId: blockId(5) }] });
    expect((await store.verifyLedger()).mismatches.toSorted()).toEqual([
      'available:1 says 204, its exchanges and adjustments are worth 103',
      'pending:1 says 100, its exchanges and adjustments are worth 201',
    ]);
  });
}
