import { afterEach, expect } from 'vitest';
import { POLICY } from '../../shared/model/policy.ts';
import { micros, times } from '../../shared/money.ts';
import { closeAll, tiny } from '../../server/http/testing/test-server.ts';
import { attack, count } from './attack.ts';
import { HandPhone, unitsIn } from './hand-phone.ts';
import { NO_GRACE, openTarget, withLimits } from './target.ts';

/** Spending what is not theirs: the programme's money, the fleet's time. */

afterEach(closeAll);

const GREEDY = { ...NO_GRACE, first: 16, early: 16 };

attack(
  'economic drain: more units than the budget pays for',
  { control: 'phaseBudgetMicros', passes: 4 },
  async (control) => {
    const price = POLICY.priceMicros;
    const phaseBudgetMicros = control === 'on' ? times(price, 4) : micros(5_000_000_000);
    const server = await openTarget({ phaseBudgetMicros, slabUnits: 1, leases: GREEDY });
    await (await server.openAsker('Cleo', 'driver')).submit(tiny(12));
    const phone = await HandPhone.open(server);
    return count(12, async () => unitsIn(await phone.take(1)) === 1);
  },
);

attack(
  'economic drain: free requests without end',
  { control: 'limits.driverUnitsPerDay', passes: 2 },
  async (control) => {
    const server = await withLimits(control === 'on' ? {} : { driverUnitsPerDay: 1_000_000 });
    const asker = await server.openAsker('Eve', 'driver');
    return count(6, async () => (await asker.submit(tiny(20))).status === 202);
  },
);

attack(
  'economic drain: ask, let phones begin, call off, ask again',
  { control: 'units that were leased stay spent: limits.driverUnitsPerDay', passes: 1 },
  async (control) => {
    const limits = { ...POLICY.limits, driverUnitsPerDay: control === 'on' ? 20 : 1_000_000 };
    const server = await openTarget({ limits, leases: GREEDY });
    const asker = await server.openAsker('Eve', 'driver');
    return count(3, async () => {
      const { status, body } = await asker.submit(tiny(16));
      if (status !== 202) return false;
      const phone = await HandPhone.open(server);
      expect(await phone.takeAll(16)).toBe(16);
      const cancelled = await asker.send(`/api/jobs/${body.jobId}`, { method: 'DELETE', headers: {} });
      expect(cancelled.status).toBe(200);
      phone.line.drop();
      return true;
    });
  },
);

attack(
  'economic drain: ask and call off at once, for the rows that stay on our disk',
  { control: 'limits.requestsADay', passes: 3 },
  async (control) => {
    const server = await withLimits({ requestsADay: control === 'on' ? 3 : 1_000 });
    const asker = await server.openAsker('Eve', 'driver');
    for (let i = 0; i < 5; i++)
      expect((await asker.submit({ ...tiny(1), placement: 'phone' })).status, 'what is refused leaves nothing').toBe(
        422,
      );
    return count(8, async () => {
      const { status, body } = await asker.submit(tiny(16));
      if (status !== 202) return false;
      await asker.send(`/api/jobs/${body.jobId}`, { method: 'DELETE', headers: {} });
      return true;
    });
  },
);

attack('economic drain: one account fills the queue', { control: 'limits.runningJobs', passes: 3 }, async (control) => {
  const server = await withLimits({ runningJobs: control === 'on' ? 3 : 50 });
  const asker = await server.openAsker('Eve', 'driver');
  return count(8, async () => (await asker.submit(tiny(1))).status === 202);
});

attack(
  'economic drain: everything about oneself, exported again and again',
  { control: 'limits.rerunsPerMinute', passes: 2 },
  async (control) => {
    const server = await withLimits({ rerunsPerMinute: control === 'on' ? 2 : 10_000 }); // the next one in half a minute
    const token = await server.auth.openSession((await server.coordinator.openAccount('Eve', 'driver')).id);
    return count(6, async (i) => {
      // One bucket for both: each reads all of an account's history.
      const path = i % 2 === 0 ? '/api/me/export' : '/api/me/statement.csv';
      const response = await fetch(server.url + path, { headers: { Authorization: `Bearer ${token}` } });
      await response.arrayBuffer();
      return response.status === 200;
    });
  },
);
