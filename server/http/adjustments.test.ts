import { afterEach, expect, test } from 'vitest';
import { availableOf } from '../../shared/model/ledger.ts';
import type { Credits } from '../../shared/protocol/app.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { AdjustmentsView, AdjustmentView } from '../../shared/protocol/rest.ts';
import { readAuditLog } from './testing/read-audit-log.ts';
import { openPhone } from './testing/test-phone.ts';
import { closeAll, startServer, tiny, type Asker, type Reply, type TestServer } from './testing/test-server.ts';

afterEach(closeAll);

const PATH = '/api/admin/adjustments';
const USD = 1_000_000;

type Adjusted = Reply<AdjustmentView & ErrorBody>;

function post(
  asker: Asker,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Adjusted> {
  const json = { 'Content-Type': 'application/json', ...headers };
  return asker.send(path, {
    method: 'POST',
    headers: json,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const adjust = (asker: Asker, accountId: number, micros: unknown, reason: unknown = 'Sorry for the wait') =>
  post(asker, PATH, { accountId, micros, reason });

const decide = (asker: Asker, id: number | string, isApproved: boolean) =>
  post(asker, `${PATH}/${id}/verdict`, { isApproved });

/** What was answered: its state, or the status and code. */
const said = ({ status, body }: Adjusted): string => (status === 200 ? body.state : `${status} ${body.error.code}`);

async function cast() {
  const server = await startServer({ policy: { mainframeThreads: 0 } });
  const [ada, ben] = [await server.openAsker('Ada', 'admin'), await server.openAsker('Ben', 'admin')];
  const maria = await server.openAsker('Maria', 'driver');
  for (const { account } of [ada, ben]) server.prove(account.id);
  return { server, ada, ben, maria, id: maria.account.id };
}

const posted = async (server: TestServer, id: number): Promise<number> =>
  (await server.store.balance(availableOf(id as never))) ?? 0;

test('a correction stands in the driver’s statement, CSV and export with its reason, is pushed, and adds up', async () => {
  const server = await startServer({ policy: { mainframeThreads: 0 } });
  const ada = await server.openAsker('Ada', 'admin');
  server.prove(ada.account.id);
  const phone = await openPhone(server);
  const { driver, accountId } = phone;
  phone.device.start();
  const asker = await server.openAsker('Cleo', 'driver');
  await asker.settled((await asker.submit(tiny(4))).body.jobId);
  const stream = await driver.openStream();
  const given = await adjust(ada, accountId, 5 * USD, '  =Sorry, “Maria”  ');
  expect(given.body).toMatchObject({
    state: 'done',
    micros: 5 * USD,
    authorId: ada.account.id,
    reason: '=Sorry, “Maria”',
  });
  let heard = '';
  const text = new TextDecoder();
  for await (const bytes of stream.body ?? []) {
    heard += text.decode(bytes as Uint8Array, { stream: true });
    if (heard.includes('"postedMicros":5000000')) break;
  }
  expect(said(await adjust(ada, accountId, -2 * USD))).toBe('done');
  const { body } = await driver.get<Credits>('/api/credits?limit=2');
  expect(body).toMatchObject({ postedMicros: 3 * USD, pendingMicros: 200_000 });
  expect(body.rows).toEqual([
    {
      ...{ id: 'adjustment-2', at: expect.any(Number), kind: 'adjustment', units: 0, amountMicros: -2 * USD },
      ...{ state: 'posted', postsAt: null, isHeld: false, evidenceId: null },
      adjusted: { reason: 'Sorry for the wait' },
    },
    expect.objectContaining({ id: 'adjustment-1', amountMicros: 5 * USD, adjusted: { reason: '=Sorry, “Maria”' } }),
  ]);
  const older = (await driver.get<Credits>(`/api/credits?before=${body.nextBefore}`)).body;
  expect(older.rows.reduce((sum, { units }) => sum + units, 0)).toBe(4);
  expect(older.rows.every(({ adjusted }) => adjusted === null)).toBe(true);
  const token = await server.auth.openSession(accountId as never);
  const csv = await (
    await fetch(`${server.url}/api/me/statement.csv`, { headers: { Authorization: `Bearer ${token}` } })
  ).text();
  expect(csv).toMatch(/^[\dTZ:.-]+,,,,adjusted by us,,-2000000,posted,Sorry for the wait\r$/m);
  expect(csv).toContain(`,5000000,posted,"'=Sorry, “Maria”"`);
  const { tables } = (await driver.get<{ tables: Record<string, readonly unknown[]> }>('/api/me/export')).body;
  expect(tables['adjustment']).toMatchObject([{ reason: '=Sorry, “Maria”', micros: 5 * USD }, { micros: -2 * USD }]);
  const other = (await ada.get<{ tables: Record<string, readonly unknown[]> }>('/api/me/export')).body;
  expect(other.tables['adjustment'], 'of others, though she made them').toEqual([]);
  expect((await server.store.verifyLedger()).mismatches).toEqual([]);
});

test('above $50, or for oneself, another admin decides; the list shows all, newest first, and the log who did what', async () => {
  const { server, ada, ben, id } = await cast();
  const proposal = (await adjust(ada, id, 50 * USD + 1)).body;
  expect(proposal).toMatchObject({ state: 'proposed', decidedAt: null, expiresAt: proposal.at + 86_400_000 });
  expect(await posted(server, id)).toBe(0);
  expect(said(await decide(ada, proposal.id, true))).toBe('409 needs_another_admin');
  // Two who approve at one moment: one does it.
  const race = await Promise.all([decide(ben, proposal.id, true), decide(server.operator, proposal.id, true)]);
  expect(race.map(said).toSorted()).toEqual(['404 no_such_proposal', 'done']);
  expect(said(await decide(ada, proposal.id, false))).toBe('404 no_such_proposal');
  expect(await posted(server, id)).toBe(50 * USD + 1);
  const own = (await adjust(ada, ada.account.id, 1)).body;
  expect(own.state).toBe('proposed');
  expect(said(await decide(ada, own.id, false))).toBe('rejected');
  for (const absent of [99, 'x', '1.5', '-1'])
    expect(said(await decide(ben, absent, true))).toBe('404 no_such_proposal');
  const first = (await ben.get<AdjustmentsView>(`${PATH}?limit=1`)).body;
  expect(first).toMatchObject({
    adjustments: [{ id: own.id, state: 'rejected', decidedBy: ada.account.id, expiresAt: null }],
    nextBefore: own.id,
    limits: { aloneMicros: 50 * USD, aloneInAllMicros: 200 * USD, mostMicros: 1_000 * USD },
  });
  const rest = (await ben.get<AdjustmentsView>(`${PATH}?before=${first.nextBefore}`)).body;
  expect(rest).toMatchObject({ adjustments: [{ id: proposal.id, state: 'done' }], nextBefore: null });
  expect(JSON.stringify(rest)).not.toContain('idempotency');
  const told = (await readAuditLog(server)).filter(({ target }) => target.startsWith('adjustment:'));
  expect(told.map(({ action, actorId }) => [action, actorId === ada.account.id])).toEqual([
    ['adjustment_proposed', true],
    ['credits_adjusted', false],
    ['adjustment_proposed', true],
    ['adjustment_rejected', true],
  ]);
  expect(told[1]?.detail).toEqual({ accountId: id, micros: 50 * USD + 1, authorId: ada.account.id });
});

test('what is no amount, no reason or nobody’s account is refused, each by its code, with nothing moved', async () => {
  const { server, ada, id } = await cast();
  const wrong: readonly (readonly [body: unknown, said: string])[] = [
    [{ accountId: id, micros: 0, reason: 'x' }, '422 bad_request'],
    [{ accountId: id, micros: 1.5, reason: 'x' }, '422 bad_request'],
    [{ accountId: id, micros: '5', reason: 'x' }, '422 bad_request'],
    [`{"accountId":${id},"micros":NaN,"reason":"x"}`, '400 bad_json'],
    [`{"accountId":${id},"micros":1e400,"reason":"x"}`, '422 bad_request'],
    [{ accountId: id, micros: 2 ** 53, reason: 'x' }, '422 bad_request'],
    [{ accountId: id, micros: 1_000 * USD + 1, reason: 'x' }, '422 out_of_bounds'],
    [{ accountId: id, micros: 1, reason: ' ' }, '422 bad_request'],
    [{ accountId: id, micros: 1, reason: 'x'.repeat(301) }, '422 bad_request'],
    [{ accountId: id, micros: 1 }, '422 bad_request'],
    [{ accountId: id, micros: 1, reason: 'x', state: 'done' }, '422 unknown_field'],
    [{ accountId: 0, micros: 1, reason: 'x' }, '422 bad_request'],
    [{ accountId: 99, micros: 1, reason: 'x' }, '404 not_found'],
    [{ accountId: 2 ** 40, micros: 1, reason: 'x' }, '404 not_found'],
    [{ accountId: 1, micros: 1, reason: 'x' }, '409 house_account'],
    [{ accountId: id, micros: -1, reason: 'x' }, '409 credits_too_few'],
  ];
  for (const [body, expected] of wrong) expect([body, said(await post(ada, PATH, body))]).toEqual([body, expected]);
  expect((await ada.get<AdjustmentsView>(PATH)).body.adjustments).toEqual([]);
  const body = { accountId: id, micros: 7, reason: 'x' };
  const key = { 'Idempotency-Key': 'once' };
  const [first, again] = [await post(ada, PATH, body, key), await post(ada, PATH, body, key)];
  expect(again.body).toEqual(first.body);
  expect(said(await post(ada, PATH, { ...body, micros: 8 }, key))).toBe('409 idempotency_key_reused');
  expect(await posted(server, id)).toBe(7);
  await server.coordinator.erase(id);
  expect(said(await adjust(ada, id, 1))).toBe('409 account_erased');
});

test('without a fresh proof nobody adjusts or decides; for drivers and testers there is no such place', async () => {
  const { server, ben, maria, id } = await cast();
  const stale = await server.openAsker('Eve', 'admin');
  expect(said(await adjust(stale, id, 1))).toBe('403 step_up_needed');
  expect(said(await decide(stale, 1, true))).toBe('403 step_up_needed');
  expect((await stale.get(PATH)).status).toBe(200);
  const tester = await server.openAsker('Tess', 'tester');
  for (const asker of [maria, tester]) {
    server.prove(asker.account.id);
    const absent = await asker.get<ErrorBody>('/api/admin/nothing-here');
    for (const reply of [await adjust(asker, id, 1), await decide(asker, 1, true), await asker.get<ErrorBody>(PATH)])
      expect([reply.status, reply.body]).toEqual([404, absent.body]);
  }
  expect(said(await adjust(ben, id, 1))).toBe('done');
});
