import type { Role } from '../../shared/model/device.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { RunningServer } from '../serve.ts';
import { makeNodeKey, openNodeDevice, type NodeDevice, type NodeDeviceOptions } from './node-device.ts';

/** As if it had passed its self-test a thousand times faster than any phone: nothing it reports later is too fast for it. */
const CHUNK_MS = 0.01;

/** A device of an account of its own, enrolled and opted in at the front door of the coordinator. Not started. */
export async function enrolledDevice(
  server: Pick<RunningServer, 'url' | 'coordinator'>,
  options: Partial<NodeDeviceOptions> & { readonly role?: Role; readonly isOptedIn?: boolean } = {},
): Promise<NodeDevice> {
  const { key = makeNodeKey(), cores = 8 } = options;
  const { coordinator, url } = server;
  if (options.deviceId !== undefined)
    return openNodeDevice({ url, deviceId: options.deviceId, key, cores, ...options });
  const { id: accountId } = await coordinator.openAccount('Driver', options.role ?? 'driver');
  const enrolled = await coordinator.enrolDevice({ accountId, publicKey: key.publicKey, cores });
  if (!enrolled.ok) throw new Error(enrolled.error);
  const deviceId = enrolled.value.id;
  const isGranted = options.isOptedIn ?? true;
  await coordinator.calibrate({ accountId, deviceId, chunkMs: CHUNK_MS });
  await coordinator.consent({ accountId, deviceId, version: POLICY.consentVersion, isGranted });
  return openNodeDevice({ url, deviceId, key, cores, ...options });
}
