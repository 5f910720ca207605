import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { POLICY } from '../../shared/model/policy.ts';
import type { Store, WriteSet } from '../core/ports.ts';
import { openWorld, Phone, submitTiny, type World } from '../testing/world.ts';
import { wrapStore } from '../testing/wrap-store.ts';
import { AuditLog } from './audit-log.ts';
import { logFilesIn } from './log-files.ts';
import { verifyLog, type Fault } from './verify-log.ts';

/** That no work was leased between a withdrawal and the next consent, as `zeus audit verify` proves it, where it is so and where not. */

const leases = { ...POLICY.leases, relinkGraceMs: 0, first: 4 };

/** What the log says of a world's acts, carried into it as the server's pump does. */
async function faultOf({ store }: World): Promise<Fault['code'] | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-consent-'));
  const files = logFilesIn(folder);
  const master = new Uint8Array(32);
  const log = await AuditLog.open({ files, master, clock: () => 1_000, say: () => undefined });
  const waiting = await store.waitingAuditEvents(1_000);
  await log.append(waiting.map(({ id, ...event }) => ({ eventId: id, event })));
  await log.close();
  const { fault } = verifyLog(files, master);
  rmSync(folder, { recursive: true });
  return fault?.code;
}

/** Works, opts out, asks again as a phone that has not heard, and opts in again. */
async function liveThrough(around?: (store: Store) => Store): Promise<World> {
  const world = await openWorld({ policy: { leases }, ...(around && { around }) });
  const asker = await world.coordinator.openAccount('Asker', 'driver');
  await submitTiny(world, asker.id, 'k', 14);
  const phone = await Phone.enrol(world);
  const { accountId, id: deviceId } = phone;
  const consent = (isGranted: boolean) =>
    world.coordinator.consent({ accountId, deviceId, version: POLICY.consentVersion, isGranted });
  await phone.exchange([], 2);
  await consent(false);
  await phone.exchange([], 2);
  await consent(true);
  await phone.exchange([], 2);
  await consent(false);
  return world;
}

test('a withdrawal that is obeyed verifies', async () => {
  expect(await faultOf(await liveThrough())).toBeUndefined();
});

/** A withdrawal that is stored, told to the log, and forgotten by the device's row. */
const deaf = (writes: WriteSet): WriteSet => ({
  ...writes,
  devices: writes.devices.map((device) =>
    writes.consents.some(({ deviceId, isGranted }) => deviceId === device.id && !isGranted)
      ? { ...device, consentVersion: 1, consentClasses: ['normal'] }
      : device,
  ),
});

test('a server that goes on leasing after a withdrawal is found out by its own log', async () => {
  const world = await liveThrough((store) => wrapStore(store, { commit: (writes) => store.commit(deaf(writes)) }));
  expect(await faultOf(world)).toBe('lease_without_consent');
});
