import { afterEach, expect, test } from 'vitest';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { AuditTrailPage, PolicyChangeView, PolicyView } from '../../shared/protocol/rest.ts';
import { readAuditLog } from './testing/read-audit-log.ts';
import { openPhone } from './testing/test-phone.ts';
import { closeAll, startServer, tiny, type Asker, type Reply } from './testing/test-server.ts';

afterEach(closeAll);

const QUIET = { policy: { mainframeThreads: 0 } };
const PATH = '/api/admin/policy';
const headers = { 'Content-Type': 'application/json' };

const put = (
  asker: Asker,
  changes: unknown,
  reason: unknown = 'to see',
): Promise<Reply<PolicyChangeView & ErrorBody>> =>
  asker.send(PATH, { method: 'PUT', headers, body: JSON.stringify({ changes, reason }) });

const decide = (asker: Asker, id: number, isApproved: boolean): Promise<Reply<PolicyChangeView & ErrorBody>> =>
  asker.send(`${PATH}/${id}/verdict`, { method: 'POST', headers, body: JSON.stringify({ isApproved }) });

test('a number changes while phones are linked: they hear of it, the rule holds, the log has it, a restart keeps it', async () => {
  const server = await startServer(QUIET);
  const phone = await openPhone(server);
  const asker = await server.openAsker('Cleo', 'driver');
  phone.device.start();
  await phone.device.until(({ policyVersion }) => policyVersion === 1);
  const { status, body } = await put(server.operator, { runningJobs: 1 });
  expect([status, body.state, body.version]).toEqual([200, 'approved', 2]);
  await phone.device.until(({ policyVersion }) => policyVersion === 2);
  expect((await asker.submit(tiny(4, 'pool'))).status).toBe(202);
  await server.close();
  const again = await startServer({ ...QUIET, dataDir: server.dataDir });
  const view = (await again.operator.get<PolicyView>(PATH)).body;
  expect(view.version).toBe(2);
  expect(view.fields.find(({ name }) => name === 'runningJobs')).toMatchObject({ value: 1, isMoney: false });
  expect(view.changes).toMatchObject([{ reason: 'to see', changes: { runningJobs: 1 }, state: 'approved' }]);
  expect((await readAuditLog(again)).filter(({ action }) => action === 'policy_changed')).toMatchObject([
    { actorId: 1, detail: { runningJobs: 1, reason: 'to see', version: 2 } },
  ]);
});

test('the price waits for another admin', async () => {
  const server = await startServer(QUIET);
  const other = await server.openAsker('Bo', 'admin');
  server.prove(other.account.id);
  const { body: proposed } = await put(server.operator, { priceMicros: 20_000 });
  expect(proposed).toMatchObject({ state: 'proposed', version: null, expiresAt: proposed.at + 86_400_000 });
  const own = await decide(server.operator, proposed.id, true);
  expect([own.status, own.body.error.code]).toEqual([409, 'needs_another_admin']);
  expect((await decide(other, proposed.id, true)).body).toMatchObject({ state: 'approved', version: 2 });
  const me = (await other.get<{ programme: { priceMicros: number } }>('/api/me')).body;
  expect(me.programme.priceMicros).toBe(20_000);
  expect((await decide(other, 99, true)).status).toBe(404);
});

test('what is out of bounds, unknown or unexplained is refused, and for a driver there is no such lever', async () => {
  const server = await startServer(QUIET);
  for (const [changes, reason, code] of [
    [{ bytesADay: 600_000 }, 'more', 'bad_request'],
    [{ runningJobs: 1.5 }, 'more', 'bad_request'],
    [{}, 'nothing', 'bad_request'],
    [{ leastCores: 1 }, 'more', 'unknown_field'],
    [{ runningJobs: 3 }, '', 'bad_request'],
  ] as const) {
    const { status, body } = await put(server.operator, changes, reason);
    expect([status, body.error.code]).toEqual([422, code]);
  }
  const driver = await server.openAsker('Ana', 'driver');
  const none = (await driver.get<ErrorBody>('/api/admin/nowhere')).body;
  for (const reply of [
    await put(driver, { runningJobs: 3 }),
    await decide(driver, 1, true),
    await driver.get<ErrorBody>(PATH),
    await driver.get<ErrorBody>('/api/admin/audit-log'),
    await driver.send<ErrorBody>('/api/admin/audit-log/rotate-key', { method: 'POST', headers: {} }),
  ]) {
    expect([reply.status, reply.body]).toEqual([404, none]);
  }
  expect((await server.operator.get<PolicyView>(PATH)).body.version).toBe(1);
});

test('admins read the audit log by action and actor, whole or not, and rotate its key', async () => {
  const server = await startServer(QUIET);
  await put(server.operator, { runningJobs: 3 });
  const rotated = await server.operator.send<{ keyId: number }>('/api/admin/audit-log/rotate-key', {
    method: 'POST',
    headers: {},
  });
  expect(rotated.body).toEqual({ keyId: 2 });
  await put(server.operator, { runningJobs: 4 });
  const read = async (query: string): Promise<AuditTrailPage> =>
    (await server.operator.get<AuditTrailPage>(`/api/admin/audit-log${query}`)).body;
  const all = await read('');
  expect(all.fault).toBeNull();
  expect(all.records.map(({ action }) => action)).toEqual([
    'policy_changed',
    'audit_key_rotated',
    'policy_changed',
    'audit_log_begun',
  ]);
  expect((await read('?action=policy_changed&limit=1')).records).toMatchObject([{ detail: { runningJobs: 4 } }]);
  expect((await read('?actor=2')).records).toEqual([]);
  expect((await read(`?since=${Date.now() + 60_000}`)).records).toEqual([]);
});

test('every lever asks for a fresh proof, and looking does not', async () => {
  const server = await startServer(QUIET);
  const ada = await server.openAsker('Ada', 'admin');
  const levers = [
    ['PUT', PATH],
    ['POST', `${PATH}/1/verdict`],
    ['POST', '/api/admin/audit-log/rotate-key'],
  ] as const;
  const tried = async () =>
    Promise.all(
      levers.map(async ([method, path]) => (await ada.send<ErrorBody>(path, { method, headers })).body.error?.code),
    );
  expect(await tried()).toEqual(levers.map(() => 'step_up_needed'));
  expect((await ada.get(PATH)).status).toBe(200);
  server.prove(ada.account.id);
  expect(await tried()).not.toContain('step_up_needed');
});
