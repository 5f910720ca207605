import type {
  Fixtures,
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
} from '@playwright/test';
import { batteryMissing, startBattery, type VirtualBattery } from './virtual-battery.ts';

export interface BatteryWorker {
  /** Half full when the browser starts; a test sets what it needs first. */
  readonly battery: VirtualBattery;
}

/** For `test.extend`: the browser of these tests runs on a battery. It looks for its bus when it starts, so each has its own. */
export const batteryFixtures: Fixtures<
  object,
  BatteryWorker,
  PlaywrightTestArgs & PlaywrightTestOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
> = {
  battery: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from this pattern.
    async ({}, use) => {
      const battery = await startBattery({ percentage: 50, state: 'discharging' });
      await use(battery);
      await battery.close();
    },
    { scope: 'worker' },
  ],
  browser: [
    async ({ playwright, launchOptions, battery }, use) => {
      const browser = await playwright.chromium.launch({ ...launchOptions, env: { ...process.env, ...battery.env } });
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
};

/** Once at the top of a file: says why, where there can be no battery. */
export function skipWithoutBattery(test: { skip(condition: boolean, why: string): void }): void {
  if (batteryMissing === undefined) return;
  console.log(batteryMissing);
  test.skip(true, batteryMissing);
}
