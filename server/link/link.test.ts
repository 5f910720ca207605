import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { deviceId, type DeviceId } from '../../shared/ids.ts';
import { fullScope } from '../../shared/model/consent-texts.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { Frame } from '../../shared/protocol/frames.ts';
import { MINUTE } from '../../shared/time.ts';
import { Asker, closeAll, startServer, tiny } from '../http/testing/test-server.ts';
import { challengeOf, enrol, Line, newKey, prove, type TestKey } from './testing/line.ts';
import { verifyProof } from './verify-proof.ts';

afterEach(closeAll);

const QUIET = { policy: { mainframeThreads: 0 } };

test('operators see how many phones rest, and why, from what each said last', async () => {
  const server = await startServer(QUIET);
  const fleet = async () => (await server.operator.get('/api/admin/fleet')).body;
  const lines = [];
  for (const reason of [5, 5, 0]) {
    const { id, key } = await enrol(server);
    const line = new Line(server);
    await line.send(prove(server.url, await challengeOf(line, id), id, key));
    expect((await line.next()).type).toBe('ready');
    await line.send({ type: 'report', report: { reason, duty: 0, bytesToday: 0 } });
    lines.push(line);
  }
  await expect.poll(fleet).toEqual({ linked: 3, resting: { battery_low: 2 } });
  lines[0]?.drop();
  await expect.poll(fleet).toEqual({ linked: 2, resting: { battery_low: 1 } });
  const driver = await server.openAsker('Cleo', 'driver');
  expect((await driver.get('/api/admin/fleet')).status).toBe(404);
});

describe('a link opens', () => {
  test('to the key that signs this challenge for this origin', async () => {
    const server = await startServer(QUIET);
    const { id, key } = await enrol(server);
    const line = new Line(server);
    await line.send(prove(server.url, await challengeOf(line, id), id, key));
    expect(await line.next()).toMatchObject({ type: 'ready', lastSeq: 0, policyVersion: POLICY.version });
  });

  test.each<[string, (nonce: Uint8Array, id: DeviceId, key: TestKey, url: string) => Frame]>([
    ['another key', (nonce, id, _, url) => prove(url, nonce, id, newKey())],
    ['another origin', (nonce, id, key) => prove('https://elsewhere.example', nonce, id, key)],
    ['another device', (nonce, id, key, url) => prove(url, nonce, deviceId(id + 1), key)],
    ['another nonce', (_, id, key, url) => prove(url, randomBytes(32), id, key)],
    [
      'a signature that is none',
      (nonce, id, key, url) => ({ ...prove(url, nonce, id, key), signature: new Uint8Array(64) }) as Frame,
    ],
  ])('not to a proof by %s', async (_, proof) => {
    const server = await startServer(QUIET);
    const { id, key } = await enrol(server);
    const line = new Line(server);
    await line.send(proof(await challengeOf(line, id), id, key, server.url));
    expect(await line.next()).toEqual({ type: 'bye', code: 'bad_signature' });
    await line.until(() => line.isClosed);
  });

  test('not to a proof that was good on another link: a challenge is answered once', async () => {
    const server = await startServer(QUIET);
    const { id, key } = await enrol(server);
    const first = new Line(server);
    const proof = prove(server.url, await challengeOf(first, id), id, key);
    await first.send(proof);
    expect((await first.next()).type).toBe('ready');
    const replay = new Line(server);
    await challengeOf(replay, id);
    await replay.send(proof);
    expect(await replay.next()).toEqual({ type: 'bye', code: 'bad_signature' });
  });

  test('not to a device that does not exist, which is challenged like any other', async () => {
    const server = await startServer(QUIET);
    const line = new Line(server);
    await line.send(prove(server.url, await challengeOf(line, deviceId(4711)), deviceId(4711), newKey()));
    expect(await line.next()).toEqual({ type: 'bye', code: 'bad_signature' });
  });

  test('not to a page of another origin, and nowhere else than at its address', async () => {
    const server = await startServer(QUIET);
    for (const [origin, path, status] of [
      ['https://elsewhere.example', '/link', 403],
      ['null', '/link', 403],
      [server.url, '/', 404],
      [server.url, '/link/..', 404],
    ] as const) {
      const line = new Line(server, origin, path);
      await line.until(() => line.isClosed);
      expect([origin, path, line.status]).toEqual([origin, path, status]);
    }
  });

  test('to only so many from one address, and to more when some have gone', async () => {
    const server = await startServer({
      policy: { mainframeThreads: 0, limits: { ...POLICY.limits, linksPerAddress: 2 } },
    });
    const { id } = await enrol(server);
    const lines = [new Line(server), new Line(server)];
    for (const line of lines) await challengeOf(line, id);
    const third = new Line(server);
    await third.until(() => third.isClosed);
    expect(third.status).toBe(429);
    must(lines[0], 'a line').drop();
    // The server hears of a dropped line when the system tells it.
    for (let isOpen = false; !isOpen;) {
      const next = new Line(server);
      const challenged = challengeOf(next, id).then(
        () => true,
        () => false,
      );
      isOpen = await Promise.race([challenged, next.until(() => next.isClosed).then(() => false)]);
    }
  });
});

describe('a link ends', () => {
  test('when nobody proves anything in time', async () => {
    const limits = { ...POLICY.limits, authMs: 50 };
    const server = await startServer({ policy: { mainframeThreads: 0, limits } });
    const { id } = await enrol(server);
    const silent = new Line(server);
    expect(await silent.next()).toEqual({ type: 'bye', code: 'auth_timeout' });
    const stalled = new Line(server);
    await challengeOf(stalled, id);
    expect(await stalled.next()).toEqual({ type: 'bye', code: 'auth_timeout' });
  });

  test('when the challenge is answered too late', async () => {
    const limits = { ...POLICY.limits, challengeMs: 0 };
    const server = await startServer({ policy: { mainframeThreads: 0, limits } });
    const { id, key } = await enrol(server);
    const line = new Line(server);
    const nonce = await challengeOf(line, id);
    await new Promise((resolve) => setTimeout(resolve, 5)); // the server's clock must have moved on
    await line.send(prove(server.url, nonce, id, key));
    expect(await line.next()).toEqual({ type: 'bye', code: 'challenge_expired' });
  });

  test('when work is asked for before anything is proven', async () => {
    const server = await startServer(QUIET);
    const line = new Line(server);
    const report = { reason: 0, duty: 0, bytesToday: 0 };
    await line.send({ type: 'exchange', seq: 1, groups: [], want: 1, report } as Frame);
    expect(await line.next()).toEqual({ type: 'bye', code: 'unexpected_frame' });
  });

  test('in the middle of a message without harm to anybody else', async () => {
    const server = await startServer(QUIET);
    const { id, key } = await enrol(server);
    const raw = connect(server.port, '127.0.0.1');
    const upgrade = [
      'GET /link HTTP/1.1',
      `Host: 127.0.0.1:${server.port}`,
      `Origin: ${server.url}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
    ];
    raw.write(`${upgrade.join('\r\n')}\r\n\r\n`);
    await new Promise((resolve) => raw.once('data', resolve));
    raw.write(Buffer.from([0x82, 0xfe, 0x10, 0x00, 1, 2, 3, 4, 9, 9, 9])); // says 4,096 bytes, brings three
    raw.destroy();
    const line = new Line(server);
    await line.send(prove(server.url, await challengeOf(line, id), id, key));
    expect((await line.next()).type).toBe('ready');
  });

  test('when its driver opts out, at once', async () => {
    const server = await startServer(QUIET);
    const { id, key } = await enrol(server);
    const line = new Line(server);
    await line.send(prove(server.url, await challengeOf(line, id), id, key));
    expect((await line.next()).type).toBe('ready');
    const owner = (await server.store.deviceByKey(key.point))?.accountId;
    const account = {
      id: must(owner, 'its account'),
      name: '',
      role: 'driver' as const,
      createdAt: 0,
      erasedAt: undefined,
    };
    await server.people.consent(account, id, false, POLICY.consentVersion);
    expect(await line.next()).toEqual({ type: 'bye', code: 'not_opted_in' });
  });
});

test('a device that asks in vain is woken once for the same work, and again when there is more', async () => {
  const server = await startServer(QUIET);
  const { id, key } = await enrol(server);
  const account = must((await server.store.deviceByKey(key.point))?.accountId, 'its account');
  const asker = new Asker(server.url, await server.auth.openSession(account));
  const line = new Line(server);
  await line.send(prove(server.url, await challengeOf(line, id), id, key));
  expect((await line.next()).type).toBe('ready');
  let seq = 0;
  const ask = async (): Promise<Frame> => {
    const report = { reason: 0, duty: 150, bytesToday: 0 };
    await line.send({ type: 'exchange', deviceId: id, seq: ++seq, groups: [], want: 1, report } as Frame);
    return line.next();
  };
  await asker.submit(tiny(2)); // its own driver's: never leased to it
  expect((await line.next()).type).toBe('wake');
  expect(await ask()).toMatchObject({ type: 'reply', status: 'nothing_to_do' });
  for (let i = 0; i < 3; i++) await server.coordinator.tick();
  expect(await ask()).toMatchObject({ type: 'reply', status: 'nothing_to_do' }); // no wake came in between
  await server.operator.submit(tiny(2));
  expect((await line.next()).type).toBe('wake');
  expect(await ask()).toMatchObject({ type: 'reply', status: 'ok' });
});

test('outside the hours that its driver agreed to a device gets nothing, though it says that it computes', async () => {
  const server = await startServer(QUIET);
  const { id, key } = await enrol(server);
  const accountId = must((await server.store.deviceByKey(key.point))?.accountId, 'its account');
  const now = new Date();
  const minute = now.getUTCHours() * 60 + now.getUTCMinutes(); // the line says that it is in UTC
  const hours = { from: (minute + 120) % 1_440, to: (minute + 240) % 1_440 };
  const consented = { accountId, deviceId: id };
  await server.coordinator.narrowConsent({ ...consented, scope: { ...fullScope(1), hours } });
  await server.operator.submit(tiny(8));
  const line = new Line(server);
  await line.send(prove(server.url, await challengeOf(line, id), id, key));
  expect((await line.next()).type).toBe('ready');
  let seq = 0;
  const ask = async (): Promise<Frame> => {
    const report = { reason: 0, duty: 150, bytesToday: 0 };
    await line.send({ type: 'exchange', deviceId: id, seq: ++seq, groups: [], want: 1, report } as Frame);
    for (;;) {
      const frame = await line.next();
      if (frame.type !== 'wake') return frame;
    }
  };
  for (let i = 0; i < POLICY.throttle.breaches + 1; i++) {
    const reply = await ask();
    expect(reply).toMatchObject({ type: 'reply', status: 'outside_hours', leases: [] });
    const { retryMs } = reply as Extract<Frame, { readonly type: 'reply' }>;
    expect(retryMs).toBeGreaterThan(100 * MINUTE);
    expect(retryMs).toBeLessThanOrEqual(120 * MINUTE);
  }
  await server.coordinator.consent({ ...consented, version: 1, isGranted: true, scope: fullScope(1) });
  expect(await ask(), 'it was never paused for asking').toMatchObject({ type: 'reply', status: 'ok' });
});

test('a point that is not on the curve verifies nothing and throws nothing', () => {
  const point = new Uint8Array(65).fill(1);
  point[0] = 4;
  expect(verifyProof(point, new Uint8Array(3), new Uint8Array(64))).toBe(false);
  expect(verifyProof(new Uint8Array(3), new Uint8Array(3), new Uint8Array(64))).toBe(false);
});
