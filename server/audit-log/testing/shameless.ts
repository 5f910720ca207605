import { POLICY } from '../../../shared/model/policy.ts';
import type { DeviceId } from '../../../shared/ids.ts';
import type { Store } from '../../core/ports.ts';
import { wrapStore } from '../../testing/wrap-store.ts';

/**
 * The control taken out where work is leased, and nowhere else: whoever has not agreed is read as if they had, and written as
 * they are. So their rows, their acts and every screen say that they withdrew, and they get work.
 */
export function shameless(store: Store): Store {
  const out = new Set<DeviceId>();
  return wrapStore(store, {
    async load(wanted) {
      const read = await store.load(wanted);
      const devices = [...read.devices].map(([id, device]) => {
        if (device.consentVersion > 0 && device.consentClasses.length > 0) return [id, device] as const;
        out.add(id);
        return [id, { ...device, consentVersion: POLICY.consentVersion, consentClasses: ['normal'] as const }] as const;
      });
      return { ...read, devices: new Map(devices) };
    },
    commit: (writes) =>
      store.commit({
        ...writes,
        devices: writes.devices.map((device) => {
          const act = writes.consents.findLast(({ deviceId }) => deviceId === device.id);
          if (act?.isGranted) out.delete(device.id);
          return act || !out.has(device.id) ? device : { ...device, consentVersion: 0, consentClasses: [] };
        }),
      }),
  });
}
