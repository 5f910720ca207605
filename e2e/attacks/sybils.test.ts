import { afterEach } from 'vitest';
import { POLICY } from '../../shared/model/policy.ts';
import { closeAll, tiny } from '../../server/http/testing/test-server.ts';
import { enrol, newKey } from '../../server/link/testing/line.ts';
import { attack, count } from './attack.ts';
import { HandPhone, unitsIn } from './hand-phone.ts';
import { NO_GRACE, openTarget, withLimits, write } from './target.ts';

/** Many identities, and programs that pretend to be phones: what each more of them gains. */

afterEach(closeAll);

attack(
  'sybil farm: one account enrols phone after phone',
  { control: 'limits.newDevicesPerDay', passes: POLICY.limits.newDevicesPerDay },
  async (control) => {
    const server = await withLimits(control === 'on' ? {} : { newDevicesPerDay: 1_000 });
    const farmer = await server.openAsker('Farmer', 'driver');
    return count(12, async () => {
      const publicKey = Buffer.from(newKey().point).toString('base64url');
      return (await write(farmer, 'POST', '/api/devices', { publicKey, cores: 8 })).status === 200;
    });
  },
);

attack(
  'sybil farm: links of many accounts from one address',
  { control: 'limits.linksPerAddress', passes: POLICY.limits.linksPerAddress },
  async (control) => {
    const server = await withLimits(control === 'on' ? {} : { linksPerAddress: 1_000 });
    return count(24, async () => (await HandPhone.link(server, await enrol(server))) !== undefined);
  },
);

attack(
  'sybil farm: phones of one account, all linked at once',
  { control: 'limits.linksPerAccount', passes: POLICY.limits.linksPerAccount },
  async (control) => {
    const server = await withLimits({ newDevicesPerDay: 100, ...(control === 'off' && { linksPerAccount: 1_000 }) });
    const { id } = await server.coordinator.openAccount('Farmer', 'driver');
    return count(8, async () => (await HandPhone.link(server, await enrol(server, id))) !== undefined);
  },
);

attack(
  'sybil farm: new phones, each of which costs us whole re-runs',
  { control: 'audit.probationFloorPerHour', passes: 5 },
  async (control) => {
    // What the audit threads have to spare is taken as nothing, so that the floor alone counts.
    const probationFloorPerHour = control === 'on' ? 5 : 10_000;
    const server = await openTarget({ audit: { ...POLICY.audit, probationShare: 0, probationFloorPerHour } });
    await (await server.openAsker('Cleo', 'driver')).submit(tiny(20));
    return count(12, async () => unitsIn(await (await HandPhone.open(server)).take(1)) === 1);
  },
);

const GREEDY = { ...NO_GRACE, first: 16, early: 16 };

attack(
  'headless farm: a program takes units faster than any phone computes',
  { control: 'throttle.burstUnits and pace', passes: 3 },
  async (control) => {
    const throttle = { ...POLICY.throttle, burstUnits: control === 'on' ? 3 : 10_000 };
    const server = await openTarget({ throttle, leases: GREEDY });
    await (await server.openAsker('Cleo', 'driver')).submit(tiny(20));
    const program = await HandPhone.open(server);
    return { tried: 12, through: unitsIn(await program.take(12)) };
  },
);

attack('headless farm: a program that never sleeps', { control: 'throttle.unitsADay', passes: 3 }, async (control) => {
  const throttle = { ...POLICY.throttle, unitsADay: control === 'on' ? 3 : 300 };
  const server = await openTarget({ throttle, leases: GREEDY });
  await (await server.openAsker('Cleo', 'driver')).submit(tiny(20));
  const program = await HandPhone.open(server);
  return count(8, async () => unitsIn(await program.take(1)) === 1);
});
