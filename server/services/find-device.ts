import type { DeviceId } from '../../shared/ids.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { FoundDevice } from '../core/link-session.ts';
import type { Store } from '../core/ports.ts';
import { readSetOf } from '../core/read-set.ts';

/** What the device link needs to know of a device before it may work. The mainframe has no key and is nobody's link. */
export async function findDevice(store: Store, policy: Policy, id: DeviceId): Promise<FoundDevice | undefined> {
  const device = (await store.load({ ...readSetOf([]), devices: new Set([id]) })).devices.get(id);
  if (!device || device.executor !== 'peer') return undefined;
  const { accountId, publicKey, status, consentVersion } = device;
  const isOptedIn = consentVersion === policy.consentVersion;
  return { accountId, publicKey, status: status === 'active' && !isOptedIn ? 'not_opted_in' : status };
}
