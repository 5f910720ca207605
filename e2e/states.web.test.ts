import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, expectAccessible, expectNoSidewaysScroll, test } from './app/app-test.ts';
import { RESTS, restScene, SCENES } from './app/scenes.ts';
import type { Scene } from './states/scene.ts';

/** Where to leave a picture of every state, at phone and desk size; nowhere as a rule. */
const { SHOTS } = process.env;

/** Opens a scene, until everything is there that it waits for: a skeleton's shape, the cut, or the end of loading. */
async function show(page: Page, name: string, scene: Scene, query: string = scene.theme): Promise<void> {
  // The query makes it a new page: another hash alone would not load it again.
  await page.goto(`/e2e/states/index.html?${query}#${encodeURIComponent(JSON.stringify(scene))}`);
  await expect(page.locator('h1')).not.toHaveText('');
  if (name.endsWith('-loading')) await expect(page.locator('.sk').first()).toBeVisible();
  else await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  if (scene.thenTap) {
    const [tap, shows] = scene.thenTap;
    await page.getByText(tap, { exact: true }).first().click();
    await expect(page.getByText(shows).first()).toBeVisible();
  }
  if (scene.thenCut) {
    await page.evaluate(() => window.cutLine());
    await expect(page.getByText('offline').first()).toBeVisible();
  }
  await page.evaluate(() => document.fonts.ready);
}

for (const [name, scene] of Object.entries(SCENES)) {
  test(`${name}: readable by everybody, by day and by night, narrow and with large letters`, async ({ page }) => {
    for (const theme of ['light', 'dark'] as const) {
      await show(page, name, { ...scene, theme });
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

test('each reason for a rest has its colour and its sentence, and is read aloud once', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const [reason, tone, words] of RESTS) {
    await show(page, `home-resting-${reason}`, { ...restScene(reason), theme: 'light' }, reason);
    await expect(page.locator('[data-sign]')).toHaveAttribute('data-sign', tone);
    await expect(page.locator('[data-sign]')).toContainText(words);
    await expect(page.getByRole('status')).toContainText(words);
    await expectNoSidewaysScroll(page);
  }
});

async function shoot(page: Page, path: string): Promise<void> {
  await page.screenshot({ path: `${path}-390.png` });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.screenshot({ path: `${path}-1280.png` });
  await page.setViewportSize({ width: 390, height: 844 });
}
