import { request as rawRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { accountId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type {
  Health,
  JobList,
  JobView,
  LedgerAccountView,
  LedgerCheck,
  LedgerEntries,
} from '../../shared/protocol/rest.ts';
import {
  smallestSum,
  startServer,
  closeAll,
  tiny,
  tinyRequest,
  type Asker,
  type TestServer,
} from './testing/test-server.ts';

// Processes, threads and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

let server: TestServer;
let driver: Asker & { readonly account: { readonly id: number } };
let other: Asker & { readonly account: { readonly id: number } };

beforeAll(async () => {
  server = await startServer();
  driver = await server.openAsker('Driver', 'driver');
  other = await server.openAsker('Other', 'driver');
});
afterAll(closeAll);

describe('a request', () => {
  test('is filed, computed by the mainframe, checked and answered', async () => {
    const filed = await server.operator.submit(tiny());
    expect(filed.status).toBe(202);
    expect(filed.body).toMatchObject({
      kind: 'tiny',
      state: 'running',
      placement: 'pool',
      units: 4,
      round: 1,
      rounds: 1,
    });
    const job = await server.operator.settled(filed.body.jobId);
    expect(job).toMatchObject({
      state: 'answered',
      unitsDone: 4,
      unitsChecked: 4,
      executors: { mainframe: 4, peers: 0, devices: 0 },
      roundLengths: [smallestSum(tinyRequest())],
      answer: { sum: smallestSum(tinyRequest()) },
    });
    expect(job.waitMs).toBeGreaterThanOrEqual(0);
  });

  test('sent twice with one key is one job, and another request with that key is refused', async () => {
    const key = { 'Idempotency-Key': 'abc-1' };
    const first = await server.operator.submit(tiny(), key);
    const again = await server.operator.submit(tiny(), key);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body.jobId).toBe(first.body.jobId);
    const reused = await server.operator.submit(tiny(3), key);
    expect(reused.status).toBe(409);
    expect(reused.body.error.code).toBe('idempotency_key_reused');
    const elsewhere = await driver.submit(tiny(3), key); // keys belong to accounts
    expect(elsewhere.status).toBe(202);
  });

  test('without a key is a job each time', async () => {
    const [a, b] = await Promise.all([server.operator.submit(tiny()), server.operator.submit(tiny())]);
    expect(a.body.jobId).not.toBe(b.body.jobId);
  });

  test('placed on the phone is not filed, and refused if it does not fit there', async () => {
    const before = await server.operator.get<JobList>('/api/jobs');
    const refused = await server.operator.submit(tiny(4, 'phone')); // tiny exists to show the pool at work
    expect(refused.status).toBe(422);
    expect(refused.body.error.code).toBe('too_large_for_phone');
    expect((await server.operator.get<JobList>('/api/jobs')).body.jobs).toHaveLength(before.body.jobs.length);
  });
});

/** What arrives, and the status and code it gets. */
const refused: Readonly<Record<string, readonly [body: unknown, status: number, code: string, message?: RegExp]>> = {
  'no JSON': ['{"kind":', 400, 'bad_json'],
  'an empty body': ['', 400, 'bad_json'],
  'JSON with NaN': ['{"kind":"tiny","request":{"numbers":[NaN]}}', 400, 'bad_json'],
  'a list for a body': ['[]', 422, 'bad_request'],
  'no kind': [{ request: {} }, 422, 'bad_request', /^kind: /],
  'an unknown kind': [{ kind: 'chess', request: {} }, 422, 'unknown_kind', /chess/],
  'an unknown field': [{ ...tiny(), colour: 'red' }, 422, 'unknown_field', /colour/],
  'an unknown placement': [{ ...tiny(), placement: 'moon' }, 422, 'bad_request', /^placement: /],
  'an unknown field of the kind': [{ kind: 'tiny', request: { numbers: [1], colour: 'red' } }, 422, 'unknown_field'],
  'no request': [{ kind: 'tiny' }, 422, 'bad_request', /^request: /],
  'a list for a request': [{ kind: 'tiny', request: [] }, 422, 'bad_request', /^request: expected an object/],
  'a request of the wrong shape': [{ kind: 'tiny', request: 'numbers' }, 422, 'bad_shape'],
  'an infinite number': ['{"kind":"tiny","request":{"numbers":[1e999]}}', 422, 'not_a_number', /Infinity/],
  'text for a number': [{ kind: 'tiny', request: { numbers: ['5'] } }, 422, 'not_a_number'],
  'a body past the limit': [
    { kind: 'tiny', request: 'x'.repeat(POLICY.limits.requestBytes) },
    413,
    'too_large',
    /262144/,
  ],
  'nesting without end': [`{"kind":"tiny","request":${'['.repeat(100_000)}`, 422, 'too_deep'],
};

describe('bad input is refused with a code and a sentence:', () => {
  test.each(Object.entries(refused))('%s', async (_name, [body, status, code, message = /./]) => {
    const reply = await driver.submit<ErrorBody>(body);
    expect(reply.body.error.code).toBe(code);
    expect(reply.status).toBe(status);
    expect(reply.body.error.message).toMatch(message);
  });

  test('an Idempotency-Key that is too long, or has a blank', async () => {
    for (const key of ['k'.repeat(201), 'a b']) {
      const reply = await driver.submit(tiny(), { 'Idempotency-Key': key });
      expect([reply.status, reply.body.error.code]).toEqual([422, 'bad_idempotency_key']);
    }
  });

  test('a body that is not said to be JSON', async () => {
    const reply = await driver.submit(tiny(), { 'Content-Type': 'text/plain' });
    expect([reply.status, reply.body.error.code]).toEqual([415, 'not_json']);
  });

  test('a large body that does not say its length', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const headers = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
      const call = rawRequest(`${server.url}/api/jobs`, { method: 'POST', headers }, (reply) => {
        resolve(reply.statusCode ?? 0);
        reply.resume();
      });
      call.on('error', reject);
      call.end(Buffer.alloc(POLICY.limits.requestBytes + 1, 0x20));
    });
    expect(status).toBe(413);
  });

  test('a query with an unknown field, or out of bounds', async () => {
    expect((await driver.get<ErrorBody>('/api/jobs?page=2')).body.error.code).toBe('unknown_field');
    expect((await driver.get<ErrorBody>('/api/jobs?limit=1000')).body.error.code).toBe('bad_request');
    const entries = '/api/ledger/accounts/pending-2/entries';
    expect((await driver.get<ErrorBody>(`${entries}?limit=201`)).status).toBe(422);
    expect((await driver.get<ErrorBody>(`${entries}?before=x`)).status).toBe(422);
  });

  test('nothing of it is left behind', async () => {
    const { body } = await driver.get<JobList>('/api/jobs');
    expect(body.jobs).toHaveLength(1); // the one of the idempotency test
  });
});

describe('who asks', () => {
  test('nobody without a token, with a wrong one, or with one of a closed session', async () => {
    const token = await server.auth.openSession(accountId(driver.account.id));
    const ask = (headers: Record<string, string>): Promise<Response> => fetch(`${server.url}/api/jobs`, { headers });
    expect((await ask({ Authorization: `Bearer ${token}` })).status).toBe(200);
    await server.auth.closeSession(token);
    for (const headers of [
      {},
      { Authorization: 'Bearer x' },
      { Authorization: 'Basic x' },
      { Authorization: `Bearer ${token}` },
    ]) {
      const reply = await ask(headers as Record<string, string>);
      expect(reply.status).toBe(401);
      expect(reply.headers.get('www-authenticate')).toBe('Bearer');
      expect(((await reply.json()) as ErrorBody).error.code).toBe('unauthorised');
    }
  });

  test('a job of somebody else is as absent as one that never was; an admin sees both', async () => {
    const { body } = await driver.submit(tiny());
    const theirs = await other.get<ErrorBody>(`/api/jobs/${body.jobId}`);
    const never = await other.get<ErrorBody>('/api/jobs/99999');
    expect(theirs.status).toBe(404);
    expect(theirs.body).toEqual(never.body);
    for (const id of ['0', '-1', '1.5', 'x', '4294967296', '99999999999']) {
      expect((await driver.get<ErrorBody>(`/api/jobs/${id}`)).status).toBe(404);
    }
    const stream = await other.openEvents(body.jobId);
    expect(stream.status).toBe(404);
    await stream.body?.cancel();
    expect((await driver.settled(body.jobId)).answer).toBeDefined();
    // What came out is the asker's alone.
    const seen = (await server.operator.get<JobView>(`/api/jobs/${body.jobId}`)).body;
    expect(seen).toMatchObject({ jobId: body.jobId, state: 'answered' });
    expect(seen).not.toHaveProperty('answer');
  });

  test('a page of another origin may not write, one of ours may', async () => {
    const foreign = await server.operator.submit(tiny(), { Origin: 'https://example.org' });
    expect([foreign.status, foreign.body.error.code]).toEqual([403, 'forbidden_origin']);
    expect((await server.operator.submit(tiny(), { Origin: 'null' })).status).toBe(403);
    expect((await server.operator.submit(tiny(), { Origin: server.url })).status).toBe(202);
    expect((await server.operator.get('/api/jobs', { Origin: 'https://example.org' })).status).toBe(200);
  });
});

describe('the ledger', () => {
  test('shows drivers their own accounts, admins every account, and nobody one that is not there', async () => {
    const own = `pending-${driver.account.id}`;
    const get = (asker: Asker, id: string) => asker.get<LedgerAccountView>(`/api/ledger/accounts/${id}`);
    expect((await get(driver, own)).body).toEqual({ id: own, micros: 0 });
    expect((await get(server.operator, own)).status).toBe(200);
    expect((await get(server.operator, 'budget')).body.micros).toBe(POLICY.phaseBudgetMicros);
    for (const id of ['budget', 'funding', `pending-${other.account.id}`])
      expect((await get(driver, id)).status).toBe(404);
    for (const id of ['pending-999', 'pending:1', 'gold', 'available-0']) {
      expect((await get(server.operator, id)).status).toBe(404);
    }
  });

  test('lists entries newest first, page by page', async () => {
    const path = '/api/ledger/accounts/funding/entries';
    const { body } = await server.operator.get<LedgerEntries>(`${path}?limit=1`);
    expect(body.entries).toMatchObject([{ kind: 'fund', cause: 'fund:1', micros: -POLICY.phaseBudgetMicros }]);
    const older = await server.operator.get<LedgerEntries>(`${path}?before=${body.before}`);
    expect(older.body).toEqual({ entries: [] });
    expect((await driver.get(path)).status).toBe(404);
  });

  test('adds up, for admins only', async () => {
    const { body } = await server.operator.get<LedgerCheck>('/api/ledger/verify');
    expect(body).toMatchObject({ entriesSumMicros: 0, balancesMatch: true, mismatches: [] });
    expect((await driver.get('/api/ledger/verify')).status).toBe(404);
  });
});

describe('for everybody', () => {
  test('health says that all is well, and nothing secret', async () => {
    const reply = await fetch(`${server.url}/api/health`);
    expect(reply.status).toBe(200);
    const body = (await reply.json()) as Health;
    expect(Object.keys(body).toSorted()).toEqual(['database', 'links', 'queue', 'status', 'uptimeMs']);
    expect(body).toMatchObject({ status: 'ok', database: 'ok' });
  });

  test('the OpenAPI document names every route, from the schemas the server checks with', async () => {
    const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
      components: { schemas: Record<string, unknown> };
    };
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((m) => `${m} ${path}`),
    );
    expect(routes).toEqual(
      expect.arrayContaining([
        'get /api/admin/audit',
        'get /api/admin/evidence',
        'get /api/admin/flags',
        'get /api/devices/{id}',
        'get /api/devices/{id}/self-test',
        'get /api/evidence/{id}',
        'get /api/health',
        'get /api/jobs',
        'get /api/jobs/{id}',
        'get /api/jobs/{id}/events',
        'get /api/ledger/accounts/{id}',
        'get /api/ledger/accounts/{id}/entries',
        'get /api/ledger/verify',
        'post /api/devices/{id}/self-test',
        'post /api/evidence/{id}/appeal',
        'post /api/jobs',
      ]),
    );
    expect(document.components.schemas['Submit']).toMatchObject({
      additionalProperties: false,
      required: ['kind', 'request'],
    });
  });

  test('every reply carries the security headers, refusals and streams too', async () => {
    const { jobId } = (await server.operator.submit(tiny())).body;
    const stream = await server.operator.openEvents(jobId);
    await stream.body?.cancel();
    const replies = [
      await fetch(server.url),
      await fetch(`${server.url}/nowhere`),
      await fetch(`${server.url}/api/jobs`),
      stream,
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 404, 401, 200]);
    for (const { headers } of replies) {
      expect(headers.get('content-security-policy')).toContain("script-src 'self' 'wasm-unsafe-eval'");
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});
