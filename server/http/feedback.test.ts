import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ErrorBody } from '../../shared/protocol/errors.ts';
import type { FeedbackList } from '../../shared/protocol/rest.ts';
import { run } from './testing/test-process.ts';
import { closeAll, startServer, type Asker, type TestServer } from './testing/test-server.ts';

vi.setConfig({ testTimeout: 60_000 });

let server: TestServer;
let driver: Asker;
beforeAll(async () => {
  server = await startServer({ policy: { mainframeThreads: 0 } });
  driver = await server.openAsker('Maria', 'driver');
});
afterAll(closeAll);

const ATTACHED = {
  version: '0.0.0 (AbC-12_3)',
  engine: 'chromium',
  state: 'resting',
  reason: 'weak_network',
  sharePercent: 1.2,
  isOnline: true,
};

const write = (asker: Asker, body: unknown) =>
  asker.send<ErrorBody & { feedbackId: number }>('/api/feedback', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
const said = (text: string, more: object = {}) => ({ kind: 'problem', text, attached: ATTACHED, ...more });
const list = async (query = ''): Promise<FeedbackList> =>
  (await server.operator.get<FeedbackList>(`/api/admin/feedback${query}`)).body;

test('what somebody writes is kept as a person reads it, and read by admins alone', async () => {
  const hostile = `  <script>alert(1)</script>\u202Etxt.exe\u202C\u0000\u0007 \uD800 ﬁne 👩‍👩‍👧\r\nsecond line\t.  `;
  const written = await write(driver, said(hostile, { kind: 'idea' }));
  expect(written.status).toBe(200);
  const { feedback } = await list();
  expect(feedback[0]).toEqual({
    feedbackId: written.body.feedbackId,
    at: expect.any(Number),
    accountId: expect.any(Number),
    name: 'Maria',
    kind: 'idea',
    text: '<script>alert(1)</script>txt.exe  fine 👩‍👩‍👧\nsecond line .',
    attached: ATTACHED,
  });
  expect((await driver.get<ErrorBody>('/api/admin/feedback')).status).toBe(404);
  const { code, stdout } = await run('cli.ts', ['feedback'], { DATA_DIR: server.dataDir, PORT: String(server.port) })
    .ended;
  expect(code).toBe(0);
  expect(stdout).toContain('(Maria)\n  0.0.0 (AbC-12_3), chromium, resting (weak_network), 1.2 %\n  | <script>');
});

test('what is wrong with it gets a code and a sentence, and is not kept', async () => {
  const kept = (await list()).feedback.length;
  const cases: readonly (readonly [body: unknown, status: number, code: string, message: RegExp])[] = [
    [said('x'.repeat(90_000)), 413, 'too_large', /at most 2,000 characters, got 90,000/],
    [said('ﷺ'.repeat(200)), 413, 'too_large', /got 3,600/],
    [said('x'.repeat(300_000)), 413, 'too_large', /262144 bytes/],
    [said(' \u202E\u0000\n '), 422, 'no_text', /write a sentence/],
    [said('a', { kind: 'praise' }), 422, 'bad_request', /kind/],
    [said('a', { attached: { ...ATTACHED, battery: 0.4 } }), 422, 'unknown_field', /battery/],
    [said('a', { attached: { ...ATTACHED, reason: '<b>' } }), 422, 'bad_request', /reason/],
    [said('a', { name: 'Maria' }), 422, 'unknown_field', /name/],
  ];
  for (const [body, status, code, message] of cases) {
    const refused = await write(driver, body);
    expect([refused.status, refused.body.error.code]).toEqual([status, code]);
    expect(refused.body.error.message).toMatch(message);
  }
  expect((await list()).feedback).toHaveLength(kept);
});

test('2,000 characters are taken, ten times a day, and everybody has ten of their own', async () => {
  const writer = await server.openAsker('Writer', 'driver');
  for (let i = 0; i < 10; i++) expect((await write(writer, said(`${i}${'y'.repeat(1_999)}`))).status).toBe(200);
  const refused = await write(writer, said('one more'));
  expect([refused.status, refused.body.error.code]).toEqual([429, 'too_much_feedback']);
  expect((await write(driver, said('mine'))).status).toBe(200);
  const page = await list('?limit=4');
  expect(page.feedback.map(({ text }) => text[0])).toEqual(['m', '9', '8', '7']);
  const next = await list(`?limit=4&before=${page.nextBefore}`);
  expect(next.feedback.map(({ text }) => text[0])).toEqual(['6', '5', '4', '3']);
});

test('nobody writes without a session', async () => {
  const response = await fetch(`${server.url}/api/feedback`, { method: 'POST', body: '{}' });
  expect(response.status).toBe(401);
});
