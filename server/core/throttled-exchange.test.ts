import { expect, test } from 'vitest';
import type { DeviceReport, ExchangeReply } from '../../shared/model/exchange.ts';
import { fullScope } from '../../shared/model/consent-texts.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { decodeFrame } from '../../shared/protocol/frames.ts';
import { DAY, HOUR } from '../../shared/time.ts';
import { openWorld, Phone, START, submitTiny, type World } from '../testing/world.ts';

/** The rule of `throttle.ts` where it is asked: in an exchange, by what the server has stored of the device. */

const FINE: DeviceReport = { reason: 0, duty: 150, bytesToday: 0 };

async function busyWorld(throttle: Partial<typeof POLICY.throttle> = {}): Promise<{ world: World; phone: Phone }> {
  const world = await openWorld({
    policy: {
      throttle: { ...POLICY.throttle, ...throttle },
      leases: { ...POLICY.leases, relinkGraceMs: 0, first: 16 },
    },
  });
  for (let i = 0; i < 5; i++) {
    const asker = await world.coordinator.openAccount('Asker', 'driver');
    await submitTiny(world, asker.id, 'k', 14);
  }
  return { world, phone: await Phone.enrol(world) };
}

/** Asks for work with nothing to bring, and this many bytes on the link since the last time. */
async function ask(world: World, phone: Phone, report: DeviceReport, want = 1, wireBytes = 0): Promise<ExchangeReply> {
  const exchange = { deviceId: phone.id, seq: ++phone.seq, groups: [], want, report };
  const reply = await world.coordinator.exchange(exchange, wireBytes);
  const frame = reply.ok && decodeFrame(reply.value, 65_536);
  if (!frame || !frame.ok || frame.value.type !== 'reply') throw new Error('expected a reply');
  return frame.value;
}

test('bytes are counted over exchanges and a restart, and end the day at the cap until midnight', async () => {
  const { world, phone } = await busyWorld();
  expect((await ask(world, phone, FINE, 1, 300_000)).status).toBe('ok');
  await world.restart();
  expect((await ask(world, phone, FINE, 1, 199_999)).status).toBe('ok');
  const refused = await ask(world, phone, FINE, 1, 1);
  expect(refused).toMatchObject({ status: 'data_cap', leases: [], retryMs: 12 * HOUR }); // it is noon
  world.now = START + 12 * HOUR - 1;
  expect((await ask(world, phone, FINE)).status).toBe('data_cap');
  world.now = START + 12 * HOUR;
  expect((await ask(world, phone, FINE)).status).toBe('ok');
});

test('bytes of a message sent twice count twice, and its reply is the same', async () => {
  const { world, phone } = await busyWorld();
  const first = await ask(world, phone, FINE, 1, 250_000);
  phone.seq--;
  expect(await ask(world, phone, FINE, 1, 250_000)).toEqual(first);
  expect((await ask(world, phone, FINE)).status).toBe('data_cap');
});

test('results are taken and paid for, whatever is refused', async () => {
  const { world, phone } = await busyWorld();
  await phone.exchange([], 1);
  await world.coordinator.exchange(
    { deviceId: phone.id, seq: ++phone.seq, groups: phone.work(), want: 0, report: FINE },
    POLICY.throttle.bytesADay,
  );
  const { status } = await ask(world, phone, FINE);
  await world.settle();
  expect(status).toBe('data_cap');
  const { devices } = await world.store.load({
    accounts: new Set(),
    devices: new Set([phone.id]),
    invites: [],
    results: [],
    exchanges: [],
    balances: new Set(),
  });
  expect(devices.get(phone.id)?.taskCount).toBe(1);
});

test('whoever asks while it says that it rests is paused for an hour after the fifth time', async () => {
  const { world, phone } = await busyWorld();
  const hot = { ...FINE, reason: 7 };
  for (let i = 0; i < 5; i++) expect((await ask(world, phone, hot)).status).toBe('hot');
  expect(await ask(world, phone, FINE)).toMatchObject({ status: 'paused_by_us', retryMs: HOUR });
  world.now += HOUR;
  expect((await ask(world, phone, FINE)).status).toBe('ok');
});

test('a phone is given no more than it can compute at its share; bench duty, which is not paid, is', async () => {
  const { world, phone } = await busyWorld();
  const asked = await ask(world, phone, FINE, 16);
  expect(asked.status).toBe('ok');
  await ask(world, phone, { ...FINE, duty: 150 }, 0);
  const { leases } = asked;
  expect(leases.reduce((sum, group) => sum + group.leases.length, 0)).toBe(16);
  phone.held = [...leases];
  const bench = await Phone.enrol(world, 'Tester');
  bench.duty = 10_000;
  let got = 0;
  for (let i = 0; i < 4; i++) {
    const reply = await bench.exchange(bench.work(), 16);
    got += reply.leases.reduce((sum, group) => sum + group.leases.length, 0);
  }
  expect(got).toBeGreaterThan(POLICY.throttle.burstUnits);
});

test('outside the hours agreed to there is no work, however often a phone asks and whatever it says; it is held against it nowhere', async () => {
  const { world, phone } = await busyWorld();
  const { deviceId, accountId } = { deviceId: phone.id, accountId: phone.accountId };
  const scope = { ...fullScope(1), hours: { from: 13 * 60, to: 15 * 60 } };
  expect((await world.coordinator.narrowConsent({ accountId, deviceId, scope })).ok).toBe(true);
  for (let i = 0; i < 12; i++)
    expect(await ask(world, phone, FINE)).toMatchObject({ status: 'outside_hours', leases: [], retryMs: HOUR }); // noon
  await world.restart(); // the device's row knows
  world.now = START + HOUR - 1;
  expect((await ask(world, phone, FINE)).status).toBe('outside_hours');
  world.now = START + HOUR;
  expect((await ask(world, phone, FINE)).leases).toHaveLength(1);
  world.now = START + 3 * HOUR;
  expect(await ask(world, phone, FINE)).toMatchObject({ status: 'outside_hours', retryMs: 22 * HOUR });
  const nothing = { accounts: new Set<never>(), invites: [], results: [], exchanges: [], balances: new Set<never>() };
  const { devices } = await world.store.load({ ...nothing, devices: new Set([deviceId]) });
  expect(devices.get(deviceId)).toMatchObject({ convictions: 0, throttle: { breaches: 0, pausedUntil: 0 } });
});

test('by the clock of the phone’s zone, told with its link; what it holds is not its own any more where it is outside', async () => {
  const { world, phone } = await busyWorld();
  const { id: deviceId, accountId } = phone;
  const link = (zoneMinutes: number, held = phone.held) =>
    world.coordinator.link({
      deviceId,
      zoneMinutes,
      awaiting: 0,
      held: held.map(({ blockId, terms, leases }) => ({ blockId, terms, leases })),
    });
  await phone.exchange([], 2);
  expect(world.coordinator.holds(deviceId)).toBe(2);
  const scope = { ...fullScope(1), hours: { from: 19 * 60, to: 22 * 60 } };
  await world.coordinator.narrowConsent({ accountId, deviceId, scope });
  expect(world.coordinator.holds(deviceId), 'it is noon: others may go on').toBe(0);
  await link(0);
  expect(world.coordinator.holds(deviceId)).toBe(0);
  expect((await ask(world, phone, FINE)).status).toBe('outside_hours');
  await link(480); // 20:00 in Manila
  expect(world.coordinator.holds(deviceId)).toBe(2);
  expect((await ask(world, phone, FINE)).status).toBe('ok');
  world.now += HOUR;
  await link(600); // a second border in a day: it is not believed yet, and 21:00 holds
  expect((await ask(world, phone, FINE)).status).toBe('ok');
  world.now += HOUR;
  await link(420);
  expect((await ask(world, phone, FINE)).status).toBe('outside_hours');
  // What was leased inside the hours and comes outside them is taken and paid.
  await world.coordinator.exchange(
    { deviceId, seq: ++phone.seq, groups: phone.work(), want: 0, report: { ...FINE, reason: 13 } },
    0,
  );
  await world.settle();
  const nothing = { accounts: new Set<never>(), invites: [], results: [], exchanges: [], balances: new Set<never>() };
  const { devices } = await world.store.load({ ...nothing, devices: new Set([deviceId]) });
  expect(devices.get(deviceId)?.taskCount).toBe(2);
});

test('a day has so many units', async () => {
  const { world, phone } = await busyWorld({ unitsADay: 2, burstUnits: 1_000 });
  await phone.exchange([], 2);
  await world.settle();
  expect(await ask(world, phone, FINE)).toMatchObject({ status: 'day_full', retryMs: 12 * HOUR });
  world.now += DAY;
  expect((await ask(world, phone, FINE)).status).toBe('ok');
});

test('one core is not enough to opt in', async () => {
  const world = await openWorld();
  const account = await world.coordinator.openAccount('Ana', 'driver');
  const publicKey = Uint8Array.from({ length: 65 }, () => 9);
  const device = await world.coordinator.enrolDevice({ accountId: account.id, publicKey, cores: 1 });
  if (!device.ok) throw new Error(device.error);
  const { id: deviceId } = device.value;
  await world.coordinator.calibrate({ accountId: account.id, deviceId, chunkMs: 30 });
  const consent = { accountId: account.id, deviceId, version: POLICY.consentVersion };
  expect(await world.coordinator.consent({ ...consent, isGranted: true })).toEqual({
    ok: false,
    error: 'too_few_cores',
  });
  expect((await world.coordinator.consent({ ...consent, isGranted: false })).ok).toBe(true);
});
