import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { expect, test, type Page } from '@playwright/test';
import { must } from '../../shared/assert.ts';
import { closeAll, productionOptions, startServer } from '../../server/http/testing/test-server.ts';

/**
 * A page of another origin, in the real browser of somebody who is signed in here, tries everything a page may try. Twice: as
 * another site, where `SameSite=Strict` keeps the session from every request; and as a sibling of ours (another port of the same
 * host is the same site to a browser), where every request carries it and the locks behind it hold: the origin on writes, JSON
 * that no form sends, CORP, COOP, `frame-ancestors`, the list of link origins.
 */

const open: Server[] = [];

test.afterEach(async () => {
  await closeAll();
  for (const server of open.splice(0)) server.close();
});

const listening = async (server: Server): Promise<number> => {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly hasCookie: boolean;
  /** Our own page's, by the browser's word; it may still be on its way when the other page is here. */
  readonly isOwn: boolean;
}

/** Hands bytes on to the server behind it, and says which requests came. */
async function openTap(target: () => number, arrived: Arrived[]): Promise<number> {
  return listening(
    createServer((socket) => {
      const behind = connect(target(), '127.0.0.1');
      socket.on('data', (bytes) => {
        const [, method, path, head = ''] =
          /^([A-Z]+) (\S+) HTTP\/1\.1\r\n([^]*?)\r\n\r\n/.exec(bytes.toString('latin1')) ?? [];
        if (method !== undefined && path !== undefined)
          arrived.push({
            ...{ method, path, hasCookie: /^cookie:.*zeus_session=/im.test(head) },
            isOwn: /^sec-fetch-site: same-origin/im.test(head),
          });
      });
      socket.pipe(behind).pipe(socket);
      for (const end of [socket, behind]) end.on('error', () => end.destroy());
    }),
  );
}

/** What the other site's page does, and what it has in hand afterwards. Runs in that page. */
async function tryEverything(page: Page, home: string): Promise<Readonly<Record<string, string>>> {
  return page.evaluate(async (at) => {
    const text = '{"kind":"idea","text":"written by another site"}';
    const heard = (element: HTMLElement, src: string): Promise<string> =>
      new Promise((resolve) => {
        element.addEventListener('load', () => resolve('loaded'), { once: true });
        element.addEventListener('error', () => resolve('refused'), { once: true });
        element.setAttribute('src', src);
        document.body.append(element);
      });
    const asked = async (path: string, init: RequestInit): Promise<string> =>
      fetch(at + path, { credentials: 'include', ...init }).then(
        async (reply) => (reply.type === 'opaque' ? 'sent blindly' : `read: ${await reply.text()}`),
        () => 'refused',
      );
    const streamed = (): Promise<string> =>
      new Promise((resolve) => {
        const source = new EventSource(`${at}/api/stream`, { withCredentials: true });
        source.addEventListener('me', ({ data }: MessageEvent<string>) => resolve(`read: ${data}`));
        source.addEventListener('error', () => resolve('refused'));
      });
    const linked = (): Promise<string> =>
      new Promise((resolve) => {
        const socket = new WebSocket(`${at.replace('http', 'ws')}/link`);
        socket.addEventListener('open', () => resolve('linked'));
        socket.addEventListener('error', () => resolve('refused'));
      });
    const post = { method: 'POST', body: text };
    const json = { 'Content-Type': 'application/json' };
    const form = Object.assign(document.createElement('form'), {
      method: 'post',
      action: `${at}/api/feedback?form`,
      enctype: 'text/plain',
      target: 'sent',
    });
    form.append(Object.assign(document.createElement('input'), { name: '{"kind":"idea","text":"', value: '"}' }));
    const sent = Object.assign(document.createElement('iframe'), { name: 'sent' });
    document.body.append(form, sent);
    const formSent = new Promise((resolve) => sent.addEventListener('load', resolve, { once: true }));
    form.submit();
    await formSent;
    return {
      beacon: String(navigator.sendBeacon(`${at}/api/feedback?beacon`, text)),
      'blind post': await asked('/api/feedback?blind', { ...post, mode: 'no-cors' }),
      'post of JSON': await asked('/api/feedback?json', { ...post, headers: json }),
      'another method': await asked('/api/session', { method: 'DELETE' }),
      'blind read': await asked('/api/me/export', { mode: 'no-cors' }),
      read: await asked('/api/me', {}),
      image: await heard(document.createElement('img'), `${at}/api/me/statement.csv`),
      script: await heard(document.createElement('script'), `${at}/api/account`),
      stream: await streamed(),
      link: await linked(),
    };
  }, home);
}

test('another site’s page, with the driver’s browser in its hands, writes nothing and reads nothing', async ({
  page,
  context,
}) => {
  const arrived: Arrived[] = [];
  let port = 0;
  const home = `http://localhost:${await openTap(() => port, arrived)}`;
  const siteDir = must(process.env['E2E_SITE'], 'the built app');
  const server = await startServer({
    ...productionOptions(),
    siteDir,
    origins: [home],
    policy: { mainframeThreads: 0 },
  });
  port = server.port;
  const { account } = await server.openAsker('Maria', 'driver');
  const token = await server.auth.openSession(account.id);
  const evil = await listening(
    createHttpServer((_, reply) => reply.setHeader('Content-Type', 'text/html').end('<!doctype html><body>')),
  );
  const feedback = () => server.store.database.prepare('SELECT count(*) AS n FROM feedback').get();

  const value = encodeURIComponent(token);
  const cookie = { name: 'zeus_session', value, domain: 'localhost', path: '/', httpOnly: true };
  await context.addCookies([{ ...cookie, sameSite: 'Strict' }]);
  for (const host of ['127.0.0.1', 'localhost']) {
    await page.goto(`${home}/settings`);
    expect(await page.evaluate(async () => (await fetch('/api/me')).status), 'our own page').toBe(200);
    await page.goto(`http://${host}:${evil}`);
    arrived.length = 0;

    expect(await tryEverything(page, home)).toEqual({
      beacon: 'true', // says that it was sent, never what came of it
      'blind post': 'refused',
      'post of JSON': 'refused',
      'another method': 'refused',
      'blind read': 'refused',
      read: 'refused',
      image: 'refused',
      script: 'refused',
      stream: 'refused',
      link: 'refused',
    });
    // What asks first is not sent at all; everything else arrived, and carried the session where SameSite says nothing.
    await expect.poll(() => arrived.some(({ path }) => path.endsWith('?beacon'))).toBe(true);
    const sent = arrived.filter(
      ({ method, path, isOwn }) => !isOwn && method !== 'OPTIONS' && path !== '/link' && path !== '/favicon.ico',
    );
    expect(new Set(sent.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set([
        'POST /api/feedback?form',
        'POST /api/feedback?beacon',
        'POST /api/feedback?blind',
        'GET /api/me/export',
        'GET /api/me',
        'GET /api/me/statement.csv',
        'GET /api/account',
        'GET /api/stream',
      ]),
    );
    expect([host, new Set(sent.map(({ hasCookie }) => hasCookie))]).toEqual([host, new Set([host === 'localhost'])]);
    expect([feedback(), (await server.auth.whoIs({ token }))?.account.id]).toEqual([{ n: 0 }, account.id]);

    // Framed it is not shown; opened it is out of its opener's hands.
    await page.evaluate((at) => {
      const frame = Object.assign(document.createElement('iframe'), { src: `${at}/settings`, name: 'framed' });
      document.body.append(frame);
      return new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    }, home);
    const framed = () =>
      new Set(
        page
          .mainFrame()
          .childFrames()
          .map((frame) => frame.url()),
      ); // the form's answer, too
    await expect.poll(framed).toEqual(new Set(['chrome-error://chromewebdata/']));
    const [opened] = await Promise.all([
      context.waitForEvent('page'),
      page.evaluate(
        (at) => void Object.assign(globalThis, { opened: globalThis.open(`${at}/settings`, 'opened') }),
        home,
      ),
    ]);
    await opened.waitForLoadState();
    expect(opened.url()).toBe(`${home}/settings`);
    expect(await opened.evaluate(() => globalThis.opener)).toBeNull();
    await expect.poll(() => page.evaluate(() => (globalThis as { opened?: Window }).opened?.closed)).toBe(true);
    await opened.close();
  }
});
