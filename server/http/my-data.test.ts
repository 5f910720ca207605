import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Account } from '../../shared/model/device.ts';
import { CONSENT_TEXTS } from '../../shared/model/consent-texts.ts';
import { POLICY } from '../../shared/model/policy.ts';
import type { ConsentTextView, DeviceView, ErasureView, Me } from '../../shared/protocol/app.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { JobView } from '../../shared/protocol/rest.ts';
import { EXPORT_RULES } from '../store/sqlite/export-account.ts';
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
}

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
  for (let seq = 1; seq <= EXCHANGES; seq++) insert.run(phone, seq, seq, 1_000 + seq);
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

  test('the statement as CSV has every exchange and the sums', async () => {
    const ben = await withHistory('Ben');
    const own = await fetch(`${server.url}/api/me/statement.csv`, {
      headers: { Authorization: `Bearer ${await server.auth.openSession(ben.account.id)}` },
    });
    const lines = (await own.text()).trimEnd().split('\r\n');
    expect(own.headers.get('content-type')).toContain('text/csv');
    expect(lines).toHaveLength(1 + EXCHANGES + 2);
    expect(lines[0]).toBe('at,device,message,block,kind,units,amount_micros,state');
    expect(lines[1]).toBe(`1970-01-01T00:00:01.450Z,${ben.phone},450,1,tiny,1,0,void`);
    expect(lines.at(-1)).toBe(',,,,posted in all,,0,');
  });

  test('nobody signed out gets any of it', async () => {
    for (const path of ['/api/me/export', '/api/me/statement.csv', '/api/me/erasure', '/api/consent-texts/1'])
      expect((await fetch(server.url + path)).status).toBe(401);
  });
});

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
