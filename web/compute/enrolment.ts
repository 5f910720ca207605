import { deviceId, type DeviceId } from '../../shared/ids.ts';
import type { DeviceView, EnrolRequest } from '../../shared/protocol/app.ts';
import { makeKeys, publicKeyText } from './device-key.ts';
import type { DeviceStore, StoredDevice } from './device-store.ts';

export interface EnrolledDevice {
  readonly deviceId: DeviceId;
  readonly keys: CryptoKeyPair;
}

export interface Enrolment {
  /** This browser's device under this account, if it has one. */
  known(): Promise<EnrolledDevice | undefined>;
  /** The same, enrolled if need be. Rejects as `enrol` does; the key stays, so that trying again makes no second device. */
  ensure(): Promise<EnrolledDevice>;
  /** The server does not know it: the next `ensure` starts over with a new key. */
  forget(): Promise<void>;
}

export interface EnrolmentParts {
  readonly accountId: number;
  readonly cores: number;
  readonly enrol: (request: EnrolRequest) => Promise<DeviceView>;
  readonly store: DeviceStore;
  readonly locks: Pick<LockManager, 'request'> | undefined;
}

/** Two tabs that enrol at the same moment are one device. */
const LOCK = 'zeus-device';

/** The device's key and name. Evicted storage, or another account in this browser, means a new key and a new device. */
export function openEnrolment({ accountId, cores, enrol, store, locks }: EnrolmentParts): Enrolment {
  async function own(): Promise<StoredDevice | undefined> {
    const stored = await store.load();
    return stored?.accountId === accountId ? stored : undefined;
  }

  async function ensure(): Promise<EnrolledDevice> {
    const stored = await own();
    const known = named(stored);
    if (known) return known;
    const keys = stored?.keys ?? (await makeKeys());
    if (!stored) await store.save({ accountId, keys, deviceId: undefined });
    const { deviceId: id } = await enrol({ publicKey: await publicKeyText(keys), cores });
    await store.save({ accountId, keys, deviceId: id });
    return { deviceId: deviceId(id), keys };
  }

  return {
    known: async () => named(await own()),
    ensure: () => (locks ? locks.request(LOCK, ensure) : ensure()),
    forget: () => store.forget(),
  };
}

const named = (stored: StoredDevice | undefined): EnrolledDevice | undefined =>
  stored?.deviceId === undefined ? undefined : { deviceId: deviceId(stored.deviceId), keys: stored.keys };
