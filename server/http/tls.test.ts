import { createHash, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import { connect, type ConnectionOptions } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import WebSocket from 'ws';
import { POLICY } from '../../shared/model/policy.ts';
import { DAY } from '../../shared/time.ts';
import { makeCertificate } from '../certificate/make-certificate.ts';
import { readSetOf } from '../core/read-set.ts';
import { challengeOf, enrol, Line, prove } from '../link/testing/line.ts';
import type { Frame } from '../../shared/protocol/frames.ts';
import { closeAll, startServer, temporaryFolder, type TestOptions } from './testing/test-server.ts';

afterEach(closeAll);

const QUIET = { mainframeThreads: 0 };
const NAMES = ['localhost', '127.0.0.1', 'share.test'];

const handshake = (port: number, options: ConnectionOptions): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', ...options }, () => {
      resolve(socket.getProtocol() ?? 'none');
      socket.end();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });

test('a server with a certificate speaks TLS 1.3 and nothing older, says HSTS, and makes cookies for TLS alone', async () => {
  const { cert, key, authority } = makeCertificate(temporaryFolder(), NAMES, Date.now());
  const server = await startServer({ tls: { cert, key }, policy: QUIET });
  expect(server.url).toMatch(/^https:/);
  const ca = readFileSync(authority);
  const servername = 'localhost';
  expect(await handshake(server.port, { ca, servername })).toBe('TLSv1.3');
  expect(await handshake(server.port, { ca, servername, maxVersion: 'TLSv1.2' })).toMatch(/PROTOCOL_VERSION/);
  expect(await handshake(server.port, { ca, servername, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).toMatch(
    /PROTO|VERSION/,
  );
  const invite = await server.people.invite('driver', DAY);
  const joined = await call(server.port, ca, '/api/accounts', JSON.stringify({ invite, name: 'Ana' }));
  expect(joined.status).toBe(200);
  expect(joined.headers['strict-transport-security']).toBe('max-age=31536000');
  expect(joined.headers['set-cookie']?.[0]).toMatch(/^__Host-zeus_session=.*; Secure/);
  const plain = await startServer({ policy: QUIET });
  const body = JSON.stringify({ invite: await plain.people.invite('driver', DAY), name: 'Ana' });
  const open = await fetch(`${plain.url}/api/accounts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body,
  });
  expect([open.headers.get('strict-transport-security'), open.headers.get('set-cookie')]).toEqual([
    null,
    expect.not.stringContaining('Secure'),
  ]);
});

test('device links open over TLS, for the origin that is now https alone', async () => {
  const { cert, key, authority } = makeCertificate(temporaryFolder(), NAMES, Date.now());
  const server = await startServer({ tls: { cert, key }, policy: QUIET });
  const ca = readFileSync(authority);
  const open = (origin: string): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(`wss://localhost:${server.port}/link`, { origin, ca });
      socket
        .on('open', () => resolve('open'))
        .on('unexpected-response', (_, { statusCode }) => resolve(String(statusCode)));
      socket.on('error', () => undefined);
    });
  expect(await open(`https://localhost:${server.port}`)).toBe('open');
  expect(await open(`http://localhost:${server.port}`)).toBe('403');
});

test('bytes of a link over TLS are counted as they are on the wire, its handshake too', async () => {
  const { cert, key, authority } = makeCertificate(temporaryFolder(), NAMES, Date.now());
  const bytesOf = async (options: TestOptions): Promise<number> => {
    const server = await startServer({ ...options, policy: QUIET });
    const device = await enrol(server);
    const line = new Line(server, server.url, '/link', { ca: readFileSync(authority) });
    await line.send(prove(server.url, await challengeOf(line, device.id), device.id, device.key));
    expect((await line.next()).type).toBe('ready');
    const report = { reason: 0, duty: 150, bytesToday: 0 };
    await line.send({ type: 'exchange', deviceId: device.id, seq: 1, groups: [], want: 1, report } as Frame);
    expect((await line.next()).type).toBe('reply');
    const { devices } = await server.store.load({ ...readSetOf([]), devices: new Set([device.id]) });
    return devices.get(device.id)?.throttle.bytes ?? 0;
  };
  const [plain, secure] = [await bytesOf({}), await bytesOf({ tls: { cert, key } })];
  expect(plain).toBeLessThan(1_500);
  expect(secure).toBeGreaterThan(plain + 1_500);
});

test('a handshake that is never made ends, and so does a client that says no hello', async () => {
  const { cert, key } = makeCertificate(temporaryFolder(), NAMES, Date.now());
  const limits = { ...POLICY.limits, headerMs: 100 };
  const server = await startServer({ tls: { cert, key }, policy: { ...QUIET, limits } });
  const { createConnection } = await import('node:net');
  const socket = createConnection(server.port, '127.0.0.1');
  await new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
  expect(socket.destroyed).toBe(true);
});

test('a certificate is made once, kept while it holds every name, signed anew by the same authority when not', async () => {
  const folder = temporaryFolder();
  const first = makeCertificate(folder, NAMES, Date.now());
  const printOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
  const [cert, authority] = [printOf(first.cert), printOf(first.authority)];
  expect(first.isNew).toBe(true);
  expect(makeCertificate(folder, NAMES, Date.now()).isNew).toBe(false);
  expect(printOf(first.cert)).toBe(cert);
  expect(makeCertificate(folder, [...NAMES, '192.168.7.7'], Date.now()).isNew).toBe(true);
  expect([printOf(first.cert) === cert, printOf(first.authority)]).toEqual([false, authority]);
  expect(makeCertificate(folder, NAMES, Date.now() + 380 * DAY).isNew).toBe(true); // within a month of its end
  const [leaf, signer] = [first.cert, first.authority].map((file) => new X509Certificate(readFileSync(file)));
  expect([leaf?.ca, signer?.ca, leaf?.checkHost('share.test')]).toEqual([false, true, 'share.test']);
  for (const name of ['key.pem', 'authority-key.pem', 'cert.pem', 'authority.crt']) {
    expect(statSync(join(folder, 'tls', name)).mode & 0o777).toBe(0o600);
  }
});

test('a certificate that is missing, of another key or over is one sentence at the start', async () => {
  const [one, other] = [temporaryFolder(), temporaryFolder()].map((folder) =>
    makeCertificate(folder, NAMES, Date.now()),
  );
  const start = (tls: { cert: string; key: string }) => startServer({ tls, policy: QUIET });
  const files = { cert: one?.cert ?? '', key: one?.key ?? '' };
  await expect(start({ ...files, cert: '/nowhere.pem' })).rejects.toThrow('TLS_CERT cannot be read');
  await expect(start({ ...files, key: other?.key ?? '' })).rejects.toThrow('the key is not the one of the certificate');
  const folder = join(temporaryFolder(), 'bad');
  mkdirSync(folder);
  writeFileSync(join(folder, 'bad.pem'), 'no certificate');
  await expect(start({ ...files, cert: join(folder, 'bad.pem') })).rejects.toThrow('cannot be used');
});

/** One request over TLS, trusting `ca`. */
function call(port: number, ca: Buffer, path: string, body: string) {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders }>((resolve, reject) => {
    const request = secureRequest({ port, host: 'localhost', ca, path, method: 'POST', headers }, (reply) => {
      reply.resume();
      resolve({ status: reply.statusCode, headers: reply.headers });
    });
    request.on('error', reject);
    request.end(body);
  });
}
