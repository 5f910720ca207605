import type { AccountId, DeviceId } from '../../../shared/ids.ts';
import { must } from '../../../shared/assert.ts';
import { bestChunk, CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import { readSetOf } from '../../core/read-set.ts';
import { enrolledDevice } from '../../testing/enrolled-device.ts';
import type { NodeDevice, NodeDeviceOptions } from '../../testing/node-device.ts';
import { Asker, type TestServer } from './test-server.ts';

export interface TestPhone {
  readonly device: NodeDevice;
  readonly driver: Asker;
  readonly accountId: AccountId;
}

/** A phone, and its driver, signed in. It hands in what `alter` makes of what it computed. */
export async function openPhone(server: TestServer, alter?: NodeDeviceOptions['alter']): Promise<TestPhone> {
  const device = await enrolledDevice(server, alter && { alter });
  const accountId = await accountOf(server, device.deviceId);
  const driver = new Asker(server.url, await server.auth.openSession(accountId));
  return { device, driver, accountId };
}

/** Says something else of so many chunks of each unit, never of the best. */
export const wrongIn =
  (count: number): NonNullable<NodeDeviceOptions['alter']> =>
  (output) => {
    const { chunk: best } = bestChunk(output);
    const wrong = [...Array(CHUNKS_PER_TASK).keys()].filter((chunk) => chunk !== best).slice(0, count);
    return output.map((byte, i) => (i % 8 === 4 && wrong.includes(i >> 3) ? byte ^ 1 : byte));
  };

async function accountOf({ store }: TestServer, id: DeviceId): Promise<AccountId> {
  const { devices } = await store.load({ ...readSetOf([]), devices: new Set([id]) });
  return must(devices.get(id), `device ${id}`).accountId;
}

/** Looks again whenever something of an account has changed, until there is something to see. */
export async function whenChanged<Seen>(
  server: TestServer,
  accountId: AccountId,
  look: () => Promise<Seen | undefined>,
): Promise<Seen> {
  let wake = (): void => undefined;
  const unwatch = server.people.watch(accountId, () => wake());
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => (wake = resolve));
      const seen = await look();
      if (seen !== undefined) return seen;
      await changed;
    }
  } finally {
    unwatch();
  }
}
