import { chromium, expect, test } from '@playwright/test';
import { must } from '../shared/assert.ts';
import { closeAll, startServer } from '../server/http/testing/test-server.ts';

test.afterAll(closeAll);

/** In a browser of its own: in all others pages kept for the back button are switched off, and on phones they are not. */
test('a shared phone: the back button shows the next driver nothing of the one who signed out', async ({
  launchOptions,
}) => {
  const siteDir = must(process.env['E2E_SITE'], 'the built app');
  const server = await startServer({ siteDir, policy: { mainframeThreads: 0 } });
  const { account } = await server.openAsker('Ana', 'driver');
  const browser = await chromium.launch({ ...launchOptions, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  try {
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const value = encodeURIComponent(await server.auth.openSession(account.id));
    await context.addCookies([{ name: 'zeus_session', value, url: server.url }]);
    const page = await context.newPage();
    const isKept = (): Promise<boolean> => page.evaluate(() => document.body.dataset['of'] === 'Ana');
    const shown: string[] = [];
    await page.exposeFunction('tell', (text: string) => void shown.push(text));
    // Two pages of hers: one she left by its address, and the one she signs out on.
    for (const path of ['/credits', '/settings']) {
      await page.goto(server.url + path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.evaluate(() => {
        document.body.dataset['of'] = 'Ana';
        const { tell } = window as unknown as { tell: (text: string) => void };
        addEventListener('pageshow', () => tell(`${location.pathname}: ${document.body.innerText.length > 0}`));
      });
    }
    await page.getByRole('button', { name: 'Sign out', exact: true }).click();
    await page.getByRole('button', { name: 'Sign out and lose it' }).click();
    await expect(page.getByText('Not signed in')).toBeVisible();
    await page.evaluate(() => history.back());
    // This browser did keep the first: it came back, and began anew.
    await expect.poll(() => shown).toEqual(['/credits: true']);
    await expect(page.getByText('Not signed in')).toBeVisible();
    await expect.poll(isKept).toBe(false);
  } finally {
    await browser.close();
  }
});
