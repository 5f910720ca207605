import {
  batteryFixtures,
  skipWithoutBattery,
  type BatteryWorker,
} from '../web/compute/testing/virtual-battery/battery-fixtures.ts';
import { expect, test as base } from './app/app-test.ts';

skipWithoutBattery(base);
const test = base.extend<object, BatteryWorker>(batteryFixtures);

test('a phone whose battery is low says so, and what ends it', async ({ page, join, battery }) => {
  battery.set({ percentage: 50, state: 'discharging', isPresent: true });
  await join();
  await page.getByRole('button', { name: 'Enable' }).click();
  const sign = page.locator('.sign-top');
  await expect(sign).toContainText('Ready');
  battery.set({ percentage: 19 });
  await expect(sign).toContainText('Resting');
  await expect(page.getByText('Battery 19 %: resting until 30 %').first()).toBeVisible();
  await expect(page.getByText('In 5 min at the soonest.').first()).toBeVisible();
  battery.set({ percentage: 31 });
  await expect(page.getByText('The battery was low.').first()).toBeVisible();
  await expect(page.getByText('Back in 5 min.').first()).toBeVisible();
});
