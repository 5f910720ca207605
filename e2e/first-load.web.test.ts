import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { must } from '../shared/assert.ts';
import { expect, test } from './app/app-test.ts';

/** What a phone loads, compressed, before it shows anything. React alone is 70 of it. */
const MOST_BYTES = 90_000;

/** The entry and all it imports at once. */
function firstScripts(assets: string, page: string): ReadonlySet<string> {
  const found = new Set<string>();
  const follow = (file: string): void => {
    if (found.has(file)) return;
    found.add(file);
    const code = readFileSync(join(assets, file), 'utf8');
    for (const [, name] of code.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) follow(must(name, 'a name'));
  };
  for (const [, name] of page.matchAll(/\/assets\/([\w.-]+\.js)/g)) follow(must(name, 'a name'));
  return found;
}

test('the first load stays below 90,000 bytes of script', () => {
  const site = must(process.env['E2E_SITE'], 'the built app');
  const scripts = firstScripts(join(site, 'assets'), readFileSync(join(site, 'index.html'), 'utf8'));
  expect(scripts.size).toBeGreaterThan(0);
  const sizes = [...scripts].map((file) => gzipSync(readFileSync(join(site, 'assets', file))).length);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`first load: ${bytes} bytes of script, gzipped, in ${sizes.length} files`);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
});

test('the page is isolated, speaks our language in our letters, and starts on a whole policy', async ({ page }) => {
  const reply = await page.goto('/');
  await expect(page.getByText('Sign in, or come in with an invite.')).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await page.evaluate(() => document.fonts.check('17px "Overpass Variable"'))).toBe(true);
  expect(reply?.headers()['content-security-policy']).toContain("require-trusted-types-for 'script'");
});
