import { expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { ConsentScope } from '../../shared/model/consent.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { openWorld, Phone, submitTiny, type World } from '../testing/world.ts';

const ALL: ConsentScope = { classes: ['speed_critical', 'high_value', 'normal'], hours: undefined, networks: 'any' };

const leases = { ...POLICY.leases, relinkGraceMs: 0, first: 4 };

async function worldWithWork(): Promise<{ readonly world: World; readonly phone: Phone }> {
  const world = await openWorld({ policy: { leases } });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  expect((await submitTiny(world, asker.id, 'k', 8)).ok).toBe(true);
  return { world, phone: await Phone.enrol(world) };
}

const consent = ({ coordinator }: World, { accountId, id }: Phone, isGranted: boolean, scope?: ConsentScope) =>
  coordinator.consent({ accountId, deviceId: id, version: POLICY.consentVersion, isGranted, scope });

const narrow = ({ coordinator }: World, { accountId, id }: Phone, scope: ConsentScope) =>
  coordinator.narrowConsent({ accountId, deviceId: id, scope });

test('without a granted row no device gets anything, whoever its driver is and however they came', async () => {
  const { world } = await worldWithWork();
  const { coordinator } = world;
  const operator = 1 as never; // the first admin
  const opened = await Promise.all(
    (['driver', 'tester', 'admin'] as const).map((role) => coordinator.openAccount('X', role)),
  );
  const invited = await Promise.all(
    (['driver', 'tester', 'admin'] as const).map(async (role, i) => {
      const codeHash = Uint8Array.of(9, i);
      await coordinator.createInvite({ codeHash, role, expiresAt: world.now + 1 });
      const joined = await coordinator.join(codeHash, 'X');
      if (!joined.ok) throw new Error(joined.error);
      return joined.value;
    }),
  );
  for (const [i, accountId] of [operator, ...[...opened, ...invited].map(({ id }) => id)].entries()) {
    const enrolled = await coordinator.enrolDevice({ accountId, publicKey: Uint8Array.of(4, i), cores: 8 });
    if (!enrolled.ok) throw new Error(enrolled.error);
    const { id, consentVersion, consentClasses } = enrolled.value;
    expect([consentVersion, consentClasses]).toEqual([0, []]);
    await coordinator.calibrate({ accountId, deviceId: id, chunkMs: 1 });
    const phone = new Phone(world, id, accountId, Uint8Array.of(4, i));
    expect(await phone.exchange([], 4)).toMatchObject({ leases: [], status: 'not_opted_in' });
    expect(await world.store.lastConsent(id)).toBeUndefined();
  }
});

test('work of a class that was not agreed to goes to others; agreeing to it again brings it', async () => {
  const { world, phone } = await worldWithWork();
  expect(await narrow(world, phone, { ...ALL, classes: ['high_value'] })).toMatchObject({ ok: true });
  expect(await phone.exchange([], 4)).toMatchObject({ leases: [], status: 'nothing_to_do' });
  expect(await narrow(world, phone, ALL)).toEqual({ ok: false, error: 'scope_grows' });
  expect(await phone.exchange([], 4)).toMatchObject({ leases: [] });
  await consent(world, phone, true, ALL);
  expect((await phone.exchange([], 4)).leases).toHaveLength(1);
});

test('narrowing frees what is held of the class at once', async () => {
  const { world, phone } = await worldWithWork();
  await phone.exchange([], 4);
  expect(world.coordinator.holds(phone.id)).toBe(4);
  await narrow(world, phone, { ...ALL, classes: ['speed_critical'] });
  expect(world.coordinator.holds(phone.id)).toBe(0);
});

test.each([
  ['more classes', { ...ALL, classes: ['normal', 'gpu_accelerated'] }],
  ['more hours', { ...ALL, hours: { from: 0, to: 700 } }],
  ['more networks', { ...ALL, classes: ['normal'], hours: { from: 600, to: 700 }, networks: 'any' }],
] satisfies [string, ConsentScope][])('%s than agreed to is no narrowing', async (_, wider) => {
  const { world, phone } = await worldWithWork();
  const agreed: ConsentScope = { classes: ['normal'], hours: { from: 480, to: 720 }, networks: 'wifi' };
  expect((await consent(world, phone, true, agreed)).ok).toBe(true);
  expect(await narrow(world, phone, wider)).toEqual({ ok: false, error: 'scope_grows' });
  expect((await narrow(world, phone, { ...agreed, hours: { from: 500, to: 600 } })).ok).toBe(true);
});

test('a text covers what it says: nothing on a GPU under the first', async () => {
  const { world, phone } = await worldWithWork();
  const wide: ConsentScope = { ...ALL, classes: ['gpu_accelerated'] };
  expect(await consent(world, phone, true, wide)).toEqual({ ok: false, error: 'scope_not_in_text' });
});

test('turned off and on again, it is what was last agreed to, not more', async () => {
  const { world, phone } = await worldWithWork();
  await narrow(world, phone, { ...ALL, classes: ['high_value'], networks: 'wifi' });
  await consent(world, phone, false);
  await consent(world, phone, true);
  expect(await world.store.lastConsent(phone.id)).toMatchObject({
    isGranted: true,
    scope: { classes: ['high_value'], networks: 'wifi' },
  });
});

test('the rows themselves show that no lease came after a withdrawal: commits are numbered, and each act names the last lease', async () => {
  const { world, phone } = await worldWithWork();
  await phone.exchange([], 2);
  const first = must(await leasedCommit(world, phone), 'a lease');
  await consent(world, phone, false);
  const out = must(await world.store.lastConsent(phone.id), 'a withdrawal');
  expect(out).toMatchObject({ isGranted: false, lastLeaseCommit: first });
  expect(out.commitNo).toBeGreaterThan(first);
  await world.restart(); // the numbers go on
  expect(await phone.exchange([], 4)).toMatchObject({ leases: [], status: 'not_opted_in' });
  await consent(world, phone, true);
  const back = must(await world.store.lastConsent(phone.id), 'a consent');
  expect(back.lastLeaseCommit).toBeLessThan(out.commitNo);
  expect(back.commitNo).toBeGreaterThan(out.commitNo);
  await phone.exchange([], 2);
  expect(await leasedCommit(world, phone)).toBeGreaterThan(back.commitNo);
});

test('a device’s row says what is in force: the classes and the hours, and none of them after a withdrawal', async () => {
  const { world, phone } = await worldWithWork();
  const nothing = { accounts: new Set<never>(), invites: [], results: [], exchanges: [], balances: new Set<never>() };
  const inForce = async () => {
    const { devices } = await world.store.load({ ...nothing, devices: new Set([phone.id]) });
    const { consentClasses: classes, consentHours: hours } = must(devices.get(phone.id), 'the device');
    return { classes, hours };
  };
  const fewer: ConsentScope = { classes: ['normal'], hours: { from: 1_320, to: 360 }, networks: 'any' };
  await narrow(world, phone, fewer);
  expect(await inForce()).toEqual({ classes: fewer.classes, hours: fewer.hours });
  await consent(world, phone, false);
  expect(await inForce()).toEqual({ classes: [], hours: undefined });
  await consent(world, phone, true);
  expect(await inForce(), 'as last agreed to').toEqual({ classes: fewer.classes, hours: fewer.hours });
  await consent(world, phone, true, ALL);
  expect(await inForce()).toEqual({ classes: ALL.classes, hours: undefined });
});

async function leasedCommit({ store }: World, { id }: Phone): Promise<number | undefined> {
  const nothing = { accounts: new Set<never>(), invites: [], results: [], exchanges: [], balances: new Set<never>() };
  return (await store.load({ ...nothing, devices: new Set([id]) })).devices.get(id)?.leasedCommit;
}
