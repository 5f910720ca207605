import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type SecureVersion } from 'node:tls';
import { chromium, expect, test } from '@playwright/test';
import { must } from '../shared/assert.ts';
import { POLICY } from '../shared/model/policy.ts';
import { DAY } from '../shared/time.ts';
import { makeCertificate } from '../server/certificate/make-certificate.ts';
import { serve } from '../server/serve.ts';

/** What a client that offers no more than this hears. */
const refusalOf = (port: number, ca: Buffer, maxVersion: SecureVersion): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca, minVersion: 'TLSv1', maxVersion });
    socket.on('secureConnect', () => resolve(`spoke ${socket.getProtocol()}`));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

/** In a browser of its own: trust in a certificate is a flag of the whole browser. */
test('over TLS 1.3 alone a driver comes in, opts in and is linked by wss, and the service worker keeps the app for when the server is gone', async ({
  launchOptions,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-tls-'));
  const certificate = makeCertificate(folder, ['localhost', '127.0.0.1'], Date.now());
  const publicKey = new X509Certificate(readFileSync(certificate.cert)).publicKey.export({
    type: 'spki',
    format: 'der',
  });
  const spki = createHash('sha256').update(publicKey).digest('base64');
  const server = await serve({
    host: '127.0.0.1',
    port: 0,
    dataDir: join(folder, 'data'),
    secret: undefined,
    isProduction: false,
    policy: POLICY,
    tls: certificate,
    siteDir: must(process.env['E2E_SITE'], 'the built app'),
    say: () => undefined,
  });
  const browser = await chromium.launch({
    ...launchOptions,
    args: [...(launchOptions.args ?? []), `--ignore-certificate-errors-spki-list=${spki}`],
  });
  try {
    const context = await browser.newContext({ serviceWorkers: 'allow' });
    const page = await context.newPage();
    const links: string[] = [];
    page.on('websocket', (socket) => void links.push(socket.url()));
    // Over CDP: what Chromium itself negotiated, for the page, its code and what it asks of the API.
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    const spoken: (readonly [string, string | undefined])[] = [];
    cdp.on('Network.responseReceived', ({ type, response }) => {
      // Of the worker's store and of the browser's cache nothing is negotiated: it came over no connection.
      const isFromHere = response.fromServiceWorker || response.fromDiskCache || response.connectionId === 0;
      if (response.url.startsWith('https:') && !isFromHere) spoken.push([type, response.securityDetails?.protocol]);
    });
    const url = `https://localhost:${server.port}`;
    await page.goto(`${url}/join/${await server.people.invite('driver', DAY)}`);
    await page.getByLabel('Your name').fill('Maria');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByRole('button', { name: 'Enable' })).toBeVisible();
    expect(spoken.map(([type]) => type)).toEqual(expect.arrayContaining(['Document', 'Script', 'Fetch']));
    expect(new Set(spoken.map(([, protocol]) => protocol))).toEqual(new Set(['TLS 1.3']));
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: '__Host-zeus_session', secure: true, httpOnly: true, sameSite: 'Strict' });

    const worker = () =>
      page.evaluate(async () => {
        const { active } = await navigator.serviceWorker.ready;
        return [active?.state, navigator.serviceWorker.controller?.scriptURL];
      });
    await expect.poll(worker, 'installed, and answering this page').toEqual(['activated', `${url}/sw.js`]);
    await page.getByRole('button', { name: 'Enable' }).click();
    await expect.poll(async () => (await server.p2p.health()).links).toBe(1);
    expect(links).toEqual([`wss://localhost:${server.port}/link`]);

    const ca = readFileSync(certificate.authority);
    expect(await refusalOf(server.port, ca, 'TLSv1.3')).toBe('spoke TLSv1.3');
    expect(await refusalOf(server.port, ca, 'TLSv1.2')).toBe('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');

    await server.close();
    const reloaded = await page.reload();
    expect([reloaded?.status(), reloaded?.fromServiceWorker()]).toEqual([200, true]);
    await expect(page.locator('[data-sign=off]')).toContainText('Offline');
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
