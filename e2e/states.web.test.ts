import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectNoSidewaysScroll, test } from './app/app-test.ts';
import { SCENES } from './app/scenes.ts';
import type { Scene } from './states/scene.ts';

/** Where to leave a picture of every state, at phone and desk size; nowhere as a rule. */
const { SHOTS } = process.env;

async function show(page: Page, scene: Scene): Promise<void> {
  await page.goto(`/e2e/states/index.html#${encodeURIComponent(JSON.stringify(scene))}`);
  await page.evaluate(() => document.fonts.ready);
  // Longer than a skeleton waits and than a scene takes to cut the line.
  await expect(page.locator('h1')).not.toHaveText('');
  await page.waitForTimeout(scene.thenCut ? 600 : 350);
}

for (const [name, scene] of Object.entries(SCENES)) {
  test(`${name}: readable by everybody, by day and by night, narrow and with large letters`, async ({ page }) => {
    for (const theme of ['light', 'dark'] as const) {
      await show(page, { ...scene, theme });
      await expectAccessible(page, theme);
      if (SHOTS) await shoot(page, join(SHOTS, `${name}-${theme}`));
    }
    // The narrowest phone; and letters twice their size, as the system's setting makes them. Colours change nothing there.
    await page.setViewportSize({ width: 320, height: 640 });
    await expectNoSidewaysScroll(page);
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    await expectNoSidewaysScroll(page);
    if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}-large.png`), fullPage: true });
  });
}

async function shoot(page: Page, path: string): Promise<void> {
  await page.screenshot({ path: `${path}-390.png` });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path: `${path}-1280.png` });
  await page.setViewportSize({ width: 390, height: 844 });
}
