import { afterEach, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { ProgrammeView } from '../../shared/protocol/rest.ts';
import type { Me } from '../../shared/protocol/app.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { DAY } from '../../shared/time.ts';
import { readSetOf } from '../core/read-set.ts';
import { readAuditLog } from './testing/read-audit-log.ts';
import { openPhone, type TestPhone } from './testing/test-phone.ts';
import { NOTHING } from '../store/conformance/samples.ts';
import { closeAll, startServer, tiny, type Asker, type Reply, type TestServer } from './testing/test-server.ts';

afterEach(closeAll);

const QUIET = { policy: { mainframeThreads: 0 } };
const PATH = '/api/admin/programme';

const pull = (asker: Asker, lever: unknown): Promise<Reply<ProgrammeView & ErrorBody>> =>
  asker.send(PATH, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(lever),
  });

const OFF = { isOn: false, targetPercent: 1.5, reason: 'A heat wave' };
const ON = { isOn: true, targetPercent: 1.5, reason: 'It is over' };

test('off, no phone gets work; on again, those with an open link go on by themselves', async () => {
  const server = await startServer(QUIET);
  const phone = await openPhone(server);
  const asker = await server.openAsker('Cleo', 'driver');
  expect((await pull(server.operator, OFF)).body).toMatchObject({ isOn: false, targetPercent: 1.5, version: 2 });
  phone.device.start();
  const { jobId } = (await asker.submit(tiny(4))).body;
  await phone.device.until(({ refused }) => refused?.status === 'programme_off');
  expect(phone.device.state().policyVersion).toBe(2);
  expect((await asker.get<{ state: string }>(`/api/jobs/${jobId}`)).body.state).toBe('running');
  await pull(server.operator, ON);
  expect((await asker.settled(jobId)).state).toBe('answered');
  expect(phone.device.state().policyVersion).toBe(3);
});

test('a lever outlasts a restart, and every account is told what holds now', async () => {
  const server = await startServer(QUIET);
  await pull(server.operator, { isOn: false, targetPercent: 0.75, reason: 'A heat wave' });
  const { dataDir } = server;
  await server.close();
  const again = await startServer({ ...QUIET, dataDir });
  const asker = await again.openAsker('Cleo', 'driver');
  expect((await asker.get<Me>('/api/me')).body.programme).toMatchObject({ isOn: false, targetPercent: 0.75 });
  expect((await again.operator.get<ProgrammeView>(PATH)).body).toMatchObject({
    ...{ version: 2, isOn: false },
    changes: [{ version: 2, targetPercent: 0.75, authorId: 1, reason: 'A heat wave' }],
  });
  expect((await readAuditLog(again)).find(({ action }) => action === 'programme_changed')).toMatchObject({
    detail: { isOn: false, targetPercent: 0.75, reason: 'A heat wave' },
  });
});

test('what changes nothing is no new version; a share above the policy, and what is no lever, are refused', async () => {
  const server = await startServer(QUIET);
  expect((await pull(server.operator, ON)).body.version).toBe(1);
  for (const [lever, status, code] of [
    [{ ...ON, targetPercent: 1.6 }, 422, 'bad_share'],
    [{ ...ON, targetPercent: -1 }, 422, 'bad_share'],
    [{ isOn: true, reason: 'x' }, 422, 'bad_request'],
    [{ ...ON, reason: ' ' }, 422, 'bad_request'],
    [{ isOn: false, targetPercent: 1 }, 422, 'bad_request'],
    [{ ...ON, price: 0 }, 422, 'unknown_field'],
  ] as const) {
    const { status: got, body } = await pull(server.operator, lever);
    expect([got, body.error.code]).toEqual([status, code]);
  }
  expect((await server.operator.get<ProgrammeView>(PATH)).body).toMatchObject({ version: 1, isOn: true });
});

test('for a driver there is no such lever', async () => {
  const server = await startServer(QUIET);
  const driver = await server.openAsker('Ana', 'driver');
  expect((await pull(driver, OFF)).status).toBe(404);
  expect((await driver.get(PATH)).status).toBe(404);
  expect((await server.operator.get<ProgrammeView>(PATH)).body.isOn).toBe(true);
});

test('a phone whose bytes the server has counted to the cap gets no work, though it says that it sent none', async () => {
  const server = await startServer(QUIET);
  const phone = await openPhone(server);
  const asker = await server.openAsker('Cleo', 'driver');
  await preset(server, phone, 499_000);
  phone.device.start();
  const jobs = await Promise.all([1, 2, 3].map(async () => (await asker.submit(tiny(20))).body.jobId));
  expect(jobs).toHaveLength(3);
  const { refused } = await phone.device.until((state) => state.refused?.status === 'data_cap');
  const { bytes } = await throttleOf(server, phone);
  expect(bytes).toBeGreaterThanOrEqual(POLICY.throttle.bytesADay);
  expect(bytes).toBeLessThan(POLICY.throttle.bytesADay + 20_000);
  expect(must(refused, 'a refusal').until).toBeGreaterThan(performance.now()); // midnight
});

test('the device routes refuse with the code and the time, and stopping is never refused', async () => {
  const server = await startServer(QUIET);
  const phone = await openPhone(server);
  const { deviceId } = phone.device;
  const selfTest = `/api/devices/${deviceId}/self-test`;
  expect((await phone.driver.get(selfTest)).status).toBe(200);
  await preset(server, phone, POLICY.throttle.bytesADay);
  const capped = await phone.driver.get<ErrorBody>(selfTest);
  expect([capped.status, capped.body.error.code]).toEqual([429, 'data_cap']);
  const retry = Number(capped.headers.get('retry-after'));
  expect(retry).toBeGreaterThan(0);
  expect(retry).toBeLessThanOrEqual(DAY / 1000);
  await pull(server.operator, OFF);
  const off = await phone.driver.get<ErrorBody>(selfTest);
  expect([off.status, off.body.error.code]).toEqual([409, 'programme_off']);
  const stranger = await server.openAsker('Ben', 'driver');
  expect((await stranger.get(selfTest)).status).toBe(404);
  const consent = await phone.driver.send<{ consent: { isGranted: boolean } }>(`/api/devices/${deviceId}/consent`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ isGranted: false, version: 1 }),
  });
  expect(consent.body.consent.isGranted).toBe(false);
});

async function deviceOf({ store }: TestServer, { device }: TestPhone) {
  const { devices } = await store.load({ ...readSetOf([]), devices: new Set([device.deviceId]) });
  return must(devices.get(device.deviceId), 'the device');
}

const throttleOf = async (server: TestServer, phone: TestPhone) => (await deviceOf(server, phone)).throttle;

/** As if its links had carried so much today. */
async function preset(server: TestServer, phone: TestPhone, bytes: number): Promise<void> {
  const device = await deviceOf(server, phone);
  const day = Math.floor(Date.now() / DAY);
  await server.store.commit({ ...NOTHING, devices: [{ ...device, throttle: { ...device.throttle, day, bytes } }] });
}
