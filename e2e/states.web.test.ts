/**
 * Every screen in every state: readable by everybody, by day and by night, in every language, on a narrow phone and with
 * letters twice their size. One page shows many scenes (`e2e/states`), so that all of it costs less than opening each did.
 */
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import lingui from '../lingui.config.ts';
import { expect, test } from './app/app-test.ts';
import { cutOff, smallTargets } from './app/page-checks.ts';
import { RESTS, restScene, SCENES } from './app/scenes.ts';
import { breaches, openStage, showScene } from './app/stage.ts';

/** Where to leave a picture of every state, at phone and desk size; nowhere as a rule. */
const { SHOTS } = process.env;

/** How many tests share the scenes: each its own page. */
const SHARES = 6;
/** A common small phone, and the narrowest. Tall, so that nothing lies half under the tab bar: its size would be misread. */
const SMALL = { width: 360, height: 4_000 };
const NARROW = { width: 320, height: 640 };
/** The smallest thing a thumb must hit, and a mouse. */
const THUMB = 44;

test.use({ viewport: SMALL, contextOptions: { reducedMotion: 'reduce' } });

/** What is wrong with the scene that is shown: nothing, one hopes. */
async function findFaults(page: Page, name: string): Promise<readonly string[]> {
  const faults: string[] = [];
  const note = (where: string, found: readonly string[]): void =>
    void faults.push(...found.map((fault) => `${name}, ${where}: ${fault}`));

  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeLessThanOrEqual(SMALL.height);
  note('by day', await breaches(page, 'all'));
  note('targets', await page.evaluate(smallTargets, THUMB));
  await page.evaluate(() => window.stage.dress('dark'));
  note('by night', await breaches(page, 'colours'));
  await page.evaluate(() => window.stage.dress('light'));
  for (const locale of lingui.locales) {
    await page.evaluate((name) => window.stage.speak(name), locale);
    if (locale !== lingui.sourceLocale) note(locale, await breaches(page, 'words'));
  }
  await page.setViewportSize(NARROW);
  for (const locale of lingui.locales) {
    await page.evaluate((name) => window.stage.speak(name), locale);
    note(`${locale}, narrow`, await page.evaluate(cutOff));
    await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
    note(`${locale}, narrow with large letters`, await page.evaluate(cutOff));
    await page.evaluate(() => (document.documentElement.style.fontSize = ''));
  }
  await page.setViewportSize(SMALL);
  await page.evaluate((name) => window.stage.speak(name), lingui.sourceLocale ?? 'en');
  return faults;
}

const ALL = Object.entries(SCENES);
for (let share = 0; share < SHARES; share++) {
  test(`scenes, part ${share + 1} of ${SHARES}: readable by everybody, in every theme and language`, async ({
    page,
  }) => {
    test.slow();
    await openStage(page);
    const faults: string[] = [];
    // Dealt out in turn, so that the parts take equally long.
    for (const [name, scene] of ALL.filter((_, index) => index % SHARES === share)) {
      await showScene(page, name, scene);
      faults.push(...(await findFaults(page, name)));
      if (SHOTS) await shoot(page, join(SHOTS, name));
    }
    expect(faults).toEqual([]);
  });
}

test('each reason for a rest has its colour and its sentence, is read aloud once, and fits in every language', async ({
  page,
}) => {
  await page.setViewportSize(NARROW);
  await openStage(page);
  const faults: string[] = [];
  for (const [reason, tone, words] of RESTS) {
    await showScene(page, reason, restScene(reason));
    await expect(page.locator('[data-sign]')).toHaveAttribute('data-sign', tone);
    await expect(page.locator('[data-sign]')).toContainText(words);
    await expect(page.getByRole('status')).toContainText(words);
    for (const theme of ['light', 'dark'] as const) {
      await page.evaluate((to) => window.stage.dress(to), theme);
      faults.push(...(await breaches(page, 'colours')).map((fault) => `${reason}, ${theme}: ${fault}`));
    }
    for (const locale of lingui.locales) {
      await page.evaluate((name) => window.stage.speak(name), locale);
      faults.push(...(await page.evaluate(cutOff)).map((fault) => `${reason}, ${locale}: ${fault}`));
    }
    await page.evaluate((name) => window.stage.speak(name), lingui.sourceLocale ?? 'en');
  }
  expect(faults).toEqual([]);
});

async function shoot(page: Page, path: string): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.evaluate((to) => window.stage.dress(to), theme);
    for (const size of [
      { width: 390, height: 844 },
      { width: 1280, height: 800 },
    ]) {
      await page.setViewportSize(size);
      await page.screenshot({ path: `${path}-${theme}-${size.width}.png` });
    }
  }
  await page.evaluate(() => window.stage.dress('light'));
  await page.setViewportSize(SMALL);
}
