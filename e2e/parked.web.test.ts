import { expect, test } from './app/app-test.ts';

declare const window: Window & { locks: { asked: number; released: number } };

test('parked: black and awake; a tap shows the buttons, a hold pauses, Escape leaves and lets the screen sleep', async ({
  page,
  join,
}) => {
  // The real lock, counted.
  await page.addInitScript(() => {
    window.locks = { asked: 0, released: 0 };
    const request = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = async (type) => {
      window.locks.asked++;
      const lock = await request(type);
      lock.addEventListener('release', () => window.locks.released++);
      return lock;
    };
  });
  test.slow(); // it waits out the six seconds of its buttons
  await join();
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(page.locator('[data-sign]')).toContainText('Ready');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: /Shared Compute/ }).click();
  await page.getByRole('link', { name: /Parked screen/ }).click();

  const screen = page.getByRole('main');
  await expect(page.getByRole('heading', { name: 'Parked screen' })).toBeFocused();
  await expect(screen).toHaveCSS('background-color', 'rgb(0, 0, 0)');
  await expect(page.getByText('units verified today')).toBeVisible();
  await expect.poll(() => page.evaluate(() => window.locks)).toEqual({ asked: 1, released: 0 });
  await expect(page.getByText('The screen may sleep.')).toHaveCount(0);

  const chrome = page.locator('.chrome');
  await expect(chrome).toHaveCSS('opacity', '0');
  await page.getByText('units verified today').click();
  await expect(chrome).toHaveCSS('opacity', '1');
  await expect(page.getByText('Paused by you', { exact: true })).toHaveCount(0);
  await expect(chrome).toHaveCSS('opacity', '0', { timeout: 10_000 });

  await page.getByText('units verified today').hover();
  await page.mouse.down();
  await expect(page.getByText('Paused by you', { exact: true })).toBeVisible();
  await page.mouse.up();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(page.getByText('Paused by you', { exact: true })).toHaveCount(0);

  await page.keyboard.press('Escape');
  await expect(page.locator('[data-sign]')).toContainText('Ready');
  await expect.poll(() => page.evaluate(() => window.locks.released)).toBe(1);
});

test('parked where the browser refuses to keep the screen on: it says so', async ({ page, join }) => {
  await page.addInitScript(() => {
    navigator.wakeLock.request = () => Promise.reject(new DOMException('low power', 'NotAllowedError'));
  });
  await join();
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(page.locator('[data-sign]')).toContainText('Ready');
  await page.goto('/parked');
  await expect(page.getByText('The screen may sleep.')).toBeVisible();
});
