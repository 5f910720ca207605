import { afterEach, expect, test, vi } from 'vitest';
import { cpSync, truncateSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../../shared/assert.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { AuditVerdict } from '../../shared/protocol/rest.ts';
import { readSetOf } from '../core/read-set.ts';
import { run, runServer, type TestProcess } from '../http/testing/test-process.ts';
import { openPhone } from '../http/testing/test-phone.ts';
import { readAuditLog } from '../http/testing/read-audit-log.ts';
import { closeAll, startServer, temporaryFolder, tiny, type Asker } from '../http/testing/test-server.ts';

// Processes and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 60_000 });

const processes: TestProcess[] = [];
afterEach(async () => {
  for (const { kill } of processes) kill('SIGKILL');
  await Promise.all(processes.splice(0).map(({ ended }) => ended));
  await closeAll();
});

const QUIET = { policy: { mainframeThreads: 0 } };

const consent = (asker: Asker, id: number, isGranted: boolean) =>
  asker.send(`/api/devices/${id}/consent`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ isGranted, version: POLICY.consentVersion }),
  });

test('no lease after a revocation’s commit: each act holds what its device was leased in its life, and the rows agree', async () => {
  const server = await startServer(QUIET);
  const phone = await openPhone(server);
  const { deviceId } = phone.device;
  const asker = await server.openAsker('Cleo', 'driver');
  const rowOf = async () => {
    const { devices } = await server.store.load({ ...readSetOf([]), devices: new Set([deviceId]) });
    return must(devices.get(deviceId), 'the device');
  };
  phone.device.start();
  const { jobId } = (await asker.submit(tiny(4))).body;
  await asker.settled(jobId);
  // Work waits while it withdraws, so whatever could be leased after that would be.
  await asker.submit(tiny(20));
  await consent(phone.driver, deviceId, false);
  const { throttle } = await rowOf();
  for (let i = 0; i < 3; i++) await server.coordinator.tick();
  expect((await rowOf()).throttle.unitsEver).toBe(throttle.unitsEver);
  await consent(phone.driver, deviceId, true);
  await consent(phone.driver, deviceId, false);
  const acts = (await readAuditLog(server)).filter(({ target }) => target === `device:${deviceId}`);
  expect(acts.map(({ action }) => action)).toEqual([
    'consent_granted',
    'consent_withdrawn',
    'consent_granted',
    'consent_withdrawn',
  ]);
  const [granted, withdrawn, again] = acts.map(({ detail }) => Number(detail['unitsLeased']));
  expect(granted).toBe(0);
  expect(withdrawn).toBeGreaterThanOrEqual(4);
  expect(again).toBe(withdrawn);
  expect((await rowOf()).throttle.unitsEver).toBe(acts.at(-1)?.detail['unitsLeased']);
  expect(acts.every(({ actorId }) => actorId === phone.accountId)).toBe(true);

  // What follows the last act is told by the row beside it: to the command, while the server runs, and to the desk.
  const verify = () => run('cli.ts', ['audit', 'verify', '--json'], { DATA_DIR: server.dataDir }).ended;
  const desk = () =>
    server.operator.send<AuditVerdict>('/api/admin/audit-log/verification', { method: 'POST', headers: {} });
  const reading = verify();
  for (let n = 0; n < 60; n++) {
    expect((await consent(phone.driver, deviceId, n % 2 === 0)).status).toBe(200); // while it reads; out at the end
  }
  const whole = await reading;
  expect([whole.code, JSON.parse(whole.stdout)]).toMatchObject([
    0,
    { fault: null, database: { phones: 1, beforeLog: 0, faulty: 0 } },
  ]);
  expect((await desk()).body.fault).toBeNull();
  server.store.database.exec('UPDATE device SET units_ever = units_ever + 1 WHERE consent_version = 0');
  const fault = { code: 'lease_after_withdrawal', device: deviceId };
  const found = await verify();
  expect([found.code, JSON.parse(found.stdout)]).toMatchObject([1, { fault, database: { faulty: 1 } }]);
  expect((await desk()).body.fault).toMatchObject(fault);
});

test('invites, coming in, the programme and appeals are in the log, by whom, without a name or a code', async () => {
  const server = await startServer(QUIET);
  const invited = await server.operator.send<{ code: string }>('/api/invites', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ role: 'tester' }),
  });
  await server.people.join(invited.body.code, 'Ñandú');
  await server.operator.send('/api/admin/programme', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ isOn: false, targetPercent: 1, reason: 'to see' }),
  });
  const events = await readAuditLog(server);
  expect(events.map(({ action, actorId, target }) => [action, actorId, target])).toEqual([
    ['audit_log_begun', null, 'audit-log'],
    ['invite_created', 1, 'invite'],
    ['invite_accepted', 2, 'account:2'],
    ['programme_changed', 1, 'programme'],
  ]);
  expect(JSON.stringify(events)).not.toMatch(new RegExp(`Ñandú|${invited.body.code}`));
});

test('an act that is none of the coordinator’s is in the log before the server has stopped', async () => {
  const server = await startServer(QUIET);
  const asker = await server.openAsker('Cleo', 'driver');
  const key = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ name: 'mine' }),
  };
  await asker.send('/api/account/keys', key);
  await server.close();
  const again = await startServer({ ...QUIET, dataDir: server.dataDir });
  expect((await readAuditLog(again)).map(({ action }) => action)).toEqual([
    'audit_log_begun',
    'account_opened',
    'key_created',
  ]);
});

test('a database put back from a backup goes on where the log stands, and the log says so: nothing that follows is lost', async () => {
  const server = await startServer(QUIET);
  await server.openAsker('Cleo', 'driver');
  await server.close();
  const backup = join(temporaryFolder(), 'zeus.db');
  cpSync(join(server.dataDir, 'zeus.db'), backup);
  const later = await startServer({ ...QUIET, dataDir: server.dataDir });
  for (const name of ['Dora', 'Emil']) await later.openAsker(name, 'driver');
  await later.close();
  cpSync(backup, join(server.dataDir, 'zeus.db'));

  const back = await startServer({ ...QUIET, dataDir: server.dataDir });
  expect(back.said.filter((line) => line.includes('older than the audit log'))).toHaveLength(1);
  const { account } = await back.openAsker('Fay', 'driver');
  const told = await readAuditLog(back); // which throws unless the log is whole
  expect(told.map(({ action, target }) => `${action} ${target}`)).toEqual([
    'audit_log_begun audit-log',
    'account_opened account:2',
    'account_opened account:3',
    'account_opened account:4',
    'database_went_back database',
    `account_opened account:${account.id}`,
  ]);
  expect(told[4]?.detail).toEqual({ stored: 1, logged: 3 });
  await back.close();
  const again = await startServer({ ...QUIET, dataDir: server.dataDir });
  expect(again.said.filter((line) => line.includes('older than the audit log'))).toEqual([]);
});

test('killed at any moment, a server tells every committed act exactly once; the command finds a byte that was changed', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  let made = 0;
  const zeus = (...args: string[]) => run('cli.ts', ['audit', ...args], { DATA_DIR: dataDir }).ended;
  for (const round of [1, 2, 3]) {
    const server = await runServer(dataDir);
    processes.push(server);
    const lever = async (isOn: boolean): Promise<void> => {
      const call = {
        method: 'PUT',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ isOn, targetPercent: 1, reason: 'to see' }),
      };
      if ((await server.operator.send('/api/admin/programme', call)).status === 200) made++;
    };
    for (let i = 0; i < 3 + round; i++) await lever((made + 1) % 2 === 0);
    server.kill('SIGKILL'); // with the last act committed, and told or not
    await server.ended;
    if (round === 1) expect(await zeus('verify')).toMatchObject({ code: 0, stderr: '' }); // what waits goes on from the log
  }
  const last = await runServer(dataDir);
  processes.push(last);
  await last.operator.get('/api/admin/audit-log');
  last.kill('SIGTERM');
  await last.ended;
  const shown = await zeus('show', '--action', 'programme_changed', '--actor', '1', '--json');
  const versions = shown.stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { detail: { version: number } }).detail.version);
  expect(versions).toEqual(Array.from({ length: made }, (_, i) => i + 2));
  const database = readFileSync(join(dataDir, 'zeus.db'));
  const whole = await zeus('verify');
  expect(readFileSync(join(dataDir, 'zeus.db')).equals(database)).toBe(true);
  expect([whole.code, whole.stdout]).toEqual([
    0,
    expect.stringMatching(/^✓ \d+ records, each as it was written\. Head \d+:[0-9a-f]{64}\n  0 phones held against/),
  ]);
  const [, head = ''] = /Head (\S+)/.exec(whole.stdout) ?? [];
  expect((await zeus('verify', '--head', head)).code).toBe(0);
  expect(
    (
      await zeus(
        'verify',
        '--head',
        head.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
      )
    ).code,
  ).toBe(1);
  expect((await zeus('show', '--since', '2199-01-01')).stdout).toBe('');
  const alone = join(temporaryFolder(), 'alone');
  cpSync(dataDir, alone, { recursive: true, filter: (path) => !path.includes('zeus.db') });
  const chain = await run('cli.ts', ['audit', 'verify'], { DATA_DIR: alone }).ended;
  expect([chain.code, chain.stdout]).toEqual([0, expect.stringContaining('only the chain was checked')]);
  const file = join(dataDir, 'audit.log');
  const bytes = readFileSync(file);
  const at = bytes.indexOf('\n') + 200;
  bytes[at]! ^= 4;
  writeFileSync(file, bytes);
  const found = await zeus('verify', '--json');
  expect([found.code, JSON.parse(found.stdout)]).toMatchObject([
    1,
    { records: 1, fault: { code: 'bad_record', record: 2 } },
  ]);
  truncateSync(file, 10);
  expect((await run('main.ts', [], { DATA_DIR: dataDir, PORT: '0' }).ended).stderr).toContain('cannot be continued');
  expect((await run('cli.ts', ['audit', 'verify'], { DATA_DIR: join(dataDir, 'nowhere') }).ended).stderr).toContain(
    'No key to the audit log',
  );
});
