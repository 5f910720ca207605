import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { POLICY } from '../../shared/model/policy.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type {
  AuditTrailPage,
  AuditVerdict,
  PolicyChangeView,
  PolicyPreview,
  PolicyView,
} from '../../shared/protocol/rest.ts';
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
  expect(all).toMatchObject({ matching: 4, older: null, newer: null, verdict: { count: 4, fault: null } });
  expect(all.actions).toEqual(['audit_key_rotated', 'audit_log_begun', 'policy_changed']);
  expect(all.records.map(({ action }) => action)).toEqual([
    'policy_changed',
    'audit_key_rotated',
    'policy_changed',
    'audit_log_begun',
  ]);
  expect((await read('?action=policy_changed&limit=1')).records).toMatchObject([{ detail: { runningJobs: 4 } }]);
  expect((await read('?actor=2')).records).toEqual([]);
  expect((await read(`?since=${Date.now() + 60_000}`)).records).toEqual([]);

  // By number: older, newer, and what is written meanwhile moves no page.
  const first = await read('?limit=2');
  expect([first.records.map(({ n }) => n), first.older, first.newer]).toEqual([[4, 3], 3, null]);
  await put(server.operator, { runningJobs: 5 });
  const second = await read(`?limit=2&before=${first.older}`);
  expect([second.records.map(({ n }) => n), second.older, second.newer]).toEqual([[2, 1], null, 2]);
  const back = await read(`?limit=2&after=${second.newer}`);
  expect([back.records.map(({ n }) => n), back.older, back.newer]).toEqual([[4, 3], 3, 4]);
  expect((await read('?limit=2&action=policy_changed&before=4')).records.map(({ n }) => n)).toEqual([2]);

  // The chain is read again when somebody asks: what was changed since is found, and located.
  const at = readFileSync(join(server.dataDir, 'audit.log'));
  at[at.indexOf('\n') + 200]! ^= 1;
  writeFileSync(join(server.dataDir, 'audit.log'), at);
  const headers = {};
  const { body: verdict } = await server.operator.send<AuditVerdict>('/api/admin/audit-log/verification', {
    ...{ method: 'POST', headers },
  });
  expect(verdict).toMatchObject({ count: 1, fault: { code: 'bad_record', record: 2 } });
  expect((await read('')).verdict.fault).toMatchObject({ record: 2 });
});

test('a change is previewed by what is here, takes what PUT takes, and nothing is written', async () => {
  const server = await startServer(QUIET);
  const ada = await server.openAsker('Ada', 'admin'); // without a fresh proof: it is a look
  const preview = (changes: unknown): Promise<Reply<PolicyPreview & ErrorBody>> =>
    ada.send(`${PATH}/preview`, { method: 'POST', headers, body: JSON.stringify({ changes }) });
  const of = async (changes: unknown): Promise<Record<string, readonly [number, number]>> =>
    Object.fromEntries(
      (await preview(changes)).body.consequences.map(({ code, before, after }) => [code, [before, after]]),
    );

  const phone = await openPhone(server);
  const asker = await server.openAsker('Cleo', 'driver');
  phone.device.start();
  expect((await asker.settled((await asker.submit(tiny(4))).body.jobId)).state).toBe('answered');
  const free = (await server.store.balance('budget')) ?? 0;
  const now = (await server.store.lastIds()).policyChange;

  expect(await of({ priceMicros: 25_000 })).toEqual({
    budget_units: [Math.floor(free / 50_000), Math.floor(free / 25_000)],
    day_cost: [200_000, 100_000],
    running_jobs: [0, 0],
    waiting_units: [0, 0],
    phones_told: [1, 1],
  });
  expect(await of({ phaseBudgetMicros: 1_000 })).toMatchObject({
    budget_in_use: [free, free + 1_000 - POLICY.phaseBudgetMicros],
  });
  expect(await of({ phaseBudgetMicros: POLICY.phaseBudgetMicros + 50_000 })).toMatchObject({
    budget_free: [free, free + 50_000],
    budget_units: [Math.floor(free / 50_000), Math.floor(free / 50_000) + 1],
  });
  expect(await of({ driverUnitsPerDay: 4 })).toMatchObject({ askers_at_limit: [0, 1] });
  expect(await of({ newDevicesPerDay: 1 })).toMatchObject({ enrolling_at_limit: [0, 1] });
  expect(await of({ unitsADay: 4 })).toMatchObject({ phones_at_limit: [0, 1] });
  expect(await of({ linksPerAccount: 3 })).toMatchObject({ links_over: [0, 0] });
  expect(await of({ writesPerMinute: 9 })).toEqual({ next_write: [120, 9], phones_told: [1, 1] });
  expect((await preview({ priceMicros: 1 })).body.needsTwoAdmins).toBe(true);
  for (const [changes, code] of [
    [{ bytesADay: 600_000 }, 'bad_request'],
    [{}, 'bad_request'],
    [{ leastCores: 1 }, 'unknown_field'],
  ] as const) {
    const { status, body } = await preview(changes);
    expect([status, body.error.code]).toEqual([422, code]);
  }
  expect((await server.store.lastIds()).policyChange).toBe(now);
  expect((await readAuditLog(server)).filter(({ action }) => action.startsWith('policy'))).toEqual([]);
  expect((await asker.send(`${PATH}/preview`, { method: 'POST', headers, body: '{}' })).status).toBe(404);
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
