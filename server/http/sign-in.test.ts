import { generateKeyPairSync } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { AccountView, Done, PasskeyChallenge, SignInWays } from '../../shared/protocol/account.ts';
import type { Credits, DeviceView, Me } from '../../shared/protocol/app.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import { accountId as toAccountId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { DAY, MINUTE } from '../../shared/time.ts';
import { makePasskey } from './testing/test-passkey.ts';
import { Browser } from './testing/test-browser.ts';
import { openPhone } from './testing/test-phone.ts';
import { closePosts, openPost, type Post } from './testing/test-post.ts';
import { closeAll, productionOptions, startServer, tiny, type TestServer } from './testing/test-server.ts';

afterEach(async () => {
  await closeAll();
  await closePosts();
});

const QUIET = { mainframeThreads: 0 };

/** Somebody who came in by an invite and has made this address a way in. */
async function keptBy(server: TestServer, post: Post, email: string): Promise<Browser> {
  const browser = new Browser(server.url);
  await browser.join(server, 'Maria');
  expect((await browser.post<Done>('/api/account/email', { email })).status).toBe(200);
  const code = await post.next(email);
  expect((await browser.send('PUT', '/api/account/email', { email, code })).status).toBe(200);
  return browser;
}

const EMAIL = 'maria@example.org';
const prove = <Body = Me & ErrorBody>(browser: Browser, code: string, email = EMAIL) =>
  browser.post<Body>('/api/sign-in/code/proof', { email, code });

describe('a code by email', () => {
  test('signs in on a second phone, to the same account; both see both', async () => {
    const post = await openPost();
    const server = await startServer({ policy: QUIET, smtpUrl: post.url });
    const first = await keptBy(server, post, EMAIL);
    const second = new Browser(server.url, 'Mozilla/5.0 (Linux; Android 14) Chrome/130.0 Mobile');
    await second.post('/api/sign-in/code', { email: 'Maria@Example.org' });
    const { body, status } = await prove(second, await post.next(EMAIL));
    expect([status, body.name]).toEqual([200, 'Maria']);
    const seen = (await first.get<AccountView>('/api/account')).body;
    expect(seen).toMatchObject({ email: EMAIL, passkeys: [], ways: { email: true, passkeyHost: 'localhost' } });
    expect(
      seen.sessions.map(({ browser, isThis }) => `${browser} ${isThis}`).toSorted((a, b) => a.localeCompare(b)),
    ).toEqual([' true', 'Chrome, Android false']);
    const [other] = seen.sessions.filter(({ isThis }) => !isThis);
    expect((await first.send('DELETE', `/api/account/sessions/${other?.id}`)).status).toBe(200);
    expect((await second.get('/api/me')).status).toBe(401);
    expect((await first.get('/api/me')).status).toBe(200);
  });

  test('is good once, not for another address, not after five wrong tries, and every refusal says the same', async () => {
    const post = await openPost();
    const server = await startServer({ policy: QUIET, smtpUrl: post.url });
    await keptBy(server, post, EMAIL);
    const stranger = new Browser(server.url);
    const refusals: unknown[] = [];
    const refused = async (code: string, email = EMAIL): Promise<void> => {
      const { status, body } = await prove<ErrorBody>(stranger, code, email);
      refusals.push([status, body.error.code]);
    };
    await stranger.post('/api/sign-in/code', { email: EMAIL });
    const code = await post.next(EMAIL);
    await refused(code, 'nobody@example.org');
    expect((await prove(new Browser(server.url), code)).status).toBe(200);
    await refused(code); // used
    await stranger.post('/api/sign-in/code', { email: EMAIL });
    const again = await post.next(EMAIL);
    const wrong = again === '000000' ? '000001' : '000000';
    for (let i = 0; i < 5; i++) await refused(wrong);
    await refused(again); // right, but too late
    expect(new Set(refusals.map((one) => JSON.stringify(one)))).toEqual(new Set(['[422,"bad_code"]']));
    expect((await stranger.get('/api/me')).status).toBe(401);
  });

  test('an owner hears at the address of before what became of the ways in: a thief with an open phone is not alone with it', async () => {
    const post = await openPost();
    const server = await startServer({ policy: QUIET, smtpUrl: post.url });
    const browser = await keptBy(server, post, EMAIL);
    const [passkey, origin] = [makePasskey('localhost'), `http://localhost:${server.port}`];
    const { body } = await browser.post<PasskeyChallenge>('/api/account/passkeys/challenge', { name: 'Phone' });
    const response = passkey.register(String(body.options['challenge']), origin);
    expect((await browser.post('/api/account/passkeys', { name: 'Phone', response })).status).toBe(200);
    expect(await post.subject(EMAIL)).toBe('A passkey was added to your ZeusDrive account');
    await browser.post('/api/account/keys', { name: 'script' });
    expect(await post.subject(EMAIL)).toBe('A key for scripts was made in your ZeusDrive account');
    const other = 'mallory@example.org';
    await browser.post('/api/account/email', { email: other });
    const code = await post.next(other);
    expect((await browser.send('PUT', '/api/account/email', { email: other, code })).status).toBe(200);
    expect(await post.subject(EMAIL)).toBe('Another address took the place of this one in your ZeusDrive account');
    expect((await browser.send('DELETE', '/api/account/email')).status).toBe(200);
    expect(await post.subject(other)).toBe('This address is no way in to your ZeusDrive account any more');
  });

  test('runs out after its time', async () => {
    const post = await openPost();
    const signIn = { ...POLICY.signIn, codeMs: 0 };
    const server = await startServer({ policy: { ...QUIET, signIn }, smtpUrl: post.url });
    const browser = new Browser(server.url);
    await browser.join(server, 'Maria');
    await browser.post('/api/account/email', { email: EMAIL });
    const code = await post.next(EMAIL);
    const late = await browser.send<ErrorBody>('PUT', '/api/account/email', { email: EMAIL, code });
    expect([late.status, late.body.error.code]).toEqual([422, 'bad_code']);
  });

  test('nobody learns who has an account, or takes an address that is another’s', async () => {
    const post = await openPost();
    const server = await startServer({ policy: QUIET, smtpUrl: post.url });
    await keptBy(server, post, EMAIL);
    const stranger = new Browser(server.url);
    const known = await stranger.post('/api/sign-in/code', { email: EMAIL });
    await post.next(EMAIL);
    const unknown = await stranger.post('/api/sign-in/code', { email: 'nobody@example.org' });
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    await stranger.join(server, 'Ben');
    const before = post.count();
    const taken = await stranger.post('/api/account/email', { email: EMAIL });
    expect([taken.status, taken.body]).toEqual([200, { done: true }]);
    const free = await stranger.post('/api/account/email', { email: 'ben@example.org' });
    expect([free.status, free.body]).toEqual([200, { done: true }]);
    await post.next('ben@example.org');
    expect(post.count()).toBe(before + 1);
  });

  test('without SMTP the console shows it in development, and in production the way is closed', async () => {
    const server = await startServer({ policy: QUIET });
    const browser = new Browser(server.url);
    await browser.join(server, 'Maria');
    await browser.post('/api/account/email', { email: EMAIL });
    const line = server.said.find((one) => one.includes(EMAIL)) ?? '';
    const [code = ''] = /\d{6}/.exec(line) ?? [];
    expect((await browser.send('PUT', '/api/account/email', { email: EMAIL, code })).status).toBe(200);

    const strict = await startServer({ policy: QUIET, ...productionOptions() });
    const stranger = new Browser(strict.url);
    expect((await stranger.get<SignInWays>('/api/sign-in')).body.email).toBe(false);
    const closed = await stranger.post<ErrorBody>('/api/sign-in/code', { email: EMAIL });
    expect([closed.status, closed.body.error.code]).toEqual([503, 'email_closed']);
    expect(strict.said.join()).not.toContain(EMAIL);
  });

  test('more than three to one address, and too many attempts, are refused with a time', async () => {
    const post = await openPost();
    const signIn = { ...POLICY.signIn, triesPerAddress: 8 };
    const server = await startServer({ policy: { ...QUIET, signIn }, smtpUrl: post.url });
    await keptBy(server, post, EMAIL);
    const stranger = new Browser(server.url);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await stranger.post('/api/sign-in/code', { email: EMAIL })).status);
    expect(statuses).toEqual([200, 200, 429]); // the first of three was sent when the address was added
    const other = { email: 'nobody@example.org' };
    for (let i = 0; i < 3; i++) expect((await stranger.post('/api/sign-in/code', other)).status).toBe(200);
    const codes = [];
    for (let i = 0; i < 3; i++) codes.push((await prove<ErrorBody>(stranger, '123456')).body.error.code);
    expect(codes).toEqual(['bad_code', 'bad_code', 'too_many_attempts']);
    const { headers } = await prove(stranger, '123456');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(500);
    // What a caller writes about where it comes from is not believed.
    const lied = await prove<ErrorBody>(new Browser(server.url, '', { 'X-Forwarded-For': '203.0.113.7' }), '123456');
    expect(lied.body.error.code).toBe('too_many_attempts');
  });

  test('ten a day to one address, whoever asks; one that was used begins the count anew', async () => {
    const post = await openPost();
    const signIn = { ...POLICY.signIn, codesPerEmail: 1_000 };
    const server = await startServer({ policy: { ...QUIET, signIn }, smtpUrl: post.url });
    const maria = await keptBy(server, post, EMAIL);
    const stranger = new Browser(server.url);
    const ask = async (by: Browser): Promise<number> => (await by.post('/api/sign-in/code', { email: EMAIL })).status;
    for (let i = 0; i < 9; i++) {
      expect(await ask(stranger)).toBe(200);
      await post.next(EMAIL);
    }
    expect(await ask(stranger)).toBe(200);
    expect((await prove(maria, await post.next(EMAIL))).status).toBe(200);
    for (let i = 0; i < 10; i++) expect(await ask(stranger)).toBe(200);
    expect(await ask(new Browser(server.url))).toBe(429);
    // Signed in one sends no more mails to it, either.
    const { headers, status } = await maria.post<ErrorBody>('/api/account/email', { email: EMAIL.toUpperCase() });
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(23 * 3_600);
  });

  test('an address past its own tries uses up nobody else’s', async () => {
    const post = await openPost();
    const signIn = { ...POLICY.signIn, triesPerAddress: 6, codesPerEmail: 2 };
    const server = await startServer({ policy: { ...QUIET, signIn }, smtpUrl: post.url, trustedProxies: 1 });
    const from = (address: string) => new Browser(server.url, '', { 'X-Forwarded-For': address });
    for (let i = 0; i < 6; i++) await from('203.0.113.7').post('/api/sign-in/passkey/challenge', {});
    for (let i = 0; i < 5; i++)
      expect((await from('203.0.113.7').post('/api/sign-in/code', { email: EMAIL })).status).toBe(429);
    expect((await from('203.0.113.8').post('/api/sign-in/code', { email: EMAIL })).status).toBe(200);
  });

  test('behind a proxy that is trusted, addresses are told apart by its header alone', async () => {
    const signIn = { ...POLICY.signIn, triesPerAddress: 1 };
    const server = await startServer({ policy: { ...QUIET, signIn }, trustedProxies: 1 });
    const from = (address: string) => new Browser(server.url, '', { 'X-Forwarded-For': address });
    const path = '/api/sign-in/passkey/challenge';
    expect((await from('203.0.113.7').post(path, {})).status).toBe(200);
    expect((await from('203.0.113.7').post(path, {})).status).toBe(429);
    expect((await from('203.0.113.7, 203.0.113.8').post(path, {})).status).toBe(200);
    expect((await from('2001:db8:1:2::1').post(path, {})).status).toBe(200);
    expect((await from('2001:db8:1:2:ffff::9').post(path, {})).status).toBe(429);
  });
});

describe('a session', () => {
  test('is a cookie that scripts cannot read and other sites cannot send; passkeys are made for the name people use', async () => {
    const server = await startServer({ policy: QUIET, origins: ['https://share.example.com'] });
    const browser = new Browser(server.url);
    await browser.join(server, 'Maria');
    expect(browser.setCookies.at(-1)).toMatch(
      /^zeus_session=[\w-]{43}\.[\w%]+; Max-Age=15552000; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const challenge = await browser.post<PasskeyChallenge>('/api/account/passkeys/challenge', { name: 'Phone' });
    expect(challenge.status).toBe(200);
    expect(browser.setCookies.at(-1)).toMatch(
      /^zeus_challenge=[^;]+; Max-Age=300; Path=\/; HttpOnly; Secure; SameSite=Strict$/i,
    );
    expect(challenge.body.options).toMatchObject({ rp: { id: 'share.example.com', name: 'ZeusDrive' } });
  });

  test('that is opened over https is Secure and of this host alone; our own name over plain http plants none', async () => {
    const server = await startServer({ policy: QUIET, origins: ['https://share.example.com'] });
    // As the operator's own proxy passes it on; fetch would not let us say the host.
    const ask = async (
      method: string,
      path: string,
      own: Record<string, string>,
      body = '',
    ): Promise<IncomingMessage> => {
      const headers = { Host: 'share.example.com', 'Content-Type': 'application/json', ...own };
      const reply = await new Promise<IncomingMessage>((resolve, reject) =>
        request(server.url + path, { method, headers }, resolve)
          .on('error', reject)
          .end(body),
      );
      return reply.resume();
    };
    const join = async (Origin: string): Promise<IncomingMessage> =>
      ask(
        'POST',
        '/api/accounts',
        { Origin },
        JSON.stringify({ invite: await server.people.invite('driver', DAY), name: 'Ana' }),
      );
    const reply = await join('https://share.example.com');
    expect(reply.statusCode).toBe(200);
    const [made = ''] = reply.headers['set-cookie'] ?? [];
    expect(made).toMatch(/^__Host-zeus_session=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    const [cookie = ''] = made.split(';');
    const seen = async (Cookie: string) => (await ask('GET', '/api/me', { Cookie })).statusCode;
    expect(await seen(cookie)).toBe(200);
    // What somebody in the network could plant: browsers refuse it under the other name.
    expect(await seen(cookie.replace('__Host-', ''))).toBe(401);
    expect(await seen(`${cookie.replace('__Host-', '')}; __Host-zeus_session=x`)).toBe(401);
    expect((await join('http://share.example.com')).statusCode).toBe(403);
    const out = await ask('DELETE', '/api/session', { Cookie: cookie, Origin: 'https://share.example.com' });
    expect([out.statusCode, out.headers['set-cookie']?.[0]]).toEqual([
      204,
      '__Host-zeus_session=; Max-Age=0; Path=/; Secure',
    ]);
  });

  test('is never one that a visitor brought along, and its token must be signed', async () => {
    const post = await openPost();
    const server = await startServer({ policy: QUIET, smtpUrl: post.url });
    const planted = new Browser(server.url);
    await planted.join(server, 'Mallory');
    const brought = planted.cookie('zeus_session');
    await keptBy(server, post, EMAIL);
    // The victim's browser holds Mallory's session when the victim signs in.
    await planted.post('/api/sign-in/code', { email: EMAIL });
    expect((await prove(planted, await post.next(EMAIL))).body.name).toBe('Maria');
    expect(planted.cookie('zeus_session')).not.toBe(brought);
    const mallory = new Browser(server.url);
    mallory.setCookie('zeus_session', brought);
    expect((await mallory.get('/api/me')).status).toBe(401);

    const row = server.store.database.prepare<[], { token: string }>('SELECT token FROM auth_session').get();
    for (const token of [row?.token ?? '', `${row?.token}.`, `${row?.token}.${'A'.repeat(43)}=`]) {
      const response = await fetch(`${server.url}/api/me`, { headers: { Authorization: `Bearer ${token}` } });
      expect(response.status).toBe(401);
    }
  });

  test('keeps of a browser its name alone, and no address', async () => {
    const post = await openPost();
    const server = await startServer({ policy: QUIET, smtpUrl: post.url });
    await keptBy(server, post, EMAIL);
    const phone = new Browser(server.url, 'Mozilla/5.0 (Linux; Android 14; Pixel 9 Build/AB12) Chrome/130.0.6723.58');
    await phone.post('/api/sign-in/code', { email: EMAIL });
    await prove(phone, await post.next(EMAIL));
    const rows = server.store.database.prepare('SELECT ip_address, user_agent FROM auth_session').all();
    expect(rows).toEqual([
      { ip_address: '', user_agent: '' },
      { ip_address: '', user_agent: 'Chrome, Android' },
    ]);
  });

  test('left open does not give the account away: a change of ways in asks for a fresh proof', async () => {
    const post = await openPost();
    let skip = 0;
    const server = await startServer({
      policy: { ...QUIET, signIn: { ...POLICY.signIn, freshMs: -1 } }, // no proof is ever fresh
      smtpUrl: post.url,
    });
    const browser = await keptBy(server, post, EMAIL);
    for (const [method, path, body] of [
      ['POST', '/api/account/email', { email: 'thief@example.org' }],
      ['DELETE', '/api/account/email', undefined],
      ['POST', '/api/account/passkeys/challenge', { name: 'Thief' }],
      ['POST', '/api/account/passkeys', { name: 'Thief', response: {} }],
      ['POST', '/api/account/keys', { name: 'Thief' }],
      ['POST', '/api/me/erase', { name: 'Thief' }],
    ] as const) {
      const refused = await browser.send<ErrorBody>(method, path, body);
      expect([path, refused.status, refused.body.error.code]).toEqual([path, 403, 'step_up_needed']);
      skip += 1;
    }
    expect(skip).toBe(6);
    expect((await browser.send('DELETE', '/api/account/sessions')).status).toBe(200);
  });
});

test('sign-ins and exchanges share one database: nothing is busy, nothing is lost', async () => {
  const post = await openPost();
  const signIn = { ...POLICY.signIn, codesPerEmail: 1000, triesPerAccount: 1000, triesPerAddress: 10_000 };
  const server = await startServer({ policy: { ...QUIET, signIn }, smtpUrl: post.url });
  await keptBy(server, post, EMAIL);
  const phone = await openPhone(server);
  phone.device.start();
  const asker = await server.openAsker('Cleo', 'admin');
  const jobs = await Promise.all(Array.from({ length: 3 }, async () => (await asker.submit(tiny(16))).body.jobId));
  const invited = await Promise.all(Array.from({ length: 20 }, () => server.people.invite('driver', DAY)));
  const signingIn = (async () => {
    for (let i = 0; i < 8; i++) {
      const browser = new Browser(server.url);
      await browser.post('/api/sign-in/code', { email: EMAIL });
      expect((await prove(browser, await post.next(EMAIL))).status).toBe(200);
      expect((await browser.post('/api/account/passkeys/challenge', { name: 'Phone' })).status).toBe(200);
    }
  })();
  const joined = await Promise.all(
    invited.map(async (invite, i) => {
      const browser = new Browser(server.url);
      return (await browser.post<Me>('/api/accounts', { invite, name: `Driver ${i}` })).body.accountId;
    }),
  );
  await signingIn;
  for (const jobId of jobs) expect((await asker.settled(jobId)).state).toBe('answered');
  const { units } = (await phone.driver.get<Credits>('/api/credits')).body;
  expect(units).toBe(3 * 16);
  expect((await server.store.verifyLedger()).mismatches).toEqual([]);
  expect(new Set(joined).size).toBe(20);
  const count = server.store.database.prepare("SELECT count(*) AS n FROM account WHERE name LIKE 'Driver %'").get();
  expect(count).toEqual({ n: 20 });
  expect(server.said.filter((line) => /incident|busy/i.test(line))).toEqual([]);
});

test('the first admin’s link is good for thirty minutes, and only the console makes one', async () => {
  const server = await startServer({ policy: QUIET });
  const made = await server.operator.send<{ code: string }>('/api/invites', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ role: 'admin' }),
  });
  const browser = new Browser(server.url);
  const joined = await browser.post<Me>('/api/accounts', { invite: made.body.code, name: 'Ada' });
  expect(joined.body.role).toBe('admin');
  server.prove(joined.body.accountId as never);
  const refused = await browser.post<ErrorBody>('/api/invites', { role: 'admin' });
  expect([refused.status, refused.body.error.code]).toEqual([403, 'two_people_needed']);
  const row = server.store.database.prepare<[], { expires_at: number }>('SELECT expires_at FROM invite').get();
  expect(Math.abs((row?.expires_at ?? 0) - Date.now() - 30 * MINUTE)).toBeLessThan(5 * MINUTE);
});

test('a lost key: the same person on a new phone has the credits, and a device of its own beside the old', async () => {
  const post = await openPost();
  const server = await startServer({ policy: QUIET, smtpUrl: post.url });
  const phone = await openPhone(server);
  phone.device.start();
  const asker = await server.openAsker('Cleo', 'admin');
  await asker.settled((await asker.submit(tiny(8))).body.jobId);
  const keep = (method: string, body: unknown) =>
    phone.driver.send('/api/account/email', {
      method,
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  await keep('POST', { email: EMAIL });
  expect((await keep('PUT', { email: EMAIL, code: await post.next(EMAIL) })).status).toBe(200);

  const next = new Browser(server.url);
  await next.post('/api/sign-in/code', { email: EMAIL });
  expect((await prove(next, await post.next(EMAIL))).body.accountId).toBe(phone.accountId);
  const { units, pendingMicros } = (await next.get<Credits>('/api/credits')).body;
  expect([units, pendingMicros]).toEqual([8, 8 * POLICY.priceMicros]);
  const publicKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  const point = Buffer.concat([
    Buffer.of(4),
    Buffer.from(publicKey.x ?? '', 'base64url'),
    Buffer.from(publicKey.y ?? '', 'base64url'),
  ]);
  const enrolled = await next.post<DeviceView>('/api/devices', { publicKey: point.toString('base64url'), cores: 8 });
  expect([enrolled.status, enrolled.body.deviceId === phone.device.deviceId]).toEqual([200, false]);
});

test('what a browser sends instead of a passkey is refused, and is no incident of ours', async () => {
  const server = await startServer({ policy: QUIET });
  const browser = new Browser(server.url);
  await browser.join(server, 'Maria');
  const nonsense = [
    {},
    { id: 5 },
    { id: { toString: 1, valueOf: 1 } },
    { id: 'x', rawId: 'x', type: 'public-key', response: null },
    { id: 'x', rawId: 'x', type: 'public-key', response: { clientDataJSON: 'AA', attestationObject: '' } },
    { id: 'x'.repeat(3_000), rawId: 'x', type: 'public-key', response: {} },
  ];
  for (const response of nonsense) {
    await browser.post('/api/account/passkeys/challenge', { name: 'phone' });
    const added = await browser.post<ErrorBody>('/api/account/passkeys', { response, name: 'phone' });
    await browser.post('/api/sign-in/passkey/challenge', {});
    const shown = await browser.post<ErrorBody>('/api/sign-in/passkey', { response });
    expect([added.status, shown.status, JSON.stringify(response).slice(0, 80)]).toEqual([422, 422, expect.anything()]);
  }
  expect(server.said.filter((line) => line.includes('incident'))).toEqual([]);
});

test('an account keeps so many passkeys and no more', async () => {
  const server = await startServer({ policy: QUIET });
  const browser = new Browser(server.url);
  const { accountId } = (await browser.join(server, 'Maria')).body;
  const put = server.store.database.prepare(
    `INSERT INTO auth_passkey (id, name, public_key, user_id, credential_id, counter, device_type, backed_up)
     VALUES (?, 'phone', 'AA', ?, ?, 0, 'singleDevice', 0)`,
  );
  const ask = () => browser.post<ErrorBody>('/api/account/passkeys/challenge', { name: 'Phone' });
  await ask(); // makes the row that passkeys belong to
  server.prove(toAccountId(accountId));
  for (let i = 0; i < 19; i++) put.run(`p${i}`, String(accountId), `c${i}`);
  expect((await ask()).status).toBe(200);
  put.run('p19', String(accountId), 'c19');
  const { status, body } = await ask();
  expect([status, body.error.code]).toEqual([429, 'too_many_passkeys']);
  const response = { id: 'x', rawId: 'x', type: 'public-key', response: {} };
  const added = await browser.post<ErrorBody>('/api/account/passkeys', { response, name: 'Phone' });
  expect(added.body.error.code).toBe('too_many_passkeys');
});
