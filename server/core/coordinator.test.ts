import { describe, expect, test } from 'vitest';
import { OPERATOR } from './found.ts';
import { openWorld, Phone, submitTiny } from '../testing/world.ts';

describe('the line', () => {
  test('a request becomes a job, phones compute it, audits pass, the answer is released and the books balance', async () => {
    const world = await openWorld();
    const filed = await submitTiny(world, OPERATOR);
    expect(filed.ok).toBe(true);
    const phones = [await Phone.enrol(world, 'A'), await Phone.enrol(world, 'B')];
    for (let turn = 0; turn < 6; turn++) {
      for (const phone of phones) await phone.exchange(phone.work(), 4);
    }
    await world.settle();
    const stored = await world.store.job(filed.ok ? filed.value.id : (0 as never));
    expect(stored?.job.state.name).toBe('answered');
    expect(world.incidents).toEqual([]);
    const report = await world.store.verifyLedger();
    expect(report).toMatchObject({ entriesSumMicros: 0, balancesMatch: true, mismatches: [] });
    expect(await world.store.balance(`pending:${phones[0]!.accountId}`)).toBeGreaterThan(0);
    expect(world.delivered.map(({ topic }) => topic)).toEqual(['job_answered']);
  });
});
