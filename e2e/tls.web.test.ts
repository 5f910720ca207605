import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test } from '@playwright/test';
import { must } from '../shared/assert.ts';
import { POLICY } from '../shared/model/policy.ts';
import { DAY } from '../shared/time.ts';
import { makeCertificate } from '../server/certificate/make-certificate.ts';
import { serve } from '../server/serve.ts';

/** In a browser of its own: trust in a certificate is a flag of the whole browser. */
test('over TLS 1.3 a driver comes in, opts in and is linked by wss; the session’s cookie is for TLS alone', async ({
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
    const context = await browser.newContext();
    const page = await context.newPage();
    const links: string[] = [];
    page.on('websocket', (socket) => void links.push(socket.url()));
    const url = `https://localhost:${server.port}`;
    const opened = await page.goto(`${url}/join/${await server.people.invite('driver', DAY)}`);
    expect((await opened?.securityDetails())?.protocol).toBe('TLS 1.3');
    await page.getByLabel('Your name').fill('Maria');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Enable' }).click();
    await expect.poll(async () => (await server.p2p.health()).links).toBe(1);
    expect(links[0]).toBe(`wss://localhost:${server.port}/link`);
    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: '__Host-zeus_session', secure: true, httpOnly: true, sameSite: 'Strict' });
  } finally {
    await browser.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
