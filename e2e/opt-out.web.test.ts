import { deviceId } from '../shared/ids.ts';
import { expect, test } from './app/app-test.ts';
import type { Page } from '@playwright/test';

const sign = (page: Page) => page.locator('.sign-top');

/** Enables, and says which device this is. */
async function enable(page: Page): Promise<number> {
  const consented = page.waitForResponse((reply) => reply.url().endsWith('/consent'));
  await page.getByRole('button', { name: 'Enable' }).click();
  const reply = (await (await consented).json()) as { readonly deviceId: number };
  await expect(sign(page)).toContainText('Ready');
  return reply.deviceId;
}

test('opting out is one tap: off at once, kept by the server, and still off tomorrow', async ({
  page,
  join,
  server,
}) => {
  await join();
  const id = deviceId(await enable(page));
  expect((await server.store.lastConsent(id))?.isGranted).toBe(true);

  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(sign(page)).toContainText('Off');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect.poll(async () => (await server.store.lastConsent(id))?.isGranted).toBe(false);
  await page.reload();
  await expect(sign(page)).toContainText('Off');

  // The text of this version was read here: turning on again is one tap, too.
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(sign(page)).toContainText('Ready');
  expect((await server.store.lastConsent(id))?.isGranted).toBe(true);
});

test('the switch stands at Settings → AI & Performance → Shared Compute', async ({ page, join }) => {
  await join();
  await enable(page);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: /Shared Compute/ }).click();
  const toggle = page.getByRole('switch', { name: 'Shared Compute' });
  await expect(toggle).toHaveAttribute('aria-checked', 'true');
  await toggle.press('Space');
  await expect(toggle).toHaveAttribute('aria-checked', 'false');
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(sign(page)).toContainText('Off');
});

test('offline: said within a glance, old numbers with their time, and back by itself', async ({ page, join }) => {
  await join();
  await enable(page);
  await page.context().setOffline(true);
  await expect(sign(page)).toContainText('Offline');
  await expect(page.getByText('Nothing is lost.').first()).toBeVisible();
  await expect(page.locator('.figures')).toHaveClass(/is-stale/);
  await expect(page.locator('.figures')).toContainText('From');
  await page.context().setOffline(false);
  await expect(sign(page)).toContainText('Ready');
  await expect(page.locator('.figures')).not.toHaveClass(/is-stale/);
});

test('an opt-out without network counts at once, and the server hears of it as soon as it can', async ({
  page,
  join,
  server,
}) => {
  await join();
  const id = deviceId(await enable(page));
  await page.context().setOffline(true);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(sign(page)).toContainText('Off');
  expect((await server.store.lastConsent(id))?.isGranted).toBe(true);
  await page.context().setOffline(false);
  await expect.poll(async () => (await server.store.lastConsent(id))?.isGranted).toBe(false);
});
