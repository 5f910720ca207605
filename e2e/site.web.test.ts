import { expect, test } from '@playwright/test';

test('the test page is cross-origin isolated, runs our sources and leaves the console empty', async ({ page }) => {
  const messages: string[] = [];
  // Vite's own client speaks at the debug level.
  page.on('console', (message) => {
    if (message.type() !== 'debug') messages.push(message.text());
  });
  page.on('pageerror', (error) => messages.push(error.message));

  await page.goto('/e2e/site/index.html');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

  const exported = await page.evaluate(async (path) => Object.keys(await import(path)), '/shared/result.ts');
  expect(exported.length).toBeGreaterThan(0);
  expect(messages).toEqual([]);
});
