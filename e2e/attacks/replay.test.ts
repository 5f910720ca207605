import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, expect } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { DeviceView, SelfTest } from '../../shared/protocol/app.ts';
import type { PasskeyChallenge } from '../../shared/protocol/account.ts';
import { Browser } from '../../server/http/testing/test-browser.ts';
import { closePosts, openPost, type Post } from '../../server/http/testing/test-post.ts';
import { Asker, closeAll, productionOptions, tiny, type TestServer } from '../../server/http/testing/test-server.ts';
import { LinkHub } from '../../server/link/link-hub.ts';
import { challengeOf, enrol, Line, newKey, prove } from '../../server/link/testing/line.ts';
import { findDevice } from '../../server/services/find-device.ts';
import { computeSelfTest } from '../../server/testing/compute-self-test.ts';
import { attack, count, type Control } from './attack.ts';
import { HandPhone, unitsIn } from './hand-phone.ts';
import { makePasskey } from '../../server/http/testing/test-passkey.ts';
import { NO_GRACE, openTarget, write } from './target.ts';

/** What was said once is said again, by somebody who overheard it. */

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await closeAll();
  await closePosts();
});

/** Where links are opened: at the server itself, or at a hub beside it whose challenges are always the same. */
async function linksOf(server: TestServer, control: Control): Promise<{ readonly url: string }> {
  if (control === 'on') return server;
  const beside = createServer();
  await once(beside.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(beside.address() as AddressInfo).port}`;
  const { coordinator, store } = server;
  const hub = new LinkHub({
    coordinator,
    findDevice: (id) => findDevice(store, coordinator.policy, id),
    policy: coordinator.policy,
    origins: new Set([url]),
    wireOf: (socket) => socket,
    addressOf: () => 'somewhere',
    clock: Date.now,
    incident: () => undefined,
    nonce: () => new Uint8Array(32).fill(7),
  });
  hub.attach(beside);
  closers.push(() => {
    hub.close();
    beside.closeAllConnections();
    beside.close();
  });
  return { url };
}

attack(
  'replay: the proof of a link, overheard',
  { control: 'a new 32-byte challenge for every link' },
  async (control) => {
    const server = await openTarget();
    const { url } = await linksOf(server, control);
    const { id, key } = await enrol(server);
    const open = (): Line => new Line({ ...server, url });
    const honest = open();
    const proof = prove(url, await challengeOf(honest, id), id, key);
    await honest.send(proof);
    expect((await honest.next()).type, 'the proof as it was meant').toBe('ready');
    honest.drop();
    return count(3, async () => {
      const thief = open();
      await challengeOf(thief, id);
      await thief.send(proof);
      const isIn = (await thief.next()).type === 'ready';
      thief.drop();
      return isIn;
    });
  },
);

attack(
  'replay: an exchange said again, for more units or more pay',
  { control: 'a seq is processed once; said again it gets its stored reply' },
  async (control) => {
    const server = await openTarget({ leases: { ...NO_GRACE, first: 16 } });
    await (await server.openAsker('Cleo', 'driver')).submit(tiny(8));
    const phone = await HandPhone.open(server);
    const [group] = await phone.take(1);
    const handIn = phone.message(1, await phone.compute([must(group, 'a lease')]));
    const first = await phone.say(handIn);
    expect([first.outcomes, unitsIn(first.leases)]).toEqual([['accepted'], 1]);
    const held = (): number => server.coordinator.holds(phone.id);
    const tries = await count(3, async () => {
      // Off: the server forgets that it has seen this number.
      if (control === 'off')
        server.store.database.prepare('UPDATE device SET last_seq = last_seq - 1 WHERE id = ?').run(phone.id);
      const before = held();
      await phone.say(handIn);
      return held() > before;
    });
    // Pay has a second lock: a slot that is done is done, whatever the number.
    expect((await phone.say(phone.message(0, handIn.groups))).outcomes).toEqual(['slot_taken']);
    const paid = server.store.database.prepare('SELECT count(*) AS n FROM exchange WHERE amount_micros > 0').get();
    expect(paid).toEqual({ n: 1 });
    return tries;
  },
);

attack(
  'replay: the answer to a self-test, for a phone that was swapped since',
  { control: 'tickets that were used are remembered while they last' },
  async (control) => {
    const house = productionOptions();
    let server = await openTarget({}, house);
    const { account } = await server.openAsker('Maria', 'driver');
    const token = await server.auth.openSession(account.id);
    let driver = new Asker(server.url, token);
    const publicKey = Buffer.from(newKey().point).toString('base64url');
    const { deviceId } = (await write<DeviceView>(driver, 'POST', '/api/devices', { publicKey, cores: 8 })).body;
    const path = `/api/devices/${deviceId}/self-test`;
    const answer = computeSelfTest((await driver.get<SelfTest>(path)).body);
    expect((await write(driver, 'POST', path, answer)).status).toBe(200);
    return count(2, async () => {
      if (control === 'off') {
        // Nothing but memory knows: a restart forgets.
        await server.close();
        server = await openTarget({}, house);
        driver = new Asker(server.url, token);
      }
      return (await write(driver, 'POST', path, answer)).status === 200;
    });
  },
);

const EMAIL = 'maria@example.org';

async function openWithMail(): Promise<{ readonly server: TestServer; readonly post: Post; readonly maria: Browser }> {
  const post = await openPost();
  const server = await openTarget({}, { smtpUrl: post.url });
  const maria = new Browser(server.url);
  await maria.join(server, 'Maria');
  await maria.post('/api/account/email', { email: EMAIL });
  const code = await post.next(EMAIL);
  expect((await maria.send('PUT', '/api/account/email', { email: EMAIL, code })).status).toBe(200);
  return { server, post, maria };
}

/** Puts back what the server has struck out as used: the patched store of these attacks. */
function keepUsed({ store: { database } }: TestServer): () => void {
  const rows = database.prepare<[], Record<string, string>>('SELECT * FROM auth_verification').all();
  return () => {
    const put = database.prepare(
      'INSERT OR REPLACE INTO auth_verification VALUES (@id, @identifier, @value, @expires_at, @created_at, @updated_at)',
    );
    for (const row of rows) put.run(row);
  };
}

attack(
  'replay: a code by email, read over a shoulder',
  { control: 'a code is struck out when it is used' },
  async (control) => {
    const { server, post, maria } = await openWithMail();
    await maria.post('/api/sign-in/code', { email: EMAIL });
    const code = await post.next(EMAIL);
    const putBack = keepUsed(server);
    const signIn = async (browser: Browser): Promise<boolean> =>
      (await browser.post('/api/sign-in/code/proof', { email: EMAIL, code })).status === 200;
    expect(await signIn(maria)).toBe(true);
    return count(3, async () => {
      if (control === 'off') putBack();
      return signIn(new Browser(server.url));
    });
  },
);

attack(
  'replay: what a passkey has signed',
  { control: 'a challenge is struck out when it is answered' },
  async (control) => {
    const server = await openTarget();
    const origin = `http://localhost:${server.port}`;
    const maria = new Browser(server.url);
    await maria.join(server, 'Maria');
    const passkey = makePasskey('localhost');
    const { options } = (await maria.post<PasskeyChallenge>('/api/account/passkeys/challenge', { name: 'Phone' })).body;
    const made = passkey.register(String(options['challenge']), origin);
    expect((await maria.post('/api/account/passkeys', { name: 'Phone', response: made })).status).toBe(200);

    const asked = (await maria.post<PasskeyChallenge>('/api/sign-in/passkey/challenge', {})).body.options;
    const overheard = maria.cookie('zeus_challenge');
    const putBack = keepUsed(server);
    const response = passkey.assert(String(asked['challenge']), origin);
    expect((await maria.post('/api/sign-in/passkey', { response })).status).toBe(200);
    return count(3, async () => {
      if (control === 'off') putBack();
      const thief = new Browser(server.url);
      thief.setCookie('zeus_challenge', overheard);
      return (await thief.post('/api/sign-in/passkey', { response })).status === 200;
    });
  },
);
