import { afterEach, expect, test, vi } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type {
  AccountView,
  InvitesView,
  KeysView,
  NewKey,
  PeopleView,
  PersonDetail,
  RoleChangeReply,
} from '../../shared/protocol/account.ts';
import type { Me } from '../../shared/protocol/app.ts';
import { accountId as toAccountId } from '../../shared/ids.ts';
import { OPERATOR } from '../core/found.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { Browser } from './testing/test-browser.ts';
import { readAuditLog } from './testing/read-audit-log.ts';
import { Asker, closeAll, startServer, type TestServer } from './testing/test-server.ts';

vi.setConfig({ testTimeout: 60_000 }); // hundreds of requests: a busy machine is no reason to fail
afterEach(closeAll);

const QUIET = { mainframeThreads: 0 };

/** What anybody may ask; everything else takes a session, and what stands under ADMIN takes an admin's. */
const OPEN = ['GET /api/health', 'POST /api/accounts', 'GET /api/kernels', 'GET /kernels/{file}'];
const isOpen = (route: string): boolean => OPEN.includes(route) || /^\w+ \/api\/sign-in/.test(route);
const isAdmins = (route: string): boolean => / \/api\/(admin\/|invites$)/.test(route);

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

async function routesOf(server: TestServer): Promise<readonly string[]> {
  const { paths } = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** Asks without a body: who may not ask hears so before anything is read. */
async function ask(server: TestServer, route: string, token?: string): Promise<[number, string | undefined]> {
  const [method = '', path = ''] = route.split(' ');
  const abort = new AbortController();
  const response = await fetch(server.url + path.replaceAll(/\{\w+\}/g, '999999'), {
    method,
    signal: abort.signal,
    ...(token !== undefined && { headers: { Authorization: `Bearer ${token}` } }),
  });
  if (response.ok) {
    abort.abort(); // a stream would not end
    return [response.status, undefined];
  }
  return [response.status, ((await response.json()) as Partial<ErrorBody>).error?.code];
}

test('every route there is, by every role: nobody, driver, tester and admin each see their own and no more', async () => {
  const server = await startServer({ policy: QUIET });
  const tokens = await Promise.all(
    (['driver', 'tester', 'admin'] as const).map(async (role) => {
      const { id } = await server.coordinator.openAccount(role, role);
      return [role, (): Promise<string> => server.auth.openSession(id)] as const;
    }),
  );
  const routes = await routesOf(server);
  expect(routes.length).toBeGreaterThan(35);
  expect(routes.filter(isAdmins).length).toBeGreaterThan(12);
  const absent = await ask(server, 'GET /api/admin/nothing-here', await tokens[0]![1]());
  expect(absent).toEqual([404, 'not_found']);
  for (const route of routes) {
    const nobody = await ask(server, route);
    if (isOpen(route)) expect([route, nobody[0] !== 401 && nobody[0] !== 403]).toEqual([route, true]);
    else expect([route, ...nobody]).toEqual([route, 401, 'unauthorised']);
    for (const [role, open] of tokens) {
      const [status, code] = await ask(server, route, await open()); // some of these end what they are asked with
      if (isAdmins(route) && role !== 'admin') expect([route, role, status, code]).toEqual([route, role, ...absent]);
      else expect([route, role, status === 401]).toEqual([route, role, false]);
      if (isAdmins(route) && role === 'admin')
        expect([route, status === 404 && !route.includes('{')]).toEqual([route, false]);
    }
  }
});

async function adminAt(server: TestServer, name: string): Promise<{ readonly browser: Browser; readonly id: number }> {
  const browser = new Browser(server.url);
  const id = (await browser.join(server, name, 'admin')).body.accountId;
  await browser.keep(server, `${name.toLowerCase()}@example.org`);
  return { browser, id };
}

async function world(options: Partial<typeof POLICY.signIn> = {}) {
  const server = await startServer({
    policy: { ...QUIET, signIn: { ...POLICY.signIn, ...options } },
  });
  const driver = new Browser(server.url);
  const driverId = (await driver.join(server, 'Dora')).body.accountId;
  return { server, driver, driverId };
}

const PROPOSE = '/api/admin/role-changes';
const propose = (browser: Browser, accountId: number, role: Me['role']) =>
  browser.post<RoleChangeReply & ErrorBody>(PROPOSE, { accountId, role });

test('a change of role takes two; the console is one of them, and acts alone where there is no admin', async () => {
  const { server, driver, driverId } = await world();
  const audited = async () => (await readAuditLog(server)).findLast(({ action }) => action === 'role_changed');
  const json = { 'Content-Type': 'application/json' };
  const byConsole = (path: string, body: unknown) =>
    server.operator.send<RoleChangeReply & ErrorBody>(path, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(body),
    });
  expect((await byConsole(PROPOSE, { accountId: driverId, role: 'tester' })).body.state).toBe('made');
  expect(await audited()).toMatchObject({
    actorId: 1,
    action: 'role_changed',
    target: `account:${driverId}`,
    detail: { role: 'tester', alone: true },
  });
  expect((await driver.get<Me>('/api/me')).body.role).toBe('tester'); // at once, in the session that is open

  // One admin: neither alone, nor the console alone.
  const ada = await adminAt(server, 'Ada');
  const first = must((await propose(ada.browser, driverId, 'admin')).body.change, 'a proposal');
  expect((await ada.browser.post<ErrorBody>(`${PROPOSE}/${first.id}/approval`, {})).body.error.code).toBe(
    'two_people_needed',
  );
  expect((await byConsole(`${PROPOSE}/${first.id}/approval`, {})).body.state).toBe('made');
  expect(await audited()).toMatchObject({ actorId: 1, detail: { role: 'admin', proposedBy: ada.id } });
  const own = must((await byConsole(PROPOSE, { accountId: driverId, role: 'tester' })).body.change, 'a proposal');
  expect((await byConsole(`${PROPOSE}/${own.id}/approval`, {})).body.error.code).toBe('two_people_needed');

  // Two admins now.
  const eve = await adminAt(server, 'Eve');
  const proposed = must((await propose(ada.browser, driverId, 'driver')).body.change, 'a proposal');
  expect((await driver.get<Me>('/api/me')).body.role).toBe('admin');
  const approval = `${PROPOSE}/${proposed.id}/approval`;
  expect((await ada.browser.post<ErrorBody>(approval, {})).body.error.code).toBe('two_people_needed');
  await driver.keep(server, 'dora@example.org');
  expect((await driver.post<ErrorBody>(approval, {})).body.error.code, 'whom it is about').toBe('two_people_needed');
  expect((await eve.browser.post<RoleChangeReply>(approval, {})).body.state).toBe('made');
  expect((await eve.browser.post<ErrorBody>(approval, {})).body.error.code).toBe('not_found');
  expect(await audited()).toMatchObject({ actorId: eve.id, detail: { role: 'driver', proposedBy: ada.id } });
  expect((await driver.get('/api/admin/people')).status).toBe(404);
});

test('of two admins who approve at the same moment one makes it so, and the log has it once', async () => {
  const { server, driverId } = await world();
  const [ada, eve, ida] = [await adminAt(server, 'Ada'), await adminAt(server, 'Eve'), await adminAt(server, 'Ida')];
  const { id } = must((await propose(ada.browser, driverId, 'tester')).body.change, 'a proposal');
  const approvals = [eve, ida].map(({ browser }) => browser.post<ErrorBody>(`${PROPOSE}/${id}/approval`, {}));
  const statuses = (await Promise.all(approvals)).map(({ status }) => status);
  expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 404]);
  const told = (await readAuditLog(server)).filter(({ target }) => target === `account:${driverId}`);
  expect(told.map(({ action }) => action)).toEqual(['invite_accepted', 'role_proposed', 'role_changed']);
});

test('two admins whose roles end at the same moment are not both let go; and so many proposals may wait', async () => {
  const { server, driverId } = await world();
  const [ada, eve] = [await adminAt(server, 'Ada'), await adminAt(server, 'Eve')];
  const end = (accountId: number) =>
    server.coordinator.changeRole({ accountId: toAccountId(accountId), role: 'driver', by: OPERATOR, detail: {} });
  const ended = await Promise.all([end(ada.id), end(eve.id)]); // both were allowed, before either was
  expect(ended).toMatchObject([{ ok: true }, { ok: false, error: 'last_admin' }]);

  const codes: (string | undefined)[] = [];
  for (let i = 0; i < 21; i++) codes.push((await propose(eve.browser, driverId, 'tester')).body.error?.code);
  expect(codes.indexOf('too_many_proposals')).toBe(20);
});

test('a proposal of a role is rejected by any admin, once, and the log says by whom; nobody else finds it', async () => {
  const { server, driver, driverId } = await world();
  const [ada, eve] = [await adminAt(server, 'Ada'), await adminAt(server, 'Eve')];
  const proposed = async () => must((await propose(ada.browser, driverId, 'admin')).body.change, 'a proposal').id;
  const reject = async (browser: Browser, id: number | string) => {
    const { status, body } = await browser.send<ErrorBody>('DELETE', `${PROPOSE}/${id}`);
    return status === 200 ? 'rejected' : body.error.code;
  };
  const [first, second] = [await proposed(), await proposed()];
  expect(await reject(driver, first)).toBe('not_found');
  expect(await reject(eve.browser, first)).toBe('rejected');
  expect(await reject(eve.browser, first)).toBe('not_found');
  expect((await eve.browser.post<ErrorBody>(`${PROPOSE}/${first}/approval`, {})).body.error.code).toBe('not_found');
  expect(await reject(ada.browser, second), 'their own').toBe('rejected');
  for (const id of [99, 'x', '1.5']) expect(await reject(eve.browser, id)).toBe('not_found');
  expect((await driver.get<Me>('/api/me')).body.role).toBe('driver');
  const told = (await readAuditLog(server)).filter(({ action }) => action === 'role_rejected');
  expect(told).toMatchObject([
    { actorId: eve.id, target: `account:${driverId}`, detail: { role: 'admin', change: first, proposedBy: ada.id } },
    { actorId: ada.id, detail: { change: second } },
  ]);
  const third = await proposed();
  server.store.database.exec("UPDATE auth_session SET proven_at = '2020-01-01T00:00:00.000Z'");
  expect(await reject(eve.browser, third)).toBe('step_up_needed');
});

test('a proposal is good for a day; the last admin stays one; absent accounts and the house are not there', async () => {
  const { server, driverId } = await world({ proposalMs: -1 });
  const ada = await adminAt(server, 'Ada');
  const codes = async (id: number, role: Me['role']) => (await propose(ada.browser, id, role)).body.error.code;
  expect(await codes(ada.id, 'driver')).toBe('last_admin');
  expect(await codes(driverId, 'driver')).toBe('same_role');
  expect(await codes(999, 'admin')).toBe('not_found');
  expect(await codes(1, 'driver')).toBe('not_found');
  await adminAt(server, 'Eve');
  const late = must((await propose(ada.browser, driverId, 'tester')).body.change, 'a proposal');
  const third = await adminAt(server, 'Ida');
  expect((await third.browser.post<ErrorBody>(`${PROPOSE}/${late.id}/approval`, {})).body.error.code).toBe('not_found');
});

test('what somebody proposed who is no admin any more, nobody can approve', async () => {
  const { server, driverId } = await world();
  const [ada, eve, ida] = [await adminAt(server, 'Ada'), await adminAt(server, 'Eve'), await adminAt(server, 'Ida')];
  const friend = must((await propose(ada.browser, driverId, 'admin')).body.change, 'a proposal');
  const out = must((await propose(eve.browser, ada.id, 'driver')).body.change, 'a proposal');
  expect((await ida.browser.post(`${PROPOSE}/${out.id}/approval`, {})).status).toBe(200);
  const { status, body } = await ida.browser.post<ErrorBody>(`${PROPOSE}/${friend.id}/approval`, {});
  expect([status, body.error.code]).toEqual([404, 'not_found']);
});

test('levers want a fresh proof: not a session of yesterday, not one of an invite, not a key', async () => {
  const { server, driverId } = await world({ freshMs: -1 });
  const browser = new Browser(server.url);
  await browser.join(server, 'Ada', 'admin');
  const lever = { isOn: false, targetPercent: 1, reason: 'to see' };
  const codeOf = async (send: Promise<{ readonly status: number; readonly body: ErrorBody }>) => {
    const { status, body } = await send;
    return [status, body.error.code];
  };
  expect(await codeOf(browser.send('PUT', '/api/admin/programme', lever))).toEqual([403, 'step_up_needed']);
  expect(await codeOf(propose(browser, driverId, 'tester'))).toEqual([403, 'step_up_needed']);
  expect(await codeOf(browser.post('/api/invites', { role: 'driver' })), 'accounts are money').toEqual([
    403,
    'step_up_needed',
  ]);
  const key = (await browser.post<NewKey>('/api/account/keys', { name: 'script' })).body;
  const script = new Asker(server.url, key.token);
  expect((await script.get('/api/admin/fleet')).status).toBe(200);
  const init = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(lever) };
  expect(await codeOf(script.send('/api/admin/programme', { method: 'PUT', ...init }))).toEqual([
    403,
    'step_up_needed',
  ]);
  const own = { method: 'POST', headers: init.headers, body: JSON.stringify({ name: 'another' }) };
  expect(await codeOf(script.send('/api/account/keys', own)), 'a key makes no keys').toEqual([403, 'step_up_needed']);
  expect((await server.operator.send('/api/admin/programme', { method: 'PUT', ...init })).status).toBe(200);
});

test('keys are shown once, kept by their hash, counted, and gone when revoked by their owner or an admin', async () => {
  const { server, driver } = await world();
  const made = (await driver.post<NewKey>('/api/account/keys', { name: ' export ' })).body;
  expect(made).toMatchObject({ name: 'export', prefix: made.token.slice(0, 11), lastUsedAt: null });
  const kept = server.store.database.prepare('SELECT * FROM api_key').all();
  expect(JSON.stringify(kept)).not.toContain(made.token);
  const script = new Asker(server.url, made.token);
  expect((await script.get<Me>('/api/me')).body.name).toBe('Dora');
  const [seen] = (await driver.get<AccountView>('/api/account')).body.keys;
  expect(seen?.lastUsedAt).toBeGreaterThan(0);
  const other = new Browser(server.url);
  await other.join(server, 'Ben');
  expect((await other.send('DELETE', `/api/account/keys/${made.id}`)).status).toBe(404);
  expect((await driver.send('DELETE', `/api/account/keys/${made.id}`)).status).toBe(200);
  expect((await script.get('/api/me')).status).toBe(401);

  for (let i = 0; i < 10; i++) await driver.post('/api/account/keys', { name: `key ${i}` });
  expect((await driver.post<ErrorBody>('/api/account/keys', { name: 'one more' })).body.error.code).toBe(
    'too_many_keys',
  );
  const ada = await adminAt(server, 'Ada');
  const { keys } = (await ada.browser.get<KeysView>('/api/admin/keys')).body;
  expect(keys).toHaveLength(10);
  expect((await ada.browser.send('DELETE', `/api/admin/keys/${keys[0]?.id}`)).status).toBe(200);
  expect((await driver.get<AccountView>('/api/account')).body.keys).toHaveLength(9);
});

test('an admin sees people without their addresses, and takes an invite back', async () => {
  const { server, driverId } = await world();
  const ada = await adminAt(server, 'Ada');
  const { people, matching, admins } = (await ada.browser.get<PeopleView>('/api/admin/people')).body;
  expect([matching, admins]).toEqual([2, 1]);
  expect(people.map(({ accountId, role, hasEmail, devices }) => [accountId, role, hasEmail, devices])).toEqual([
    [ada.id, 'admin', true, 0],
    [driverId, 'driver', false, 0],
  ]);
  const one = (await ada.browser.get<PersonDetail>(`/api/admin/people/${ada.id}`)).body;
  expect(one).toMatchObject({ name: 'Ada', sessions: 1, keys: 0, invite: { role: 'admin' }, phones: [] });
  expect(JSON.stringify([people, one])).not.toContain('@');
  for (const nobody of ['1', '999', 'x', '0'])
    expect((await ada.browser.get(`/api/admin/people/${nobody}`)).status, nobody).toBe(404);
  expect((await ada.browser.get(`/api/admin/names?ids=${driverId},${ada.id},999`)).body).toEqual({
    names: { [driverId]: 'Dora', [ada.id]: 'Ada' },
  });
  expect((await ada.browser.get('/api/admin/names?ids=1,,2')).status).toBe(422);
  const { code } = (await ada.browser.post<{ code: string }>('/api/invites', { role: 'tester' })).body;
  const invites = async () => (await ada.browser.get<InvitesView>('/api/admin/invites')).body.invites;
  const fresh = must(
    (await invites()).find(({ role }) => role === 'tester'),
    'the invite',
  );
  expect((await ada.browser.send('DELETE', `/api/admin/invites/${fresh.id}`)).status).toBe(200);
  expect((await ada.browser.send('DELETE', `/api/admin/invites/${fresh.id}`)).status).toBe(404);
  expect((await invites()).some(({ id }) => id === fresh.id)).toBe(false);
  const late = await new Browser(server.url).post<ErrorBody>('/api/accounts', { invite: code, name: 'Late' });
  expect([late.status, late.body.error.code]).toEqual([404, 'invite_unknown']);
});

test('an erased account has no session, key, name or way in, and its books stand', async () => {
  const { server, driver, driverId } = await world();
  await driver.keep(server, 'dora@example.org');
  const key = (await driver.post<NewKey>('/api/account/keys', { name: 'script' })).body;
  const second = new Browser(server.url);
  expect((await driver.post('/api/me/erase', { name: 'Dora' })).status).toBe(200);
  expect((await driver.get('/api/me')).status).toBe(401);
  expect((await new Asker(server.url, key.token).get('/api/me')).status).toBe(401);
  await second.post('/api/sign-in/code', { email: 'dora@example.org' });
  const { db } = { db: server.store.database };
  for (const table of ['auth_user', 'auth_session', 'auth_passkey', 'api_key'])
    expect([table, db.prepare(`SELECT count(*) AS n FROM ${table}`).get()]).toEqual([table, { n: 0 }]);
  expect(db.prepare('SELECT name FROM account WHERE id = ?').get(driverId)).toEqual({ name: '' });
  expect((await server.store.verifyLedger()).mismatches).toEqual([]);
  const ada = await adminAt(server, 'Ada');
  const refused = await ada.browser.post<ErrorBody>('/api/me/erase', { name: 'Ada' });
  expect([refused.status, refused.body.error.code]).toEqual([409, 'last_admin']);
});
