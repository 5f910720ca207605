import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { POLICY, type LimitPolicy } from '../../shared/model/policy.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import { closeAll, startServer, tiny, type TestOptions, type TestServer } from './testing/test-server.ts';

afterEach(closeAll);

const withLimits = (limits: Partial<LimitPolicy>, options: TestOptions = {}): Promise<TestServer> =>
  startServer({ ...options, policy: { mainframeThreads: 0, limits: { ...POLICY.limits, ...limits } } });

/** What a raw socket is answered until it ends, having said `said`. */
async function answerTo({ port }: TestServer, said: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (data) => (heard += data)).on('error', () => undefined);
  socket.write(said);
  await once(socket, 'close');
  return heard;
}

const statusOf = (answer: string): string => answer.split(' ')[1] ?? 'none';

describe('a request that', () => {
  test('never ends its headers, or its body, is ended; where there is time, it is waited for', async () => {
    const slow = await withLimits({ headerMs: 100, requestMs: 200 });
    const headers = 'GET /api/health HTTP/1.1\r\nHost: x\r\nX-Slow: ';
    const body =
      'POST /api/accounts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{';
    expect(statusOf(await answerTo(slow, headers))).toBe('408');
    expect(statusOf(await answerTo(slow, body))).toBe('408');
    expect(statusOf(await answerTo(slow, `${headers}\r\nConnection: close\r\n\r\n`))).toBe('200');
  });

  test('says nothing at all is ended too', async () => {
    expect(await answerTo(await withLimits({ headerMs: 100, requestMs: 100 }), '')).toMatch(/408|^$/);
  });

  test('has headers without end is refused', async () => {
    const headers = `GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Big: ${'x'.repeat(17 * 1024)}\r\n\r\n`;
    expect(statusOf(await answerTo(await withLimits({}), headers))).toBe('431');
    expect(statusOf(await answerTo(await withLimits({ headerBytes: 64 * 1024 }), headers))).toBe('200');
  });

  test('nests too deep is refused before anything walks through it', async () => {
    const server = await withLimits({});
    const deep = (levels: number): string =>
      `{"kind":"tiny","placement":"pool","request":{"numbers":${'['.repeat(levels)}1${']'.repeat(levels)}}}`;
    const refused = await server.operator.submit<ErrorBody>(deep(40_000));
    expect([refused.status, refused.body.error.code]).toEqual([422, 'too_deep']);
    expect((await server.operator.submit<ErrorBody>(deep(15))).body.error.code).toBe('too_deep');
    expect((await server.operator.submit<ErrorBody>(deep(14))).body.error.code).toBe('not_a_number'); // the kind's own word
    const brackets = JSON.stringify({ kind: 'tiny', request: '[{'.repeat(1_000) });
    expect((await server.operator.submit<ErrorBody>(brackets)).body.error.code).not.toBe('too_deep');
  });
});

describe('connections', () => {
  test('of one address are counted, and one more is cut off until another goes', async () => {
    const server = await withLimits({ socketsPerAddress: 2 });
    const idle: Socket[] = [];
    for (let i = 0; i < 2; i++) {
      const socket = connect(server.port, '127.0.0.1').on('error', () => undefined);
      socket.write('GET /api/health HTTP/1.1\r\nHost: x\r\n\r\n');
      await once(socket, 'data');
      idle.push(socket);
    }
    const ask = 'GET /api/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';
    expect(await answerTo(server, ask)).toBe('');
    idle[0]?.destroy();
    await expect.poll(async () => statusOf(await answerTo(server, ask))).toBe('200');
    const proxied = await withLimits({ socketsPerAddress: 1 }, { trustedProxies: 1 });
    const held = connect(proxied.port, '127.0.0.1');
    await once(held, 'connect');
    expect(statusOf(await answerTo(proxied, ask))).toBe('200'); // all of them are the proxy's
    for (const socket of [...idle, held]) socket.destroy();
  });
});

describe('too many a minute', () => {
  const write = (server: TestServer, headers: Record<string, string> = {}) =>
    fetch(`${server.url}/api/accounts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ invite: 'guess', name: 'Eve' }),
    });

  test('invite codes tried from one address are refused with the time to wait, and another address is not', async () => {
    const server = await withLimits({ entriesPerMinute: 3 }, { trustedProxies: 1 });
    const from = (address: string) => write(server, { 'X-Forwarded-For': `1.1.1.1, ${address}` });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await from('198.51.100.1')).status);
    expect(statuses).toEqual([404, 404, 404, 429]);
    const refused = await from('198.51.100.1');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await refused.json()) as ErrorBody).error.code).toBe('too_many_requests');
    expect((await from('198.51.100.2')).status).toBe(404);
    const open = await withLimits({ entriesPerMinute: 1_000 });
    for (let i = 0; i < 6; i++) expect((await write(open)).status).toBe(404);
  });

  test('writes of one address, whatever they are, are refused; reads go on', async () => {
    const server = await withLimits({ addressWritesPerMinute: 2 });
    expect([(await write(server)).status, (await write(server)).status, (await write(server)).status]).toEqual([
      404, 404, 429,
    ]);
    expect((await fetch(`${server.url}/api/nowhere`, { method: 'DELETE' })).status).toBe(429);
    expect((await fetch(`${server.url}/api/health`)).status).toBe(200);
  });

  test('writes of one account are refused, another one’s are not; and an admin’s change of the limit holds at once', async () => {
    const server = await withLimits({ writesPerMinute: 2 });
    const [ana, ben] = [await server.openAsker('Ana', 'driver'), await server.openAsker('Ben', 'driver')];
    const submit = async (asker: typeof ana): Promise<number> => (await asker.submit(tiny())).status;
    expect([await submit(ana), await submit(ana), await submit(ana), await submit(ben)]).toEqual([202, 202, 429, 202]);
    expect((await ana.get('/api/jobs')).status).toBe(200);
    const by = server.coordinator.changePolicy({ by: 1 as never, changes: { writesPerMinute: 100 }, reason: 'more' });
    expect((await by).ok).toBe(true);
    const cy = await server.openAsker('Cy', 'driver');
    for (let i = 0; i < 5; i++) expect(await submit(cy)).toBe(202);
  });

  test('appeals and self-tests, which cost us computing, have less than other writes', async () => {
    const server = await withLimits({ rerunsPerMinute: 1 });
    const ana = await server.openAsker('Ana', 'driver');
    const post = async (path: string): Promise<number> =>
      (await ana.send(path, { method: 'POST', headers: {} })).status;
    expect([await post('/api/evidence/1/appeal'), await post('/api/evidence/1/appeal')]).toEqual([404, 429]);
    expect(await post('/api/devices/1/self-test')).toBe(429);
    expect((await ana.submit(tiny())).status).toBe(202);
  });
});

test('every class of reply carries every header: page, asset, kernel, API, refusal, unknown, stream, and only over TLS HSTS', async () => {
  const server = await startServer();
  const { jobId } = (await server.operator.submit(tiny())).body;
  const { kernels } = (await (await fetch(`${server.url}/api/kernels`)).json()) as { kernels: { hash: string }[] };
  const streams = [await server.operator.openEvents(jobId), await server.operator.openStream()];
  for (const stream of streams) await stream.body?.cancel();
  const get = (path: string, init: RequestInit = {}): Promise<Response> => fetch(server.url + path, init);
  const replies = [
    ...streams,
    await get('/'),
    await get('/nowhere'),
    await get('/assets/nothing.js'),
    await get(`/kernels/${kernels[0]?.hash}.wasm`),
    await get('/kernels/nothing.wasm'),
    await get('/api/health'),
    await get('/api/openapi.json'),
    await get('/api/jobs'),
    await get('/api/jobs', { method: 'POST', headers: { Origin: 'https://elsewhere.example' } }),
    await get('/api/accounts', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{' }),
    await get('/api/accounts', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: 'x'.repeat(300_000),
    }),
    await get('/api/jobs', { method: 'OPTIONS' }),
    await get('/', { method: 'HEAD' }),
  ];
  expect(replies.map(({ status }) => status)).toEqual([
    200, 200, 200, 404, 404, 200, 404, 200, 200, 401, 403, 400, 413, 401, 200,
  ]);
  for (const { headers, url } of replies) {
    const values = Object.fromEntries(headers);
    expect(values, url).toMatchObject({
      'content-security-policy': expect.stringMatching(/default-src 'self';.*require-trusted-types-for 'script'/),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'permissions-policy': expect.stringContaining('compute-pressure=(self)'),
    });
    expect(values['permissions-policy']).toContain('camera=()');
    expect(values['strict-transport-security'], url).toBeUndefined();
    if (new URL(url).pathname.startsWith('/api/')) expect(values['cache-control'], url).toContain('no-store');
  }
  const proxied = await startServer({ trustedProxies: 1, policy: { mainframeThreads: 0 } });
  const secure = await fetch(`${proxied.url}/api/health`, { headers: { 'X-Forwarded-Proto': 'https' } });
  expect(secure.headers.get('strict-transport-security')).toBe('max-age=31536000');
});
