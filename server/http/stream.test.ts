import { afterEach, expect, test } from 'vitest';
import type { NewKey } from '../../shared/protocol/account.ts';
import type { Me } from '../../shared/protocol/app.ts';
import { readEvents, type ServerEvent } from '../cli/read-events.ts';
import { Browser } from './testing/test-browser.ts';
import { Asker, closeAll, collect, startServer, tiny, type TestServer } from './testing/test-server.ts';

afterEach(closeAll);

const QUIET = { policy: { mainframeThreads: 0 } };

/** Both streams there are, with what was said on them so far; each promise is over when its stream is. */
async function openBoth(server: TestServer, token: string) {
  const asker = new Asker(server.url, token);
  const { jobId } = (await asker.submit(tiny(2))).body;
  const said: ServerEvent[] = [];
  const all = [await asker.openStream(), await asker.openEvents(jobId)].map(async ({ status, body }) => {
    expect(status).toBe(200);
    for await (const event of readEvents(body!)) said.push(event);
  });
  await expect.poll(() => new Set(said.map(({ event }) => event))).toEqual(new Set(['me', 'credits', 'progress']));
  return { jobId, said, ended: Promise.all(all) };
}

/** What ends a session or a key, each by who may. A thief who holds a stream open must not go on reading. */
const ENDS = {
  'signing out': async ({ browser }) => browser.send('DELETE', '/api/session'),
  'another browser signs this one out': async ({ server, accountId, browser }) => {
    const other = new Asker(server.url, await server.auth.openSession(accountId));
    const { sessions } = (await browser.get<{ sessions: { id: string; isThis: boolean }[] }>('/api/account')).body;
    const id = sessions.find(({ isThis }) => isThis)?.id;
    return other.send(`/api/account/sessions/${id}`, { method: 'DELETE', headers: {} });
  },
  'signing out everywhere else': async ({ server, accountId }) =>
    new Asker(server.url, await server.auth.openSession(accountId)).send('/api/account/sessions', {
      method: 'DELETE',
      headers: {},
    }),
  'erasing the account': async ({ browser }) => browser.post('/api/me/erase', { name: 'Maria' }),
} satisfies Record<string, (world: World) => Promise<{ readonly status: number }>>;

interface World {
  readonly server: TestServer;
  readonly browser: Browser;
  readonly accountId: Awaited<ReturnType<TestServer['openAsker']>>['account']['id'];
}

test.each(Object.entries(ENDS))('%s ends the streams that were open with that session, at once', async (_, end) => {
  const server = await startServer(QUIET);
  const browser = new Browser(server.url);
  const { accountId } = (await browser.join(server, 'Maria')).body;
  const token = decodeURIComponent(browser.cookie('zeus_session'));
  const { said, ended } = await openBoth(server, token);
  const before = said.length;
  expect((await end({ server, browser, accountId: accountId as World['accountId'] })).status).toBeLessThan(300);
  await ended;
  expect(said.slice(before).filter(({ data }) => data.includes('Maria'))).toEqual([]);
});

test('a revoked key ends its streams, and another session of the account keeps its own', async () => {
  const server = await startServer(QUIET);
  const browser = new Browser(server.url);
  await browser.join(server, 'Maria');
  const key = (await browser.post<NewKey>('/api/account/keys', { name: 'script' })).body;
  const own = await openBoth(server, decodeURIComponent(browser.cookie('zeus_session')));
  const script = await openBoth(server, key.token);
  expect((await browser.send('DELETE', `/api/account/keys/${key.id}`)).status).toBe(200);
  await script.ended;
  expect((await browser.send('DELETE', `/api/jobs/${own.jobId}`)).status).toBe(200);
  await expect.poll(() => own.said.some(({ event, data }) => event === 'job' && data.includes('cancelled'))).toBe(true);
});

test('a role that is another now holds for streams that are open: its page hears, and another’s request is out of sight', async () => {
  const server = await startServer(QUIET);
  const [ada, dora] = [await server.openAsker('Ada', 'admin'), await server.openAsker('Dora', 'driver')];
  const { jobId } = (await dora.submit(tiny(2))).body;
  const { body } = await ada.openEvents(jobId);
  const events = collect(readEvents(body!));
  const stream = await ada.openStream();
  const reader = readEvents(stream.body!);
  const next = async (): Promise<Me> => {
    for (;;) {
      const { value } = await reader.next();
      if (value?.event === 'me') return JSON.parse(value.data) as Me;
    }
  };
  expect((await next()).role).toBe('admin');
  const { id } = ada.account;
  const ida = await server.openAsker('Ida', 'admin');
  server.prove(ida.account.id);
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
  const demoted = { ...init, body: JSON.stringify({ accountId: id, role: 'driver' }) };
  const { change } = (await server.operator.send<{ change: { id: number } }>('/api/admin/role-changes', demoted)).body;
  const approval = await ida.send(`/api/admin/role-changes/${change.id}/approval`, { ...init, body: '{}' });
  expect(approval.status).toBe(200);
  expect((await next()).role).toBe('driver');
  expect((await events).map(({ event }) => event)).toEqual(['progress']); // over, though the job runs
  await reader.return(undefined);
});

test('HEAD opens no stream and no export: whoever reads no body would hold a place among them for ever', async () => {
  const server = await startServer(QUIET);
  const token = await server.auth.openSession((await server.openAsker('Maria', 'driver')).account.id);
  const headers = { Authorization: `Bearer ${token}` };
  for (const path of ['/api/stream', '/api/me/export', '/api/me/statement.csv']) {
    for (let i = 0; i < 17; i++) expect((await fetch(server.url + path, { method: 'HEAD', headers })).status).toBe(405);
    const got = await fetch(server.url + path, { headers });
    expect([path, got.status]).toEqual([path, 200]);
    await got.body?.cancel();
  }
});
