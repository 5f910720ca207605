import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import AxeBuilder from '@axe-core/playwright';
import { POLICY } from '../../shared/model/policy.ts';
import { DAY } from '../../shared/time.ts';
import { serve, type RunningServer } from '../../server/serve.ts';
import { must } from '../../shared/assert.ts';
import { steadyPressure } from '../../web/compute/testing/steady-pressure.ts';

interface AppFixtures {
  /** What the page's console said, errors of the page included. Checked empty after each test. */
  readonly consoleLines: string[];
  /** The last code that was sent to this address: a server without SMTP says it. */
  readonly codeSaid: (email: string) => Promise<string>;
  /** A new driver, through an invite, at the opt-in screen. */
  readonly join: (name?: string) => Promise<void>;
}

interface AppWorkers {
  /** What the server tells its operator. */
  readonly said: string[];
  readonly server: RunningServer;
}

/** The phone of the drawings. */
const PHONE = { width: 390, height: 844 };

/** Tests of the app as it ships: the built pages, the real server on a database of its own, a real browser at phone size. */
export const test = base.extend<AppFixtures, AppWorkers>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from this pattern.
  said: [async ({}, use) => use([]), { scope: 'worker' }],
  server: [
    async ({ said }, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'zeus-app-'));
      const server = await serve({
        host: '127.0.0.1',
        port: 0,
        dataDir: join(folder, 'data'),
        secret: undefined,
        isProduction: false,
        // A pool answer within seconds, in two rounds.
        policy: { ...POLICY, effort: { ...POLICY.effort, 'route-plan': [{ upTo: 1000, units: 4, rounds: 2 }] } },
        siteDir: must(process.env['E2E_SITE'], 'the built app'),
        say: (line) => void said.push(line),
      });
      await use(server);
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  baseURL: ({ server }, use) => use(server.url),
  viewport: PHONE,
  // What else this machine does must not warm the phone of a test.
  page: async ({ page }, use) => {
    const pressure = await steadyPressure(page);
    await use(page);
    if (!page.isClosed()) await pressure.release();
  },
  consoleLines: [
    async ({ page }, use) => {
      const lines: string[] = [];
      page.on('console', (message) => void lines.push(message.text()));
      page.on('pageerror', (error) => void lines.push(String(error)));
      await use(lines);
      // What the browser and Playwright say by themselves: of replies that are no success, and of workers they keep out.
      const said = /^Failed to load resource|^Service Worker registration blocked by Playwright/;
      expect(lines.filter((line) => !said.test(line))).toEqual([]);
    },
    { auto: true },
  ],
  codeSaid: async ({ said }, use) => {
    let from = 0; // a code that was read is no code any more
    const find = (email: string): number =>
      said.findLastIndex((line, i) => i >= from && line.includes(`mail to ${email}`));
    await use(async (email) => {
      await expect.poll(() => find(email)).toBeGreaterThanOrEqual(0);
      const at = find(email);
      from = at + 1;
      return must(/: (\d{6}) /.exec(said[at] ?? '')?.[1], 'a code');
    });
  },
  join: async ({ page, server }, use) => {
    await use(async (name = 'Maria') => {
      await page.goto(`/join/${await server.people.invite('driver', DAY)}`);
      await page.getByLabel('Your name').fill(name);
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page.getByRole('heading', { name: 'Shared Compute (Optional)' })).toBeVisible();
    });
  },
});

/**
 * WCAG 2.2 AA, as far as a program can tell. At night only the colours are others. The page is looked at whole: what lies half
 * under the tab bar, at this scroll position and with today's date, is no smaller for it.
 */
export async function expectAccessible(page: Page, theme: 'light' | 'dark' = 'light'): Promise<void> {
  const size = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  if (size) await page.setViewportSize({ ...size, height: Math.max(size.height, height) });
  const axe = new AxeBuilder({ page });
  const { violations } = await (
    theme === 'dark'
      ? axe.withRules(['color-contrast'])
      : axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
  ).analyze();
  if (size) await page.setViewportSize(size);
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}

export { expect };
