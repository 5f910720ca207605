import { afterEach, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { CONSENT_TEXTS, type ConsentText } from '../../shared/model/consent-texts.ts';
import type { DeviceView, Me } from '../../shared/protocol/app.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import { readSetOf } from '../core/read-set.ts';
import { enrolledDevice } from '../testing/enrolled-device.ts';
import { makeNodeKey } from '../testing/node-device.ts';
import { readAuditLog } from './testing/read-audit-log.ts';
import { Asker, closeAll, startServer, tiny, type TestServer } from './testing/test-server.ts';

/** A text that covers more than the first, as it will be added one day. */
const WIDER: ConsentText = {
  version: 2,
  covers: ['speed_critical', 'high_value', 'normal', 'gpu_accelerated'],
  sections: [{ title: 'Shared Compute (Optional)', lines: ['Now with the graphics chip'] }],
};
const texts = CONSENT_TEXTS as ConsentText[];

afterEach(async () => {
  texts.splice(1);
  await closeAll();
});

const quiet = (consentVersion: number) => ({ policy: { mainframeThreads: 0, consentVersion } });

const put = (asker: Asker, path: string, body: unknown) =>
  asker.send<DeviceView & ErrorBody>(path, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

test('when the scope grows everybody is asked again: a grant of before carries over to nothing, until the new text is agreed to', async () => {
  const key = makeNodeKey();
  const old = await startServer(quiet(1));
  const phone = await enrolledDevice(old, { key });
  const { deviceId } = phone;
  const unitsOf = async ({ store }: TestServer): Promise<number> => {
    const { devices } = await store.load({ ...readSetOf([]), devices: new Set([deviceId]) });
    return must(devices.get(deviceId), 'the device').throttle.unitsEver;
  };
  const { accountId } = must(
    (await old.store.load({ ...readSetOf([]), devices: new Set([deviceId]) })).devices.get(deviceId),
    'the device',
  );
  phone.start();
  const first = await old.openAsker('Cleo', 'driver');
  await first.settled((await first.submit(tiny(4))).body.jobId);
  const before = await unitsOf(old);
  expect(before).toBeGreaterThanOrEqual(4);
  phone.stop();
  await old.close();

  texts.push(WIDER);
  const server = await startServer({ ...quiet(2), dataDir: old.dataDir });
  const driver = new Asker(server.url, await server.auth.openSession(accountId));
  const path = `/api/devices/${deviceId}`;
  const cleo = await server.openAsker('Cleo again', 'driver');
  const { jobId } = (await cleo.submit(tiny(4))).body;
  expect((await driver.get<Me>('/api/me')).body.programme.consentVersion).toBe(2);

  // What was agreed to stays on record, and gives nothing: no link, no work, and no way round the text.
  expect((await driver.get<DeviceView>(path)).body.consent).toMatchObject({ version: 1, isGranted: true });
  const again = (): ReturnType<typeof enrolledDevice> => enrolledDevice(server, { key, deviceId });
  const refused = await again();
  refused.start();
  expect((await refused.until(({ link }) => link.state === 'off' && link.why !== 'not_started')).link).toMatchObject({
    why: 'not_opted_in',
  });
  expect((await put(driver, `${path}/consent`, { isGranted: true, version: 1 })).body.error.code).toBe(
    'consent_outdated',
  );
  const { scope } = must((await driver.get<DeviceView>(path)).body.consent, 'a consent');
  const wider = { ...scope, classes: WIDER.covers };
  expect((await put(driver, `${path}/consent/scope`, wider)).body.error.code).toBe('scope_grows');
  expect((await put(driver, `${path}/consent/scope`, { ...scope, classes: ['normal'] })).status).toBe(200);
  for (let i = 0; i < 3; i++) await server.coordinator.tick();
  expect(await unitsOf(server)).toBe(before);

  // Asked again, by its text.
  const granted = await put(driver, `${path}/consent`, { isGranted: true, version: 2, scope: 'all' });
  expect(granted.body.consent).toMatchObject({ version: 2, isGranted: true, scope: { classes: WIDER.covers } });
  (await again()).start();
  expect((await cleo.settled(jobId)).state).toBe('answered');
  const acts = (await readAuditLog(server)).filter(({ target }) => target === `device:${deviceId}`);
  expect(acts.map(({ action, detail }) => [action, detail['version'], detail['unitsLeased']])).toEqual([
    ['consent_granted', 1, 0],
    ['consent_narrowed', 1, before],
    ['consent_granted', 2, before],
  ]);
});
