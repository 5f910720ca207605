/**
 * `npm run pictures`: draws what an operating system shows of the app, into web/pwa/pictures. Icons from web/ui/mark.svg, and
 * screens from the scenes of the tests, so that a shop window never shows what the app is not. Run it when the mark or Home changes.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from '@playwright/test';
import buildSite from '../../e2e/app/build-site.ts';
import { SCENES } from '../../e2e/app/scenes.ts';
import { serve } from '../../server/serve.ts';
import { must } from '../../shared/assert.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { chromiumArgs, findChromium } from '../setup/chromium.mjs';
import { ROOT } from '../spawn-quietly.ts';

const PICTURES = join(ROOT, 'web', 'pwa', 'pictures');
const mark = readFileSync(join(ROOT, 'web', 'ui', 'mark.svg'), 'utf8');

/** `inset`: the share of the edge that stays empty, on a ground without corners, for systems that cut icons themselves. */
const ICONS = [
  { name: 'icon-192', size: 192, inset: undefined },
  { name: 'icon-512', size: 512, inset: undefined },
  // Whatever the mask, a circle of 80 % is seen: https://w3c.github.io/manifest/#icon-masks
  { name: 'maskable-512', size: 512, inset: 0.17 },
  { name: 'apple-touch-180', size: 180, inset: 0.08 },
] as const;

const SCREENS = [
  { name: 'home-narrow', scene: 'home-computing', width: 390, height: 844 },
  { name: 'route-narrow', scene: 'answer', width: 390, height: 844 },
  { name: 'home-wide', scene: 'home-computing', width: 1280, height: 800 },
] as const;

async function drawIcons(browser: Browser): Promise<void> {
  for (const { name, size, inset } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const ground = inset === undefined ? 'transparent' : '#005a42';
    const edge = Math.round(size * (inset ?? 0));
    await page.setContent(
      `<style>*{margin:0}body{background:${ground};padding:${edge}px}svg{display:block;width:${size - 2 * edge}px}</style>${mark}`,
    );
    await page.screenshot({ path: join(PICTURES, `${name}.png`), omitBackground: true });
    await page.close();
  }
}

async function drawScreens(browser: Browser, url: string): Promise<void> {
  for (const { name, scene, width, height } of SCREENS) {
    const page = await browser.newPage({ viewport: { width, height }, serviceWorkers: 'block' });
    const shown = JSON.stringify({ ...must(SCENES[scene], scene), theme: 'light' });
    await page.goto(`${url}/e2e/states/index.html#${encodeURIComponent(shown)}`);
    await page.locator('h1').waitFor({ state: 'attached' });
    await page.waitForFunction(() => document.querySelector('.card') && !document.querySelector('[aria-busy=true]'));
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(PICTURES, `${name}.png`) });
    await page.close();
  }
}

const executablePath = findChromium();
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: chromiumArgs() });
await drawIcons(browser);
const dropSite = await buildSite();
const folder = mkdtempSync(join(tmpdir(), 'zeus-pictures-'));
const server = await serve({
  host: '127.0.0.1',
  port: 0,
  dataDir: join(folder, 'data'),
  secret: undefined,
  isProduction: false,
  policy: POLICY,
  siteDir: must(process.env['E2E_SITE'], 'the built app'),
  say: () => undefined,
});
await drawScreens(browser, server.url);
await server.close();
await browser.close();
dropSite();
rmSync(folder, { recursive: true, force: true });
