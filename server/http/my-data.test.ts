import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Account } from '../../shared/model/device.ts';
import { CONSENT_TEXTS } from '../../shared/model/consent-texts.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { ConsentTextView, DeviceView, ErasureView, Me } from '../../shared/protocol/app.ts';
import type { NewKey } from '../../shared/protocol/account.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { JobView } from '../../shared/protocol/rest.ts';
import { EXPORT_RULES } from '../store/sqlite/export-account.ts';
import type { RecordAboutMe } from '../services/audit-about.ts';
import { Browser } from './testing/test-browser.ts';
import { openPhone } from './testing/test-phone.ts';
import { readAuditLog } from './testing/read-audit-log.ts';
import {
  closeAll,
  smallestSum,
  startServer,
  tiny,
  tinyRequest,
  type Asker,
  type TestServer,
} from './testing/test-server.ts';

type Row = Readonly<Record<string, unknown>>;
interface Export {
  readonly format: string;
  readonly inShort: Readonly<Record<string, string>>;
  readonly whatEachPartIs: Readonly<Record<string, string>>;
  readonly whatEachColumnIs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  readonly auditLog: { readonly isWhole: boolean; readonly records: readonly RecordAboutMe[] };
}

vi.setConfig({ testTimeout: 60_000 }); // a busy machine is no reason to fail

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(closeAll);

const write = <Body>(asker: Asker, method: string, path: string, body: unknown) =>
  asker.send<Body & ErrorBody>(path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });

const EXCHANGES = 450; // three pages

/** A driver with a phone, an answered request and a long statement. */
async function withHistory(
  name: string,
): Promise<Asker & { readonly account: Account; readonly phone: number; readonly job: JobView }> {
  const asker = await server.openAsker(name, 'driver');
  const filed = await asker.submit(tiny(2), { 'Idempotency-Key': `key-of-${name.replaceAll(' ', '-')}` });
  const job = await asker.settled(filed.body.jobId);
  const accountId = asker.account.id;
  const publicKey = createHash('sha512').update(name).digest();
  const enrolled = await server.coordinator.enrolDevice({ accountId, publicKey, cores: 8 });
  if (!enrolled.ok) throw new Error(enrolled.error);
  const phone = enrolled.value.id;
  await server.coordinator.calibrate({ accountId, deviceId: phone, chunkMs: 33 });
  await server.coordinator.consent({ accountId, deviceId: phone, version: POLICY.consentVersion, isGranted: true });
  const insert = server.store.database.prepare(
    `INSERT INTO exchange VALUES (?, ?, (SELECT id FROM block ORDER BY id LIMIT 1), x'0000', 0, x'11', 'void', 'passed', 0, 0, 1, NULL, ?, ?)`,
  );
  server.store.database.transaction(() => {
    for (let seq = 1; seq <= EXCHANGES; seq++) insert.run(phone, seq, seq, 1_000 + seq);
  })();
  server.store.database.prepare('INSERT INTO balance VALUES (?, 0)').run(`pending:${accountId}`);
  return Object.assign(asker, { phone, job });
}

describe('my data as a file', () => {
  test('has every row the database has of me, readable, and nothing of anybody else', async () => {
    const ana = await withHistory('Ana');
    await withHistory('Somebody else');
    const reply = await ana.get<Export>('/api/me/export');
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-disposition')).toContain('attachment');
    const { format, tables, inShort, whatEachPartIs, whatEachColumnIs } = reply.body;
    expect(format).toBe('zeusdrive-export');
    expect(inShort).toEqual({ name: 'Ana', role: 'driver', creditsPosted: '$0.00', creditsPending: '$0.00' });
    expect(Object.keys(whatEachPartIs)).toEqual(expect.arrayContaining(Object.keys(EXPORT_RULES)));
    expect(tables['auth_session']).toHaveLength(1);
    expect(Object.keys(tables)).toEqual(Object.keys(EXPORT_RULES));

    const own = (sql: string): number =>
      (server.store.database.prepare(`SELECT count(*) AS n FROM ${sql}`).get(ana.account.id) as { n: number }).n;
    const expected = {
      account: own('account WHERE id = ?'),
      device: own('device WHERE account_id = ?'),
      consent: own('consent c JOIN device d ON d.id = c.device_id WHERE d.account_id = ?'),
      job: own('job WHERE account_id = ?'),
      round: own('round r JOIN job j ON j.id = r.job_id WHERE j.account_id = ?'),
      block: own('block b JOIN job j ON j.id = b.job_id WHERE j.account_id = ?'),
      exchange: own('exchange x JOIN device d ON d.id = x.device_id WHERE d.account_id = ?'),
    };
    expect(expected).toMatchObject({ account: 1, device: 1, consent: 1, job: 1, exchange: EXCHANGES });
    expect(Object.fromEntries(Object.keys(expected).map((table) => [table, tables[table]?.length]))).toEqual(expected);
    expect(tables['balance']).toEqual([{ account: `pending:${ana.account.id}`, micros: 0 }]);
    const seqs = new Set(tables['exchange']?.map(({ seq }) => seq));
    expect(seqs.size).toBe(EXCHANGES);

    for (const [table, [row]] of Object.entries(tables))
      expect(Object.keys(whatEachColumnIs[table] ?? {})).toEqual(
        expect.arrayContaining(Object.keys(row ?? {}).filter((name) => name !== 'request' && name !== 'answered')),
      );
    expect(tables['exchange']?.[0]).toMatchObject({ accepted_at: '1970-01-01T00:00:01.001Z' });
    expect(tables['account']?.[0]).toMatchObject({ name: 'Ana', role: 'driver' });
    expect(tables['job']?.[0]).toMatchObject({
      idempotency_key: 'key-of-Ana',
      request: { units: 2 },
      answered: { sum: smallestSum(tinyRequest(2)) },
    });
    const text = JSON.stringify(reply.body);
    expect(text).not.toContain('Somebody else');
    for (const withheld of ['blind_key', 'probation_left', 'clean_tasks', 'whole_due', 'last_reply', 'code_hash'])
      expect(text).not.toContain(`"${withheld}"`);
  });

  test('has what the audit log tells of me, without who else acted; anybody else’s records are not in it', async () => {
    const eva = await withHistory('Eva');
    const [ada, ben] = [
      await server.openAsker('Ada the admin', 'admin'),
      await server.openAsker('Ben the admin', 'admin'),
    ];
    for (const { account } of [ada, ben]) server.prove(account.id);
    const own = { headers: { 'Content-Type': 'application/json' } };
    await eva.send('/api/account/keys', { ...own, method: 'POST', body: JSON.stringify({ name: 'nightly' }) });
    const { keys } = (await ada.get<{ keys: readonly { id: number; accountId: number }[] }>('/api/admin/keys')).body;
    await ada.send(`/api/admin/keys/${keys.find(({ accountId }) => accountId === eva.account.id)?.id}`, {
      ...own,
      method: 'DELETE',
    });
    const proposal = { ...own, method: 'POST', body: JSON.stringify({ accountId: eva.account.id, role: 'tester' }) };
    const { change } = (await ada.send<{ change: { id: number } }>('/api/admin/role-changes', proposal)).body;
    await ben.send(`/api/admin/role-changes/${change.id}/approval`, { ...own, method: 'POST', body: '{}' });

    const { auditLog, tables } = (await eva.get<Export>('/api/me/export')).body;
    expect(auditLog.isWhole).toBe(true);
    expect(auditLog.records.map(({ action, actor, target }) => `${actor}: ${action} ${target}`)).toEqual([
      `the server: account_opened account:${eva.account.id}`,
      `you: consent_granted device:${eva.phone}`,
      `you: key_created key:${keys[0]?.id}`,
      `an admin: key_revoked key:${keys[0]?.id}`,
      `an admin: role_proposed account:${eva.account.id}`,
      `an admin: role_changed account:${eva.account.id}`,
    ]);
    expect(auditLog.records.at(-1)?.detail).toEqual({ role: 'tester', before: 'driver' });
    expect(JSON.stringify([auditLog, tables['account']])).not.toMatch(/admin"?,"name|Ada|Ben/);
    const adas = (await ada.get<Export>('/api/me/export')).body.auditLog.records;
    expect(adas.map(({ action, target }) => `${action} ${target}`)).toEqual([
      `account_opened account:${ada.account.id}`,
      'key_revoked another key',
      'role_proposed another account',
    ]);
  });

  test('the statement as CSV has every exchange and the sums', async () => {
    const ben = await withHistory('Ben');
    const own = await fetch(`${server.url}/api/me/statement.csv`, {
      headers: { Authorization: `Bearer ${await server.auth.openSession(ben.account.id)}` },
    });
    const lines = (await own.text()).trimEnd().split('\r\n');
    expect(own.headers.get('content-type')).toContain('text/csv');
    expect(lines).toHaveLength(1 + EXCHANGES + 2);
    expect(lines[0]).toBe('at,device,message,block,kind,units,amount_micros,state,reason');
    expect(lines[1]).toBe(`1970-01-01T00:00:01.450Z,${ben.phone},450,1,tiny,1,0,void,`);
    expect(lines.at(-1)).toBe(',,,,posted in all,,0,,');
  });

  test('nobody signed out gets any of it', async () => {
    for (const path of ['/api/me/export', '/api/me/statement.csv', '/api/me/erasure', '/api/consent-texts/1'])
      expect((await fetch(server.url + path)).status).toBe(401);
  });
});

/** A phone takes so many units and keeps them. */
async function take({ coordinator }: TestServer, want: number): Promise<void> {
  const { id: accountId } = await coordinator.openAccount('Phone', 'driver');
  const enrolled = await coordinator.enrolDevice({ accountId, publicKey: new Uint8Array(65).fill(5), cores: 8 });
  if (!enrolled.ok) throw new Error(enrolled.error);
  const { id: deviceId } = enrolled.value;
  await coordinator.calibrate({ accountId, deviceId, chunkMs: 33 });
  await coordinator.consent({ accountId, deviceId, version: POLICY.consentVersion, isGranted: true });
  const report = { reason: 0, duty: 150, bytesToday: 0 };
  await coordinator.exchange({ deviceId, seq: 1, groups: [], want, report });
  expect(coordinator.holds(deviceId)).toBe(want);
}

describe('erasing it', () => {
  test('needs the name typed; then everything is gone, sessions and keys too, and the books still balance', async () => {
    const cleo = await withHistory('Cleo Vanishes');
    const what = await cleo.get<ErasureView>('/api/me/erasure');
    expect(what.body).toEqual({ devices: 1, jobs: 1, pendingMicros: 0, postedMicros: 0 });
    expect(await write(cleo, 'POST', '/api/me/erase', { name: 'cleo' })).toMatchObject({
      status: 422,
      body: { error: { code: 'name_differs' } },
    });
    expect((await cleo.get<Me>('/api/me')).status).toBe(200);
    expect(await write(cleo, 'POST', '/api/me/erase', { name: 'Cleo Vanishes' })).toMatchObject({
      status: 200,
      body: { devices: 1, jobs: 1 },
    });
    expect((await cleo.get<Me>('/api/me')).status).toBe(401);
    const auth = server.store.database.prepare('SELECT count(*) AS n FROM auth_session WHERE user_id = ?');
    expect(auth.get(String(cleo.account.id))).toEqual({ n: 0 });
    expect((await readAuditLog(server)).at(-1)).toMatchObject({
      action: 'account_erased',
      target: `account:${cleo.account.id}`,
    });
    const file = readFileSync(join(server.dataDir, 'zeus.db'));
    expect([file.includes('Cleo Vanishes'), file.includes('key-of-Cleo')]).toEqual([false, false]);
    expect(await server.store.verifyLedger()).toMatchObject({ balancesMatch: true, mismatches: [] });
    expect(
      server.store.database.prepare('SELECT is_done FROM erasure WHERE account_id = ?').get(cleo.account.id),
    ).toEqual({ is_done: 1 });
  });

  test('a hundred people go: the log verifies and tells of none of them, and the books balance', async () => {
    const crowd = await startServer({
      policy: {
        mainframeThreads: 0,
        limits: { ...POLICY.limits, addressWritesPerMinute: 1e6, entriesPerMinute: 1e6, writesPerMinute: 1e6 },
        signIn: { ...POLICY.signIn, triesPerAddress: 1e6 },
      },
    });
    const asker = await crowd.openAsker('Asker', 'driver');
    const earners = await Promise.all(Array.from({ length: 4 }, () => openPhone(crowd)));
    for (const { device } of earners) device.start();
    await asker.settled((await asker.submit(tiny(32))).body.jobId);

    const said: string[] = [];
    const comeAndGo = async (i: number): Promise<void> => {
      const browser = new Browser(crowd.url);
      const [name, email, label] = [`Vanish Nr${i} End`, `vanish-${i}@gone.example`, `label-${i}-of-mine`];
      await browser.join(crowd, name);
      await browser.keep(crowd, email);
      const key = (await browser.post<NewKey>('/api/account/keys', { name: label })).body;
      if (i % 2 === 0) await browser.send('DELETE', `/api/account/keys/${key.id}`);
      said.push(name, email, label, key.prefix.slice(5), key.token);
      expect((await browser.post('/api/me/erase', { name })).status).toBe(200);
    };
    await Promise.all(Array.from({ length: 96 }, (_, i) => comeAndGo(i)));
    expect(said).toHaveLength(96 * 5);
    let [credits, units] = [0, 0];
    for (const { driver, accountId } of earners) {
      const { name } = (await driver.get<Me>('/api/me')).body;
      crowd.prove(accountId);
      const erased = await write<ErasureView>(driver, 'POST', '/api/me/erase', { name });
      expect(erased.status).toBe(200);
      credits += erased.body.pendingMicros + erased.body.postedMicros;
      units += erased.body.devices;
    }
    const log = await readAuditLog(crowd); // which throws unless every record is as it was written, in its place
    const text = JSON.stringify(log);
    const told = said.filter((one) => text.includes(one));
    const files = ['zeus.db', 'zeus.db-wal'].map((file) => readFileSync(join(crowd.dataDir, file)));
    const stored = said.filter((one) => files.some((file) => file.includes(one)));
    const books = await crowd.store.verifyLedger();
    expect({
      erased: log.filter(({ action }) => action === 'account_erased').length,
      emails: log.filter(({ action }) => action === 'email_set').length,
      told,
      stored,
      units,
      credits,
      mismatches: books.mismatches,
      sum: books.entriesSumMicros,
    }).toEqual({
      erased: 100,
      emails: 96,
      told: [],
      stored: [],
      units: 4,
      credits: 32 * POLICY.priceMicros,
      mismatches: [],
      sum: 0,
    });
  });

  test('a hundred go, requests that phones compute last; the books balance, and the audit log is whole and tells of each', async () => {
    const leases = { ...POLICY.leases, relinkGraceMs: 0, first: 16, leastMs: 200, mostMs: 200 };
    const limits = { ...POLICY.limits, writesPerMinute: 10_000 };
    const own = await startServer({ policy: { mainframeThreads: 0, leases, limits } });
    const askers = await Promise.all(Array.from({ length: 100 }, (_, i) => own.openAsker(`Gone ${i}`, 'driver')));
    const filed = await Promise.all(askers.slice(0, 8).map((asker) => asker.submit(tiny(2))));
    await take(own, 10); // five of the eight
    const admin = await own.openAsker('Ada', 'admin');
    const seen = await Promise.all(filed.map(({ body }) => admin.get(`/api/jobs/${body.jobId}`)));
    expect(seen.map(({ status }) => status)).toEqual(Array(8).fill(200));

    for (const asker of askers) {
      const erased = await write(asker, 'POST', '/api/me/erase', { name: asker.account.name });
      expect([erased.status, (await asker.get('/api/me')).status]).toEqual([200, 401]);
    }
    const hidden = await Promise.all(filed.map(({ body }) => admin.get(`/api/jobs/${body.jobId}`)));
    expect(
      hidden.map(({ status }) => status),
      'drained or not',
    ).toEqual(Array(8).fill(404));
    const count = (sql: string): unknown => own.store.database.prepare(`SELECT count(*) FROM ${sql}`).pluck().get();
    await expect.poll(() => count('erasure WHERE is_done = 1'), { timeout: 20_000 }).toBe(100);
    expect(count(`job WHERE length(spec) + length(job_input) > 0 OR state = 'running'`)).toBe(0);
    const told = await readAuditLog(own);
    const times = (action: string): number => told.filter((event) => event.action === action).length;
    expect([times('account_erased'), times('erasure_drained')]).toEqual([100, 5]);
    expect(await own.store.verifyLedger()).toMatchObject({ balancesMatch: true, mismatches: [], entriesSumMicros: 0 });
    expect(own.store.database.pragma('secure_delete', { simple: true })).toBe(1);
  });

  test('the house cannot erase itself', async () => {
    const { name } = (await server.operator.get<Me>('/api/me')).body;
    expect(await write(server.operator, 'POST', '/api/me/erase', { name })).toMatchObject({
      status: 409,
      body: { error: { code: 'house_account' } },
    });
  });
});

describe('what was agreed to', () => {
  /** A text that anybody has seen never changes: add the next version instead. */
  const HASHES: Readonly<Record<number, string>> = {
    1: '9e2195c096bc193d8aa6db8d0e5f528005033cd43a0d22e94db2df5cd9602c16',
  };

  test('is there word for word by version, with its hash', async () => {
    const asker = await server.openAsker('Reader', 'driver');
    for (const { version, sections } of CONSENT_TEXTS) {
      const { body } = await asker.get<ConsentTextView>(`/api/consent-texts/${version}`);
      expect(body).toMatchObject({ version, sections, hash: HASHES[version] });
    }
    expect((await asker.get('/api/consent-texts/99')).status).toBe(404);
  });

  test('is narrowed by a call, and grows by none', async () => {
    const dora = await withHistory('Dora');
    const path = `/api/devices/${dora.phone}/consent/scope`;
    const scope = { classes: ['normal'], hours: { from: 1320, to: 360 }, networks: 'wifi' };
    const { body } = await write<DeviceView>(dora, 'PUT', path, scope);
    expect(body.consent).toMatchObject({ version: 1, isGranted: true, scope });
    const wider = await write(dora, 'PUT', path, { ...scope, networks: 'any' });
    expect(wider).toMatchObject({ status: 409, body: { error: { code: 'scope_grows' } } });
    const other = await server.openAsker('Other', 'driver');
    expect((await write(other, 'PUT', path, scope)).status).toBe(404);
  });
});
