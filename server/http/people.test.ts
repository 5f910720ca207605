import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KernelManifest, SignedManifest } from '../../shared/protocol/kernel-manifest.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { Credits, DeviceView, InviteView, Me, SelfTest } from '../../shared/protocol/app.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import { computeSelfTest } from '../testing/compute-self-test.ts';
import { closeAll, startServer, type Asker, type Reply, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ policy: { mainframeThreads: 0 } });
});
afterAll(closeAll);

const write = <Body>(asker: Asker, method: string, path: string, body: unknown): Promise<Reply<Body & ErrorBody>> =>
  asker.send<Body & ErrorBody>(path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

async function newInvite(role = 'driver'): Promise<string> {
  return (await write<InviteView>(server.operator, 'POST', '/api/invites', { role })).body.code;
}

/** Without any token, as a browser that was just opened. */
async function join(invite: string, name: string): Promise<{ status: number; body: Me & ErrorBody; cookie: string }> {
  const response = await fetch(`${server.url}/api/accounts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ invite, name }),
  });
  const body = (await response.json()) as Me & ErrorBody;
  return { status: response.status, body, cookie: response.headers.get('set-cookie') ?? '' };
}

const newKey = (): string => {
  const { x = '', y = '' } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
  return Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]).toString('base64url');
};

describe('coming in', () => {
  test('an invite becomes an account, whose cookie is out of the reach of scripts and of other sites', async () => {
    const { status, body, cookie } = await join(await newInvite(), 'Ana Ñandú');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      name: 'Ana Ñandú',
      role: 'driver',
      programme: { priceMicros: 50_000, consentVersion: 1 },
    });
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const me = await fetch(`${server.url}/api/me`, { headers: { Cookie: cookie.split(';')[0] ?? '' } });
    expect(await me.json()).toMatchObject({ accountId: body.accountId });
  });

  test('an invite works once; an invented one never', async () => {
    const code = await newInvite();
    expect((await join(code, 'First')).status).toBe(200);
    expect(await join(code, 'Second')).toMatchObject({ status: 409, body: { error: { code: 'invite_used' } } });
    expect(await join('nonsense', 'Third')).toMatchObject({ status: 404, body: { error: { code: 'invite_unknown' } } });
  });

  test.each(['', '   ', 'x'.repeat(25), 'a\u0000b', 'a\u202eb', 'a\nb'])(
    'the name %j is refused and the invite stays good',
    async (name) => {
      const code = await newInvite();
      expect(await join(code, name)).toMatchObject({ status: 422, body: { error: { code: 'bad_name' } } });
      expect((await join(code, 'Right')).status).toBe(200);
    },
  );

  test('only an admin invites; for others there is no such place', async () => {
    const driver = await server.openAsker('Driver', 'driver');
    expect((await write(driver, 'POST', '/api/invites', { role: 'admin' })).status).toBe(404);
    expect((await write(server.operator, 'POST', '/api/invites', { role: 'king' })).status).toBe(422);
  });

  test('a session outlives a restart, and ends when it is closed', async () => {
    const first = await startServer();
    const { account } = await first.openAsker('Stays', 'driver');
    const token = await first.auth.openSession(account.id);
    await first.close();
    const second = await startServer({ dataDir: first.dataDir });
    expect(await second.auth.whoIs({ token })).toMatchObject({ account: { name: 'Stays' } });
    const closed = await fetch(`${second.url}/api/session`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(closed.status).toBe(204);
    expect(await second.auth.whoIs({ token })).toBeUndefined();
  });
});

const enrolNew = async (driver: Asker): Promise<DeviceView> =>
  (await write<DeviceView>(driver, 'POST', '/api/devices', { publicKey: newKey(), cores: 8 })).body;

async function passSelfTest(driver: Asker, deviceId: number): Promise<Reply<DeviceView & ErrorBody>> {
  const path = `/api/devices/${deviceId}/self-test`;
  return write(driver, 'POST', path, computeSelfTest((await driver.get<SelfTest>(path)).body));
}

describe('a phone', () => {
  test('is enrolled by its key and computes only after consent, every act of which is kept', async () => {
    const driver = await server.openAsker('Driver', 'driver');
    const enrolled = await enrolNew(driver);
    expect(enrolled).toMatchObject({ consent: null, isBanned: false, evidenceId: null });
    expect((await passSelfTest(driver, enrolled.deviceId)).body).toEqual(enrolled);
    const path = `/api/devices/${enrolled.deviceId}/consent`;
    expect((await write<DeviceView>(driver, 'PUT', path, { isGranted: true, version: 1 })).body.consent).toMatchObject({
      isGranted: true,
      version: 1,
    });
    expect((await write(driver, 'PUT', path, { isGranted: true, version: 2 })).body.error.code).toBe(
      'consent_outdated',
    );
    expect((await write<DeviceView>(driver, 'PUT', path, { isGranted: false, version: 1 })).body.consent).toMatchObject(
      {
        isGranted: false,
      },
    );
    const kept = server.store.database.prepare(
      'SELECT version, is_granted FROM consent WHERE device_id = ? ORDER BY id',
    );
    expect(kept.all(enrolled.deviceId)).toEqual([
      { version: 1, is_granted: 1 },
      { version: 1, is_granted: 0 },
    ]);
  });

  test('that asks twice with its key is enrolled once; another account cannot take the key', async () => {
    const [driver, other] = [await server.openAsker('Driver', 'driver'), await server.openAsker('Other', 'driver')];
    const body = { publicKey: newKey(), cores: 8 };
    const first = await write<DeviceView>(driver, 'POST', '/api/devices', body);
    const again = await write<DeviceView>(driver, 'POST', '/api/devices', body);
    expect(again.body).toEqual(first.body);
    expect(await write(other, 'POST', '/api/devices', body)).toMatchObject({
      status: 409,
      body: { error: { code: 'key_taken' } },
    });
  });

  test.each(['', 'AAAA', Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)]).toString('base64url')])(
    'the key %j is no point on the curve',
    async (publicKey) => {
      const refused = await write(server.operator, 'POST', '/api/devices', { publicKey, cores: 8 });
      expect(refused).toMatchObject({ status: 422, body: { error: { code: 'bad_key' } } });
    },
  );

  test("another account's phone, the mainframe and no phone at all are answered alike", async () => {
    const [mine, other] = [await server.openAsker('Mine', 'driver'), await server.openAsker('Other', 'driver')];
    const { deviceId } = await enrolNew(other);
    const answer = computeSelfTest((await other.get<SelfTest>(`/api/devices/${deviceId}/self-test`)).body);
    const replies = await Promise.all(
      [deviceId, 1, 999_999, 0, '1.5', 'x'].flatMap((id) => [
        mine.get<ErrorBody>(`/api/devices/${id}`),
        mine.get<ErrorBody>(`/api/devices/${id}/self-test`),
        write(mine, 'POST', `/api/devices/${id}/self-test`, answer),
        write(mine, 'PUT', `/api/devices/${id}/consent`, { isGranted: true, version: 1 }),
      ]),
    );
    expect(replies).toHaveLength(24);
    for (const { status, body } of replies) expect([status, body.error.code]).toEqual([404, 'not_found']);
    // Nor was the ticket used up by somebody who may not use it.
    expect((await write(other, 'POST', `/api/devices/${deviceId}/self-test`, answer)).status).toBe(200);
  });

  test('is opted in only after its self-test; opting out needs none', async () => {
    const driver = await server.openAsker('Driver', 'driver');
    const { deviceId } = await enrolNew(driver);
    const path = `/api/devices/${deviceId}/consent`;
    const refused = await write(driver, 'PUT', path, { isGranted: true, version: 1 });
    expect([refused.status, refused.body.error.code]).toEqual([409, 'self_test_missing']);
    expect((await write(driver, 'PUT', path, { isGranted: false, version: 1 })).status).toBe(200);
  });

  test('that computes differently is told so, and nothing is stored against it', async () => {
    const driver = await server.openAsker('Driver', 'driver');
    const { deviceId } = await enrolNew(driver);
    const path = `/api/devices/${deviceId}/self-test`;
    const rows = (): unknown => [
      server.store.database.prepare('SELECT * FROM device WHERE id = ?').all(deviceId),
      server.store.database.prepare('SELECT count(*) FROM evidence').all(),
    ];
    const before = rows();
    const answer = computeSelfTest((await driver.get<SelfTest>(path)).body);
    const digests = answer.digests.map((digest, i) => (i === 11 ? { ...digest, score: digest.score + 1 } : digest));
    const failed = await write(driver, 'POST', path, { ...answer, digests });
    expect([failed.status, failed.body.error.code]).toEqual([409, 'self_test_failed']);
    const again = await write(driver, 'POST', path, answer); // a ticket is good once
    expect([again.status, again.body.error.code]).toEqual([409, 'self_test_missing']);
    expect(rows()).toEqual(before);
    expect((await passSelfTest(driver, deviceId)).status).toBe(200);
  });

  test.each<[string, object, code: string]>([
    ['a field too many', { colour: 'red' }, 'unknown_field'],
    ['a digest with a field too many', { digests: [{ score: 1, hash: 1, colour: 'red' }] }, 'unknown_field'],
    ['digests that are none', { digests: ['x'] }, 'bad_request'],
    ['a digest beyond 32 bits', { digests: [{ score: 2 ** 32, hash: 1 }] }, 'bad_request'],
    ['digests without end', { digests: Array.from({ length: 65 }, () => ({ score: 1, hash: 1 })) }, 'bad_request'],
    ['no time', { chunkMs: 0 }, 'bad_request'],
    ['a time without end', { chunkMs: 1e9 }, 'bad_request'],
    ['a ticket without end', { ticket: 'A'.repeat(101) }, 'bad_request'],
  ])('refuses a test with %s at the edge', async (_, wrong, code) => {
    const driver = await server.openAsker('Driver', 'driver');
    const { deviceId } = await enrolNew(driver);
    const right = { ticket: 'A', digests: [], chunkMs: 33 };
    const refused = await write(driver, 'POST', `/api/devices/${deviceId}/self-test`, { ...right, ...wrong });
    expect([refused.status, refused.body.error.code]).toEqual([422, code]);
  });

  test('is the sixth of a day: come back tomorrow', async () => {
    const driver = await server.openAsker('Driver', 'driver');
    for (let i = 0; i < POLICY.limits.newDevicesPerDay; i++) expect(await enrolNew(driver)).toHaveProperty('deviceId');
    const sixth = await write(driver, 'POST', '/api/devices', { publicKey: newKey(), cores: 8 });
    expect([sixth.status, sixth.body.error.code]).toEqual([429, 'too_many_devices']);
  });
});

describe('what belongs to an account', () => {
  test('credits begin at nothing', async () => {
    const driver = await server.openAsker('Driver', 'driver');
    expect((await driver.get<Credits>('/api/credits')).body).toEqual({
      pendingMicros: 0,
      postedMicros: 0,
      unitsToday: 0,
      units: 0,
      rows: [],
      nextBefore: null,
    });
    expect((await driver.get<ErrorBody>('/api/credits?before=yesterday')).status).toBe(422);
  });

  test('nothing is to be had without a session', async () => {
    for (const path of ['/api/me', '/api/credits', '/api/stream', '/api/jobs', '/api/devices']) {
      const refused = await fetch(server.url + path);
      expect([path, refused.status]).toEqual([path, 401]);
    }
  });
});

describe('kernels', () => {
  test('are listed and served by their hash, for ever', async () => {
    const { kernels } = (await (await fetch(`${server.url}/api/kernels`)).json()) as {
      kernels: { kind: string; hash: string }[];
    };
    const tiny = kernels.find(({ kind }) => kind === 'tiny');
    const served = await fetch(`${server.url}/kernels/${tiny?.hash}.wasm`, { headers: { 'accept-encoding': 'br' } });
    expect(served.headers.get('content-type')).toBe('application/wasm');
    expect(served.headers.get('cache-control')).toMatch(/immutable/);
    const digest = await crypto.subtle.digest('SHA-256', await served.arrayBuffer());
    expect(Buffer.from(digest).toString('hex')).toBe(tiny?.hash);
    expect(served.headers.get('content-encoding')).toBe('br');
    const identity = { headers: { 'accept-encoding': 'identity' } };
    const plain = await fetch(`${server.url}/kernels/${tiny?.hash}.wasm`, identity);
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(Buffer.from(await crypto.subtle.digest('SHA-256', await plain.arrayBuffer())).toString('hex')).toBe(
      tiny?.hash,
    );
    const gzip = { headers: { 'accept-encoding': 'gzip' } };
    const manifest = await fetch(`${server.url}/kernels/manifest.json`, gzip);
    expect(manifest.headers.get('content-encoding')).toBe('gzip');
    const { signed } = (await manifest.json()) as SignedManifest;
    const { kernels: listed } = JSON.parse(signed) as KernelManifest;
    expect(listed.map(({ kind, hash }) => ({ kind, hash }))).toEqual(kernels.map(({ kind, hash }) => ({ kind, hash })));
    for (const { hash, bytes } of listed.flatMap(({ builds }) => builds)) {
      const build = await (await fetch(`${server.url}/kernels/${hash}.wasm`, gzip)).arrayBuffer();
      expect(build.byteLength).toBe(bytes);
      expect(Buffer.from(await crypto.subtle.digest('SHA-256', build)).toString('hex')).toBe(hash);
    }
    expect((await fetch(`${server.url}/kernels/${'0'.repeat(64)}.wasm`)).status).toBe(404);
    expect((await fetch(`${server.url}/kernels/..%2fzeus.db`)).status).toBe(404);
  });
});

test('a body sent in chunks is read up to the limit, then refused', async () => {
  const send = (letters: number): Promise<Response> =>
    fetch(`${server.url}/api/accounts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: new Blob(['{"invite":"', 'x'.repeat(letters), '","name":"N"}']).stream(),
      duplex: 'half', // a stream has no length to announce
    } as RequestInit);
  expect((await send(10)).status).toBe(404); // read, and no such invite
  expect((await send(POLICY.limits.requestBytes)).status).toBe(413);
});
