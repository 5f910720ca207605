import type { Page } from '@playwright/test';
import type { Account } from '../../../shared/model/device.ts';
import { POLICY, type Policy } from '../../../shared/model/policy.ts';
import type { EnrolRequest } from '../../../shared/protocol/app.ts';
import { closeAll, startServer, type Asker, type TestServer } from '../../../server/http/testing/test-server.ts';
import type { ComputeView } from '../view.ts';
import { openFront, type FrontServer } from './front-server.ts';
import type { DevicePage, DevicePageOptions } from './device-page.ts';

declare const window: Window & { device: DevicePage };

/** A real server that computes nothing itself, behind one origin with the page's sources; an asker, and a driver with phones. */
export interface Stage {
  readonly server: TestServer;
  readonly front: FrontServer;
  readonly asker: Asker & { readonly account: Account };
  readonly driver: Account;
  /** Ids in the order they enrolled. */
  readonly enrolled: number[];
  /** Opens the device side in a page of the stage's origin; off until enabled. */
  open(page: Page, options?: Partial<Omit<DevicePageOptions, 'accountId'>>): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(vite: string, policy: Partial<Policy> = {}): Promise<Stage> {
  const front = await openFront(vite);
  const server = await startServer({ policy: { mainframeThreads: 0, ...policy }, origins: [front.url] });
  front.server = server.url;
  const asker = await server.openAsker('Asker', 'driver');
  const driver = await server.coordinator.openAccount('Driver', 'driver');
  const enrolled: number[] = [];

  async function enrol({ publicKey, cores }: EnrolRequest) {
    const key = new Uint8Array(Buffer.from(publicKey, 'base64url'));
    const device = await server.coordinator.enrolDevice({ accountId: driver.id, publicKey: key, cores });
    if (!device.ok) throw new Error(device.error);
    const { id } = device.value;
    // As if it had passed its self-test: what is tried here comes after.
    await server.coordinator.calibrate({ accountId: driver.id, deviceId: id, chunkMs: 0.01 });
    await server.coordinator.consent({
      accountId: driver.id,
      deviceId: id,
      version: POLICY.consentVersion,
      isGranted: true,
    });
    enrolled.push(id);
    return { deviceId: id, consent: null };
  }

  return {
    server,
    front,
    asker,
    driver,
    enrolled,
    async open(page, { bench = true, ...options } = {}) {
      await page.exposeFunction('enrolInNode', enrol).catch(() => undefined); // there already, after a reload
      await page.goto(`${front.url}/e2e/site/index.html`);
      await page.evaluate(
        async ([path, options]) => {
          // oxlint-disable-next-line import/no-dynamic-require -- runs in the page, where the path is one of Vite's.
          window.device = (await import(path)).openDevicePage(options);
        },
        ['/web/compute/testing/device-page.ts', { accountId: driver.id, bench, ...options }] as const,
      );
    },
    async close() {
      await closeAll();
      await front.close();
    },
  };
}

export const enable = (page: Page): Promise<void> => page.evaluate(() => window.device.compute.enable());

export const viewOf = (page: Page): Promise<ComputeView> => page.evaluate(() => window.device.compute.view());

export const stateOf = async (page: Page): Promise<string> => {
  const { state, reason } = await viewOf(page);
  return reason === undefined ? state : `${state}: ${reason}`;
};
