import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { type Policy, POLICY } from '../shared/model/policy.ts';
import { must } from '../shared/assert.ts';
import { DAY } from '../shared/time.ts';
import { type RunningServer, serve } from '../server/serve.ts';
import { steadyPressure } from '../web/compute/testing/steady-pressure.ts';

/** The installed app: the built site behind a real server that can be stopped, and started again with a newer site. */
test.use({ serviceWorkers: 'allow', viewport: { width: 390, height: 844 } });

const built = (): string => must(process.env['E2E_SITE'], 'the built app');

class Host {
  readonly folder = mkdtempSync(join(tmpdir(), 'zeus-pwa-'));
  server: RunningServer | undefined;
  port = 0;

  async start(siteDir = built(), policy: Policy = POLICY): Promise<RunningServer> {
    this.server = await serve({
      host: '127.0.0.1',
      port: this.port,
      dataDir: join(this.folder, 'data'),
      secret: undefined,
      isProduction: false,
      policy,
      siteDir,
      say: () => undefined,
    });
    this.port = Number(new URL(this.server.url).port);
    return this.server;
  }

  async stop(): Promise<void> {
    await this.server?.close();
    this.server = undefined;
  }

  /** The same app under another revision, as a build of tomorrow would have it. */
  newerSite(): string {
    const site = join(this.folder, 'newer');
    cpSync(built(), site, { recursive: true });
    const page = join(site, 'index.html');
    writeFileSync(
      page,
      readFileSync(page, 'utf8').replace('<title>', '<meta name="build" content="newer" />\n<title>'),
    );
    const worker = join(site, 'sw.js');
    const code = readFileSync(worker, 'utf8');
    const changed = code.replace(/(\/index\.html[`"'],\s*"?revision"?:\s*[`"'])\w+/, '$1newer');
    expect(changed).not.toBe(code);
    writeFileSync(worker, changed);
    for (const name of readdirSync(site)) if (/\.(br|gz)$/.test(name)) rmSync(join(site, name));
    return site;
  }
}

let host: Host;
test.beforeEach(() => void (host = new Host()));
test.afterEach(async () => {
  await host.stop();
  rmSync(host.folder, { recursive: true, force: true });
});

/** Joins as a driver, and waits until the app is kept. */
async function joined(page: Page, server: RunningServer): Promise<void> {
  await page.goto(`${server.url}/join/${await server.people.invite('driver', DAY)}`);
  await page.getByLabel('Your name').fill('Maria');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Shared Compute (Optional)' })).toBeVisible();
}

/** Until the worker has stored the app and answers this page. */
const kept = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const { serviceWorker } = navigator;
    const controlled = new Promise((done) => serviceWorker.addEventListener('controllerchange', done, { once: true }));
    await serviceWorker.ready;
    if (!serviceWorker.controller) await controlled;
  });

/** The mark of `newerSite`. */
const newer = (page: Page): Locator => page.locator('meta[name=build][content=newer]');

const askForUpdate = (page: Page): Promise<void> =>
  page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()));

test('it can be installed; kept, it opens offline at any address, isolated, and keeps nothing that was asked of the server', async ({
  playwright,
  launchOptions,
  viewport,
}) => {
  // A browser with a profile: nothing is ever installed from a private window.
  const profile = join(host.folder, 'profile');
  const context = await playwright.chromium.launchPersistentContext(profile, { ...launchOptions, viewport });
  const page = context.pages()[0] ?? (await context.newPage());
  const lines: string[] = [];
  page.on('console', (message) => void lines.push(message.text()));
  const server = await host.start();
  await joined(page, server);
  await kept(page);
  const cdp = await context.newCDPSession(page);
  const { errors, url } = await cdp.send('Page.getAppManifest');
  expect({ errors, url }).toEqual({ errors: [], url: `${server.url}/manifest.webmanifest` });
  expect((await cdp.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([]);

  // Its cookie is our own, and no other site ever sees it.
  expect((await context.cookies()).map(({ sameSite, httpOnly }) => ({ sameSite, httpOnly }))).toEqual([
    { sameSite: 'Strict', httpOnly: true },
  ]);
  // The browser's own offer is held back for a row, which is gone for good once dismissed.
  await page.goto(`${server.url}/settings`);
  const offer = page.getByText('Keep ZeusDrive on your home screen');
  await expect(page.getByRole('button', { name: 'Install' })).toBeVisible();
  await page.getByRole('button', { name: 'Do not offer this again' }).click();
  await expect(offer).toHaveCount(0);
  const own = /^Failed to load resource|^Banner not shown: beforeinstallpromptevent/;
  expect(lines.filter((line) => !own.test(line))).toEqual([]);

  await host.stop();
  for (const path of ['/', '/credits', '/ask/route']) {
    await page.goto(server.url + path);
    await expect(page.locator('[data-sign=off]')).toContainText('Offline');
    expect(new URL(page.url()).pathname).toBe(path);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  }
  await page.reload();
  await expect(page.locator('[data-sign=off]')).toContainText('Nothing is lost.');
  const stored = await page.evaluate(async () => {
    const urls: string[] = [];
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) urls.push(new URL(url).pathname);
    return urls;
  });
  expect(stored.filter((path) => !/^\/(index\.html|assets\/[\w.-]+)$/.test(path))).toEqual([]);
  expect(stored.length).toBeGreaterThan(20);

  // And back, at the address it was asked for.
  await host.start();
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { name: 'Plan my route' })).toBeVisible();
  await page.goto(`${server.url}/settings`);
  await expect(page.getByText('Opens without a network too.')).toBeVisible();
  await expect(offer).toHaveCount(0);
  await context.close();
});

test('a newer app waits to be asked for, in every tab, and no page reloads by itself', async ({ page, context }) => {
  const server = await host.start();
  await joined(page, server);
  await kept(page);
  await page.goto(server.url);
  const other = await context.newPage();
  await other.goto(server.url);
  await expect(other.getByRole('heading', { name: 'Home' })).toBeAttached();
  await host.stop();
  await host.start(host.newerSite());

  await askForUpdate(other);
  for (const tab of [page, other]) {
    await expect(tab.getByText('New version ready')).toBeVisible();
    await tab.evaluate(() => void ((window as unknown as { isOld: boolean }).isOld = true));
  }
  // Opened anew, it is still the app of before: nobody has asked for the newer one.
  await page.reload();
  await expect(page.getByText('New version ready')).toBeVisible();
  await expect(newer(page)).toHaveCount(0);

  await page.getByRole('button', { name: 'Update' }).click();
  await expect(newer(page)).toBeAttached();
  await expect(page.getByRole('heading', { name: 'Home' })).toBeAttached();
  await expect(page.getByText('New version ready')).toHaveCount(0);

  // The other tab goes on as it was, says so, and loads the newer app on its own tap.
  await expect(other.getByText('It runs in another tab already.')).toBeVisible();
  expect(await other.evaluate(() => (window as unknown as { isOld: boolean }).isOld)).toBe(true);
  await other.getByRole('button', { name: 'Update' }).click();
  await expect(newer(other)).toBeAttached();
});

test('while a part is computed, a newer app waits for its end', async ({ page }) => {
  const pressure = await steadyPressure(page); // what else this machine does must not warm the phone
  await joined(page, await host.start());
  await kept(page);
  await host.stop();
  const server = await host.start(host.newerSite(), { ...POLICY, mainframeThreads: 0 });
  await page.reload();
  await askForUpdate(page);
  await page.getByRole('button', { name: 'Enable' }).click();
  await askAsSomebodyElse(server);
  const sign = page.locator('[data-sign]');
  await expect(sign).toContainText('Computing');
  await page.evaluate(() => void ((window as unknown as { isOld: boolean }).isOld = true));
  await page.getByRole('button', { name: 'Update' }).click();
  await expect(page.getByText('It is applied when this part is done.')).toBeVisible();
  await expect(sign).toContainText('Computing'); // after the quiet that the tap began
  expect(await page.evaluate(() => (window as unknown as { isOld: boolean }).isOld)).toBe(true);
  await expect(newer(page)).toHaveCount(0);
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect(newer(page)).toBeAttached();
  await pressure.release();
});

test('refused, without room, or evicted: the app works, and only Settings says so', async ({ page, context }) => {
  const server = await host.start();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: server.url, quotaSize: 50_000 });
  await joined(page, server);
  await page.goto(`${server.url}/settings`);
  await expect(page.getByText('its files do not fit on this phone')).toBeVisible();

  // The next visit finds room, and keeps it.
  await cdp.send('Storage.overrideQuotaForOrigin', { origin: server.url });
  await page.reload();
  await expect(page.getByText('Opens without a network too.')).toBeVisible();
  await kept(page);

  // What the phone throws away comes from the network; what comes from nowhere is said, and tried again.
  const evict = (): Promise<void> =>
    page.evaluate(async () => {
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) await cache.delete(request);
      }
    });
  await evict();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
  await cdp.send('Network.clearBrowserCache');
  await host.stop();
  await page.getByRole('link', { name: 'Credits' }).click();
  await expect(page.getByText('This screen did not load.')).toBeVisible();
  // A part of a screen is left out, and the rest of it stays.
  const missed = page.waitForEvent('requestfailed', (request) => request.url().includes('/DetailCard-'));
  await page.getByRole('link', { name: 'Home' }).click();
  await missed;
  await expect(page.locator('[aria-busy=true]')).toHaveCount(0);
  await expect(page.locator('[data-sign]')).toContainText('Off');
  await expect(page.getByRole('button', { name: 'Turn on' })).toBeVisible();

  await host.start();
  const refused = await context.newPage();
  await refused.addInitScript(() => {
    ServiceWorkerContainer.prototype.register = () => Promise.reject(new DOMException('no', 'SecurityError'));
    IDBFactory.prototype.open = () => {
      throw new DOMException('no', 'SecurityError');
    };
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    Date.now = () => 0; // and the clock is wrong
  });
  await refused.goto(`${server.url}/settings`);
  await expect(refused.getByText('this browser keeps no app')).toBeVisible();
  await refused.getByRole('link', { name: 'Home' }).click();
  await expect(refused.locator('[data-sign]')).toContainText('Off');
});

/** A request of another driver; where there is no mainframe, a phone has to do it. */
async function askAsSomebodyElse(server: RunningServer): Promise<void> {
  const json = { 'Content-Type': 'application/json' };
  const body = JSON.stringify({ invite: await server.people.invite('driver', DAY), name: 'Luis' });
  const joining = await fetch(`${server.url}/api/accounts`, { method: 'POST', headers: json, body });
  const [cookie = ''] = must(joining.headers.get('set-cookie') ?? undefined, 'a session').split(';');
  const stops = Array.from({ length: 40 }, (_, i) => `${(i * 37) % 101},${(i * 53) % 97}`).join('\n');
  const job = JSON.stringify({ kind: 'route-plan', placement: 'pool', request: `x,y\n${stops}\n` });
  const asked = await fetch(`${server.url}/api/jobs`, { method: 'POST', headers: { ...json, cookie }, body: job });
  expect(asked.status).toBeLessThan(300);
}
