/**
 * `npm run sheet -- --out DIR`: every scene at 390 px, by day, at night and in each other language, as a few pictures to be
 * looked at beside the drawings. Each is an HTML page of screenshots, itself photographed; names are written beneath.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { preview } from 'vite';
import { must } from '../../shared/assert.ts';
import lingui from '../../lingui.config.ts';
import { chromiumArgs, findChromium } from '../../house/setup/chromium.mjs';
import buildSite from '../app/build-site.ts';
import { SCENES } from '../app/scenes.ts';
import { openStage, showScene } from '../app/stage.ts';

const PHONE = { width: 390, height: 844 };
/** Scenes in one picture, and in one row of it. */
const A_PICTURE = 24;
const A_ROW = 6;

interface Look {
  readonly name: string;
  readonly theme: 'light' | 'dark';
  readonly locale: string;
}

const { values } = parseArgs({ options: { out: { type: 'string' } } });
if (!values.out) {
  process.stderr.write('Expected a folder for the pictures: npm run sheet -- --out DIR\n');
  process.exit(2);
}
const out = values.out;
const source = lingui.sourceLocale ?? 'en';
const looks: readonly Look[] = [
  { name: 'light', theme: 'light', locale: source },
  { name: 'dark', theme: 'dark', locale: source },
  ...lingui.locales
    .filter((locale) => locale !== source)
    .map((locale) => ({ name: locale, theme: 'light' as const, locale })),
];

const removeSite = await buildSite();
const shots = mkdtempSync(join(tmpdir(), 'zeus-sheet-'));
const site = await preview({
  logLevel: 'warn',
  build: { outDir: must(process.env['E2E_SITE'], 'a site') },
  preview: { port: 0 },
});
const executablePath = findChromium();
const browser = await chromium.launch({
  ...(executablePath && { executablePath }),
  args: chromiumArgs(),
});
try {
  mkdirSync(out, { recursive: true });
  const baseURL = must(site.resolvedUrls?.local[0], 'an address');
  const context = await browser.newContext({ baseURL, viewport: PHONE, reducedMotion: 'reduce', locale: 'en-US' });
  const page = await context.newPage();
  await openStage(page);
  for (const [name, scene] of Object.entries(SCENES)) {
    await showScene(page, name, scene);
    await photograph(page, name);
  }
  await assemble(await context.newPage(), Object.keys(SCENES));
} finally {
  await browser.close();
  await new Promise((resolve) => site.httpServer.close(resolve));
  removeSite();
  rmSync(shots, { recursive: true, force: true });
}

async function photograph(page: Page, name: string): Promise<void> {
  for (const look of looks) {
    await page.evaluate(({ theme, locale }) => (window.stage.dress(theme), window.stage.speak(locale)), look);
    await page.screenshot({ path: join(shots, `${name}-${look.name}.png`) });
  }
  await page.evaluate((locale) => (window.stage.dress('light'), window.stage.speak(locale)), source);
}

/** Pictures of pictures, half as large. */
async function assemble(page: Page, names: readonly string[]): Promise<void> {
  const [width, height] = [PHONE.width / 2, PHONE.height / 2];
  await page.setViewportSize({ width: A_ROW * (width + 12) + 12, height: 800 });
  for (const look of looks) {
    for (let from = 0; from < names.length; from += A_PICTURE) {
      const cells = names.slice(from, from + A_PICTURE).map((name) => {
        const data = readFileSync(join(shots, `${name}-${look.name}.png`)).toString('base64');
        return `<figure><img src="data:image/png;base64,${data}" width="${width}" height="${height}"><figcaption>${name}</figcaption></figure>`;
      });
      await page.setContent(
        `<style>body{margin:12px;font:13px sans-serif;background:#bbb;display:flex;flex-wrap:wrap;gap:12px}
        figure{margin:0;width:${width}px}img{display:block}</style>${cells.join('')}`,
      );
      const path = join(out, `${look.name}-${1 + from / A_PICTURE}.png`);
      await page.screenshot({ path, fullPage: true });
      process.stdout.write(`${path}\n`);
    }
  }
}
