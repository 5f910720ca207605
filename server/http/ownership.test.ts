import { afterEach, expect, test, vi } from 'vitest';
import { must } from '../../shared/assert.ts';
import { accountId } from '../../shared/ids.ts';
import { CONSENT_TEXTS, fullScope } from '../../shared/model/consent-texts.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { AccountView, InvitesView, NewKey, RoleChangeReply } from '../../shared/protocol/account.ts';
import type { AdjustmentView, PolicyChangeView } from '../../shared/protocol/rest.ts';
import { enrol } from '../link/testing/line.ts';
import { httpApp } from './app.ts';
import type { HttpParts } from './parts.ts';
import { Browser } from './testing/test-browser.ts';
import { closeAll, startServer, tiny, type TestServer } from './testing/test-server.ts';

vi.setConfig({ testTimeout: 60_000 });
afterEach(closeAll);

/**
 * Who sees what, by route: each has a row here, and a route without one fails. Somebody's own is named by `id`: for everybody
 * else what is not theirs and what was never there get the same reply, to the byte.
 */
type Row =
  /** Says the same to whoever asks, and nothing of anybody. */
  | 'anybody'
  /** Names nobody: it is about whoever asks. */
  | 'oneself'
  /** For admins; for everybody else there is no such place. */
  | { readonly admins: keyof Owned | undefined }
  | { readonly id: keyof Owned; readonly body?: unknown; readonly admin: 'sees' | 'does not see' };

interface Owned {
  readonly job: number;
  readonly device: number;
  readonly evidence: number;
  readonly ledger: string;
  readonly passkey: string;
  readonly session: string;
  readonly key: number;
  readonly invite: string;
  readonly roleChange: number;
  readonly policyChange: number;
  readonly adjustment: number;
  readonly account: number;
}

/** Well formed, and never there. */
const ABSENT: Owned = {
  job: 4_000_000,
  device: 4_000_000,
  evidence: 4_000_000,
  ledger: 'pending-4000000',
  passkey: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  session: '00000000-0000-4000-8000-000000000000',
  key: 4_000_000,
  invite: '0'.repeat(32),
  roleChange: 4_000_000,
  policyChange: 4_000_000,
  adjustment: 4_000_000,
  account: 4_000_000,
};

const version = POLICY.consentVersion;
const scope = { ...fullScope(version), hours: null };
const tested = { ticket: 'A'.repeat(43), digests: Array(24).fill({ score: 0, hash: 0 }), chunkMs: 1 };
const NONE = { admins: undefined } as const;

const ROWS: Readonly<Record<string, Row>> = {
  'GET /api/health': 'anybody',
  'GET /api/sign-in': 'anybody',
  'POST /api/sign-in/passkey/challenge': 'anybody',
  'POST /api/sign-in/passkey': 'anybody',
  'POST /api/sign-in/code': 'anybody',
  'POST /api/sign-in/code/proof': 'anybody',
  'POST /api/accounts': 'anybody',
  'GET /api/queue': 'oneself',
  'GET /api/consent-texts/{version}': 'oneself',
  'POST /api/jobs': 'oneself',
  'GET /api/jobs': 'oneself',
  'GET /api/jobs/{id}': { id: 'job', admin: 'sees' },
  'GET /api/jobs/{id}/events': { id: 'job', admin: 'sees' },
  'DELETE /api/jobs/{id}': { id: 'job', admin: 'does not see' },
  'GET /api/ledger/accounts/{id}': { id: 'ledger', admin: 'sees' },
  'GET /api/ledger/accounts/{id}/entries': { id: 'ledger', admin: 'sees' },
  'GET /api/ledger/verify': NONE,
  'GET /api/me': 'oneself',
  'GET /api/credits': 'oneself',
  'GET /api/me/export': 'oneself',
  'GET /api/me/statement.csv': 'oneself',
  'GET /api/me/erasure': 'oneself',
  'POST /api/me/erase': 'oneself',
  'DELETE /api/session': 'oneself',
  'GET /api/stream': 'oneself',
  'POST /api/feedback': 'oneself',
  'GET /api/account': 'oneself',
  'POST /api/account/passkeys/challenge': 'oneself',
  'POST /api/account/passkeys': 'oneself',
  'DELETE /api/account/passkeys/{id}': { id: 'passkey', admin: 'does not see' },
  'POST /api/account/email': 'oneself',
  'PUT /api/account/email': 'oneself',
  'DELETE /api/account/email': 'oneself',
  'DELETE /api/account/sessions/{id}': { id: 'session', admin: 'does not see' },
  'DELETE /api/account/sessions': 'oneself',
  'POST /api/account/keys': 'oneself',
  'DELETE /api/account/keys/{id}': { id: 'key', admin: 'does not see' },
  'POST /api/devices': 'oneself',
  'GET /api/devices/{id}': { id: 'device', admin: 'does not see' },
  'GET /api/devices/{id}/self-test': { id: 'device', admin: 'does not see' },
  'POST /api/devices/{id}/self-test': { id: 'device', body: tested, admin: 'does not see' },
  'PUT /api/devices/{id}/consent': { id: 'device', body: { version, isGranted: true }, admin: 'does not see' },
  'PUT /api/devices/{id}/consent/scope': { id: 'device', body: scope, admin: 'does not see' },
  'GET /api/evidence/{id}': { id: 'evidence', admin: 'sees' },
  'POST /api/evidence/{id}/appeal': { id: 'evidence', admin: 'does not see' },
  'POST /api/invites': NONE,
  'GET /api/admin/audit': NONE,
  'GET /api/admin/fleet': NONE,
  'GET /api/admin/flags': NONE,
  'GET /api/admin/programme': NONE,
  'PUT /api/admin/programme': NONE,
  'GET /api/admin/feedback': NONE,
  'GET /api/admin/evidence': NONE,
  'GET /api/admin/overview': NONE,
  'GET /api/admin/people': NONE,
  'GET /api/admin/people/{id}': { admins: 'account' },
  'GET /api/admin/names': NONE,
  'GET /api/admin/role-changes': NONE,
  'POST /api/admin/role-changes': NONE,
  'POST /api/admin/role-changes/{id}/approval': { admins: 'roleChange' },
  'DELETE /api/admin/role-changes/{id}': { admins: 'roleChange' },
  'GET /api/admin/adjustments': NONE,
  'POST /api/admin/adjustments': NONE,
  'POST /api/admin/adjustments/{id}/verdict': { admins: 'adjustment' },
  'GET /api/admin/invites': NONE,
  'DELETE /api/admin/invites/{id}': { admins: 'invite' },
  'GET /api/admin/keys': NONE,
  'DELETE /api/admin/keys/{id}': { admins: 'key' },
  'GET /api/admin/policy': NONE,
  'PUT /api/admin/policy': NONE,
  'POST /api/admin/policy/preview': NONE,
  'POST /api/admin/policy/{id}/verdict': { admins: 'policyChange' },
  'GET /api/admin/audit-log': NONE,
  'POST /api/admin/audit-log/verification': NONE,
  'POST /api/admin/audit-log/rotate-key': NONE,
};

/** Served beside the document: files, and the document. They are the same for anybody. */
const FILES = ['/', '/api/openapi.json', '/api/kernels', '/kernels/manifest.json', '/kernels/:file'];

/** Everything that routes are made from is asked for when somebody comes, and nobody does. */
function routesRegistered(): readonly string[] {
  const nothing: object = new Proxy(() => nothing, { get: () => nothing, apply: () => nothing });
  const named = { policy: POLICY, kernels: { kernels: [], manifest: '' }, site: undefined };
  const parts = new Proxy(named, {
    get: (known, name) => Reflect.get(known, name) ?? (name === 'site' ? undefined : nothing),
  });
  return httpApp(parts as unknown as HttpParts)
    .routes.filter(({ method, path }) => method !== 'ALL' && !path.endsWith('/*'))
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
}

test('every route has a row that says who sees what', async () => {
  const server = await startServer({ policy: { mainframeThreads: 0 } });
  const { paths } = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const told = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(
    told.filter((route) => !(route in ROWS)),
    'a new route: say above who sees what',
  ).toEqual([]);
  expect(Object.keys(ROWS).filter((route) => !told.includes(route))).toEqual([]);
  const untold = new Set(routesRegistered().filter((route) => !(route in ROWS)));
  const files = FILES.map((path) => `GET ${path.replace(':file', '{file}')}`);
  expect(
    [...untold].filter((route) => !files.includes(route)),
    'served, and in no document',
  ).toEqual([]);
});

const NAME = 'Vera Unmistakable';
const EMAIL = 'vera.unmistakable@example.org';

/** Somebody who has one of everything there is. */
async function openOwner(server: TestServer) {
  const browser = new Browser(server.url);
  const id = accountId((await browser.join(server, NAME)).body.accountId);
  await browser.keep(server, EMAIL);
  await server.auth.openSession(id);
  const { id: device } = await enrol(server, id);
  const { jobId: job } = (await browser.post<{ jobId: number }>('/api/jobs', tiny(2))).body;
  const key = (await browser.post<NewKey>('/api/account/keys', { name: 'hers' })).body.id;
  const { sessions } = (await browser.get<AccountView>('/api/account')).body;
  const { database } = server.store;
  database
    .prepare(
      `INSERT INTO auth_passkey (id, name, public_key, user_id, credential_id, counter, device_type, backed_up)
       VALUES (?, 'phone', 'AA', ?, 'BB', 0, 'singleDevice', 0)`,
    )
    .run('P'.repeat(32), String(id));
  const block = must(
    database.prepare<[number], { id: number }>('SELECT id FROM block WHERE job_id = ?').get(job),
    'a block',
  );
  const evidence = database
    .prepare(
      `INSERT INTO evidence (device_id, at, job_id, round, task, chunk, claimed_score, claimed_hash, expected_score,
         expected_hash, wrong_chunks, seq, block_id, task_index, ruling) VALUES (?, 1, ?, 1, 0, 0, 1, 1, 2, 2, 1, 1, ?, 0, 'lenient')`,
    )
    .run(device, job, block.id).lastInsertRowid;
  const session = must(
    sessions.find(({ isThis }) => !isThis),
    'another session',
  ).id;
  return {
    browser,
    id,
    owned: { job, device, evidence: Number(evidence), ledger: `pending-${id}`, passkey: 'P'.repeat(32), session, key },
  };
}

/** A reply as somebody else could tell it from another: all of it but the time. */
interface Seen {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function ask(server: TestServer, token: string, route: string, id: unknown, body?: unknown): Promise<Seen> {
  const [method = '', path = ''] = route.split(' ');
  const abort = new AbortController();
  const headers = {
    Authorization: `Bearer ${token}`,
    ...(body !== undefined && { 'Content-Type': 'application/json' }),
  };
  const reply = await fetch(
    server.url + path.replace('{id}', String(id)).replace('{version}', String(CONSENT_TEXTS[0]?.version)),
    {
      method,
      headers,
      signal: abort.signal,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
  );
  const { date: _date, 'retry-after': _wait, ...told } = Object.fromEntries(reply.headers);
  const isStream = told['content-type']?.startsWith('text/event-stream') ?? false;
  const text = isStream ? new TextDecoder().decode((await reply.body?.getReader().read())?.value) : await reply.text();
  abort.abort();
  return { status: reply.status, text, headers: told };
}

test('each sees their own; what is another’s is answered like what was never there, to the byte', async () => {
  const many = { triesPerAccount: 10_000, triesPerAddress: 10_000, codesPerEmail: 10_000, codesPerEmailADay: 10_000 };
  const limits = { ...POLICY.limits, rerunsPerMinute: 10_000, writesPerMinute: 10_000, entriesPerMinute: 10_000 };
  const server = await startServer({
    policy: { mainframeThreads: 0, limits, signIn: { ...POLICY.signIn, ...many } },
  });
  const vera = await openOwner(server);
  const [ada, eve] = [await server.openAsker('Ada', 'admin'), await server.openAsker('Eve', 'admin')];
  server.prove(ada.account.id);
  const send = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
  const proposal = { ...send, body: JSON.stringify({ accountId: vera.id, role: 'tester' }) };
  await ada.send('/api/invites', { ...send, body: JSON.stringify({ role: 'driver' }) });
  const price = { ...send, method: 'PUT', body: JSON.stringify({ changes: { priceMicros: 40_000 }, reason: 'less' }) };
  const credits = { accountId: vera.id, micros: 50_000_001, reason: 'more' };
  const [roleChange, invites, policyChange, adjustment] = [
    (await ada.send<RoleChangeReply>('/api/admin/role-changes', proposal)).body.change?.id,
    (await ada.get<InvitesView>('/api/admin/invites')).body.invites,
    (await ada.send<PolicyChangeView>('/api/admin/policy', price)).body.id,
    (await ada.send<AdjustmentView>('/api/admin/adjustments', { ...send, body: JSON.stringify(credits) })).body.id,
  ];
  const there: Owned = {
    ...vera.owned,
    invite: must(invites[0], 'an invite').id,
    roleChange: must(roleChange ?? undefined, 'a proposal'),
    policyChange,
    adjustment,
    account: vera.id,
  };
  const others = await Promise.all(
    (['driver', 'tester'] as const).map(async (role) => (await server.openAsker(`A ${role}`, role)).account),
  );
  const fresh = async (id: (typeof others)[number]['id']): Promise<string> => {
    const token = await server.auth.openSession(id); // some routes end the one they are asked with
    server.prove(id);
    return token;
  };
  for (const [route, row] of Object.entries(ROWS)) {
    if (typeof row === 'string') {
      if (!route.startsWith('GET')) continue;
      for (const { id } of others) {
        const { text } = await ask(server, await fresh(id), route, undefined);
        expect([route, text.includes(NAME), text.includes(EMAIL)]).toEqual([route, false, false]);
      }
      continue;
    }
    if ('admins' in row) {
      for (const { id } of others) {
        const token = await fresh(id);
        const nowhere = await ask(server, token, `${route.split(' ')[0]} /api/admin/nothing-here`, undefined);
        expect(nowhere.status).toBe(404);
        for (const one of row.admins ? [there[row.admins], ABSENT[row.admins]] : [undefined])
          expect({ route, ...(await ask(server, token, route, one)) }).toEqual({ route, ...nowhere });
      }
      continue;
    }
    for (const { id, role } of [...others, eve.account]) {
      const token = await fresh(id);
      const absent = await ask(server, token, route, ABSENT[row.id], row.body);
      const theirs = await ask(server, token, route, there[row.id], row.body);
      expect([route, role, absent.status]).toEqual([route, role, 404]);
      if (role === 'admin' && row.admin === 'sees') expect([route, theirs.status]).toEqual([route, 200]);
      else expect({ route, role, ...theirs }).toEqual({ route, role, ...absent });
    }
  }
  // The owner finds all of it where it was: nobody's try has changed a thing, and none of the rows above is a typing error.
  const own = await fresh(vera.id);
  for (const [route, row] of Object.entries(ROWS)) {
    if (typeof row === 'string' || 'admins' in row) continue;
    const { status, text } = await ask(server, own, route, there[row.id], row.body);
    expect([route, status, status === 404 || status === 422 ? text : '']).toEqual([route, expect.any(Number), '']);
  }
});
