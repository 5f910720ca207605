import { expect, test } from '@playwright/test';
import { must } from '../../shared/assert.ts';
import { securityHeaders } from '../../shared/headers.ts';
import { closeAll, productionOptions, startServer } from '../../server/http/testing/test-server.ts';
import { write } from './target.ts';

/**
 * Three locks stand between a name and a script, and each is opened in turn. React's escaping is inside every screen, so it
 * is passed by rather than switched off: the name is written into the page as HTML, as a mistake of ours would.
 */
const NAME = '<img src=x onerror=go()>';

test.afterAll(closeAll);

test('XSS: a display name that is a script, in the app as it ships; without the CSP the same name runs', async ({
  page,
}) => {
  const siteDir = must(process.env['E2E_SITE'], 'the built app');
  const server = await startServer({ ...productionOptions(), siteDir, policy: { mainframeThreads: 0 } });
  const driver = await server.openAsker(NAME, 'driver');
  const { account } = driver;
  expect((await write(driver, 'POST', '/api/account/keys', { name: NAME })).status, 'and a label').toBe(200);
  const value = encodeURIComponent(await server.auth.openSession(account.id));
  await page.context().addCookies([{ name: 'zeus_session', value, url: server.url }]);
  await page.addInitScript(() => Object.assign(window, { hits: 0, go: () => (window as unknown as Hits).hits++ }));
  const hits = (): Promise<number> => page.evaluate(() => (window as unknown as Hits).hits);
  /** As a screen would that forgets to escape; then waits until the picture has failed to load. */
  const writeAsHtml = (): Promise<string> =>
    page.evaluate(async (html) => {
      try {
        document.body.insertAdjacentHTML('beforeend', html);
      } catch (error) {
        return (error as Error).name;
      }
      const picture = document.body.lastElementChild;
      await new Promise((resolve) => picture?.addEventListener('error', resolve, { once: true }));
      return 'written';
    }, NAME);
  /** The page as it comes when this is all its policy says. */
  const withPolicy = async (policy: string | undefined): Promise<void> => {
    await page.unrouteAll();
    await page.route(`${server.url}/settings`, async (route) => {
      const response = await route.fetch();
      const { 'content-security-policy': _, ...headers } = response.headers();
      await route.fulfill({
        response,
        headers: policy === undefined ? headers : { ...headers, 'content-security-policy': policy },
      });
    });
    await page.goto(`${server.url}/settings`);
  };

  // All three hold: it is read as text, and written as HTML it is refused.
  await page.goto(`${server.url}/settings`);
  await expect(page.getByText(NAME)).toBeVisible();
  expect([await writeAsHtml(), await hits()]).toEqual(['TypeError', 0]);

  await page.goto(`${server.url}/settings/account`);
  await expect(page.getByRole('button', { name: `Revoke the key ${NAME}` })).toBeVisible();
  expect(await hits()).toBe(0);

  // Without Trusted Types it gets in, and the policy's script-src still keeps it from running.
  const whole = must(securityHeaders('production')['Content-Security-Policy'], 'a policy');
  const untyped = whole.replace(/;\s*(require-trusted-types-for|trusted-types)[^;]*/g, '');
  expect(untyped).not.toContain('trusted-types');
  await withPolicy(untyped);
  expect([await writeAsHtml(), await hits()]).toEqual(['written', 0]);

  // Without any policy it runs: the attack is one.
  await withPolicy(undefined);
  expect([await writeAsHtml(), await hits()]).toEqual(['written', 1]);
});

interface Hits {
  hits: number;
}
