import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { Device } from '../../shared/model/device.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { FoundDevice } from '../core/link-session.ts';
import type { Store } from '../core/ports.ts';
import { readSetOf } from '../core/read-set.ts';

/** What the device link needs to know of a device before it may work. The mainframe has no key and is nobody's link. */
export async function findDevice(store: Store, policy: Policy, id: DeviceId): Promise<FoundDevice | undefined> {
  const device = await load(store, id);
  if (!device || device.executor !== 'peer' || device.status === 'erased') return undefined;
  const { accountId, publicKey } = device;
  return { accountId, publicKey, status: statusOf(device, policy) };
}

/** An account's own phone; nothing for another's, and for the mainframe. */
export async function ownDevice(store: Store, accountId: AccountId, id: DeviceId): Promise<Device | undefined> {
  const device = await load(store, id);
  return device?.executor === 'peer' && device.status !== 'erased' && device.accountId === accountId
    ? device
    : undefined;
}

function statusOf({ status, consentVersion }: Device, policy: Policy): FoundDevice['status'] {
  if (status !== 'active') return 'stopped';
  return consentVersion === policy.consentVersion ? 'active' : 'not_opted_in';
}

const load = async (store: Store, id: DeviceId): Promise<Device | undefined> =>
  (await store.load({ ...readSetOf([]), devices: new Set([id]) })).devices.get(id);
