import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './app/app-test.ts';

const sign = (page: Page) => page.locator('[data-sign]');
const SETTINGS = '/settings/ai-performance/shared-compute';

test('a driver pauses for today with one tap, finds it paused after a reload, and resumes', async ({ page, join }) => {
  await join();
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(sign(page)).toContainText('Ready');
  await page.getByRole('button', { name: 'Pause for today' }).click();
  await expect(sign(page)).toContainText('Paused by you');
  await page.reload();
  await expect(sign(page)).toContainText('Paused by you');
  // The pause is this phone's: the stored word of the day stays as it is, and Stop stays beside it.
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(sign(page)).toContainText('Ready');
  // From any other screen too.
  for (const name of ['Ask', 'Credits', 'Settings']) {
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Home' }).click();
    await expect(sign(page)).toContainText('Paused by you');
    await page.getByRole('button', { name: 'Resume' }).click();
  }
});

test('a limit holds at once, says so in its chip, is kept, and ends with its switch', async ({ page, join }) => {
  await join();
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(sign(page)).toContainText('Ready');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: /Shared Compute/ }).click();
  const chargingOnly = page.getByRole('switch', { name: 'Charging only' });
  const bad = page.locator('.sg--bad').filter({ hasNotText: 'You using it' }); // a tap is a touch, for seconds
  await expect(page.locator('.sg--ok').filter({ hasText: 'App in front' })).toBeVisible();
  await expect(bad).toHaveCount(0);
  await page.getByRole('switch', { name: 'Only at certain hours' }).click();
  // Hours that are over and not yet begun, whatever the time is.
  const hour = await page.evaluate(() => new Date().getHours());
  const hours = [(hour + 2) % 24, (hour + 4) % 24].map((at) => `${String(at).padStart(2, '0')}:00`);
  await page.getByLabel('From').fill(hours[0] ?? '');
  await page.getByLabel('To').fill(hours[1] ?? '');
  await expect(sign(page)).toContainText('Outside your hours');
  await expectAccessible(page);
  await page.goto(SETTINGS);
  await expect(sign(page)).toContainText('Outside your hours');
  await expect(page.getByLabel('From')).toHaveValue(hours[0] ?? '');
  await page.getByRole('switch', { name: 'Only at certain hours' }).click();
  await expect(sign(page)).toContainText('Ready');

  const battery = page.locator('.sg').filter({ hasText: 'Battery' });
  if ((await battery.getAttribute('class'))?.includes('unknown')) {
    await page.getByRole('button', { name: 'Yes, for 2 hours' }).click();
    await expect(battery).toContainText('declared');
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await expect(battery).toContainText('unknown');
    await chargingOnly.click();
    await expect(sign(page)).toContainText('Charging only is on');
    await expect(bad).toHaveCount(1);
    await chargingOnly.click();
    await expect(sign(page)).toContainText('Ready');
  }
});
