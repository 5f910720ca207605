import { readFileSync } from 'node:fs';
import { afterEach, expect } from 'vitest';
import { must } from '../../shared/assert.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { micros } from '../../shared/money.ts';
import type { PasskeyChallenge, RoleChangeReply } from '../../shared/protocol/account.ts';
import type { AdjustmentView } from '../../shared/protocol/rest.ts';
import { MINUTE } from '../../shared/time.ts';
import { tokenFileIn } from '../../server/adapters/data-folder.ts';
import { Browser } from '../../server/http/testing/test-browser.ts';
import { closePosts, openPost } from '../../server/http/testing/test-post.ts';
import { closeAll, type TestServer } from '../../server/http/testing/test-server.ts';
import { attack, count } from './attack.ts';
import { makePasskey } from '../../server/http/testing/test-passkey.ts';
import { openTarget } from './target.ts';

/** Who would be an admin, or act as one. */

afterEach(async () => {
  await closeAll();
  await closePosts();
});

/** An admin with a passkey, who has shown it just now. */
async function openAdmin(
  server: TestServer,
  name: string,
): Promise<{ readonly browser: Browser; readonly id: number }> {
  const browser = new Browser(server.url);
  const id = (await browser.join(server, name, 'admin')).body.accountId;
  const [passkey, origin] = [makePasskey('localhost'), `http://localhost:${server.port}`];
  const challenge = async (path: string, body: unknown): Promise<string> =>
    String((await browser.post<PasskeyChallenge>(path, body)).body.options['challenge']);
  const made = passkey.register(await challenge('/api/account/passkeys/challenge', { name }), origin);
  expect((await browser.post('/api/account/passkeys', { name, response: made })).status).toBe(200);
  const shown = passkey.assert(await challenge('/api/sign-in/passkey/challenge', {}), origin);
  expect((await browser.post('/api/sign-in/passkey', { response: shown })).status).toBe(200);
  return { browser, id };
}

const CHANGES = '/api/admin/role-changes';

attack(
  'admin takeover: an admin makes a friend an admin, alone',
  { control: 'a change of role takes a second admin' },
  async (control) => {
    const server = await openTarget();
    const [ada, eve] = [await openAdmin(server, 'Ada'), await openAdmin(server, 'Eve')];
    const friend = (await new Browser(server.url).join(server, 'Mallory')).body.accountId;
    const proposed = await ada.browser.post<RoleChangeReply>(CHANGES, { accountId: friend, role: 'admin' });
    expect(proposed.body.state).toBe('proposed');
    const { id } = must(proposed.body.change, 'a proposal');
    // Off: the server takes it for another's.
    if (control === 'off') server.store.database.prepare('UPDATE role_change SET proposed_by = ?').run(eve.id);
    return count(1, async () => (await ada.browser.post(`${CHANGES}/${id}/approval`, {})).status === 200);
  },
);

const ADJUST = '/api/admin/adjustments';
const USD = 1_000_000;

attack(
  'admin takeover: an admin pays a friend, alone',
  { control: 'an adjustment above $50 takes a second admin' },
  async (control) => {
    const server = await openTarget();
    const [ada, eve] = [await openAdmin(server, 'Ada'), await openAdmin(server, 'Eve')];
    const friend = (await new Browser(server.url).join(server, 'Mallory')).body.accountId;
    const wish = { accountId: friend, micros: 500 * USD, reason: 'A friend' };
    const { body } = await ada.browser.post<AdjustmentView>(ADJUST, wish);
    expect(body.state).toBe('proposed');
    // Off: the server takes it for another's.
    if (control === 'off') server.store.database.prepare('UPDATE adjustment SET author_id = ?').run(eve.id);
    return count(
      1,
      async () => (await ada.browser.post(`${ADJUST}/${body.id}/verdict`, { isApproved: true })).status === 200,
    );
  },
);

attack(
  'admin takeover: an admin pays a friend, alone, in small pieces',
  { control: 'adjustments.aloneMicros counts a day together', passes: 2 },
  async (control) => {
    const adjustments = { ...POLICY.adjustments, ...(control === 'off' && { aloneMicros: micros(1_000 * USD) }) };
    const server = await openTarget({ adjustments });
    const ada = await openAdmin(server, 'Ada');
    const friend = (await new Browser(server.url).join(server, 'Mallory')).body.accountId;
    return count(6, async (i) => {
      const wish = { accountId: friend, micros: 20 * USD, reason: `Piece ${i}` };
      return (await ada.browser.post<AdjustmentView>(ADJUST, wish)).body.state === 'done';
    });
  },
);

attack(
  'admin takeover: the only admin’s stolen session makes itself the second person',
  { control: 'a change of role takes a second person, always' },
  async (control) => {
    const server = await openTarget();
    const ada = await openAdmin(server, 'Ada');
    const friend = (await new Browser(server.url).join(server, 'Mallory')).body.accountId;
    const { body } = await ada.browser.post<RoleChangeReply>(CHANGES, { accountId: friend, role: 'admin' });
    const { id } = must(body.change, 'a proposal');
    // Off: the server takes it for the console's.
    if (control === 'off') server.store.database.exec('UPDATE role_change SET proposed_by = 1');
    return count(1, async () => (await ada.browser.post(`${CHANGES}/${id}/approval`, {})).status === 200);
  },
);

attack(
  'admin takeover: a session stolen from a phone left open',
  { control: 'step-up: signIn.freshMs' },
  async (control) => {
    const freshMs = control === 'on' ? POLICY.signIn.freshMs : Number.MAX_SAFE_INTEGER;
    const server = await openTarget({ signIn: { ...POLICY.signIn, freshMs } });
    const ada = await openAdmin(server, 'Ada');
    const friendId = (await new Browser(server.url).join(server, 'Mallory')).body.accountId;
    // The passkey was shown long ago.
    server.store.database.exec("UPDATE auth_session SET proven_at = '2020-01-01T00:00:00.000Z'");
    expect((await ada.browser.get('/api/admin/fleet')).status, 'the session itself is good').toBe(200);
    const wanted = [
      ['POST', CHANGES, { accountId: friendId, role: 'admin' }],
      ['POST', ADJUST, { accountId: friendId, micros: 1, reason: 'A friend' }],
      ['PUT', '/api/admin/programme', { isOn: true, targetPercent: 0.5, reason: 'mine' }],
      ['POST', '/api/account/keys', { name: 'a way back in' }],
    ] as const;
    return count(wanted.length, async (i) => {
      const [method, path, body] = must(wanted[i], 'a wish');
      return (await ada.browser.send(method, path, body)).status === 200;
    });
  },
);

attack(
  'admin takeover: the first admin’s link, found in a terminal’s history',
  { control: 'an invite is good once' },
  async (control) => {
    const server = await openTarget();
    const invite = await server.people.invite('admin', 30 * MINUTE);
    const join = async (name: string): Promise<boolean> =>
      (await new Browser(server.url).post('/api/accounts', { invite, name })).status === 200;
    const atOnce = await Promise.all(['Ada', 'Eve', 'Ida', 'Ben'].map(join));
    expect(atOnce.filter(Boolean), 'four who come at the same moment').toHaveLength(1);
    return count(3, async () => {
      if (control === 'off') server.store.database.exec('UPDATE invite SET account_id = NULL');
      return join('Mallory');
    });
  },
);

attack('account takeover: guessing a code by email', { control: 'signIn.codeTries' }, async (control) => {
  const post = await openPost();
  const signIn = { ...POLICY.signIn, ...(control === 'off' && { codeTries: 1_000 }) };
  const server = await openTarget({ signIn }, { smtpUrl: post.url });
  const email = 'maria@example.org';
  const maria = new Browser(server.url);
  await maria.join(server, 'Maria');
  await maria.post('/api/account/email', { email });
  await maria.send('PUT', '/api/account/email', { email, code: await post.next(email) });
  const thief = new Browser(server.url);
  await thief.post('/api/sign-in/code', { email });
  const right = await post.next(email);
  const wrong = right === '000000' ? '000001' : '000000';
  const guess = async (code: string): Promise<boolean> =>
    (await thief.post('/api/sign-in/code/proof', { email, code })).status === 200;
  for (let i = 0; i < POLICY.signIn.codeTries; i++) expect(await guess(wrong)).toBe(false);
  return count(1, () => guess(right));
});

attack(
  'account takeover: guessing one code after another, all day',
  { control: 'signIn.codesPerEmailADay, set to 3', passes: 3 },
  async (control) => {
    const post = await openPost();
    const many = { codesPerEmail: 1_000, triesPerAccount: 1_000, triesPerAddress: 10_000 };
    const signIn = { ...POLICY.signIn, ...many, codesPerEmailADay: control === 'on' ? 3 : 1_000 };
    const server = await openTarget({ signIn }, { smtpUrl: post.url });
    const email = 'maria@example.org';
    const maria = new Browser(server.url);
    await maria.join(server, 'Maria');
    await maria.post('/api/account/email', { email });
    await maria.send('PUT', '/api/account/email', { email, code: await post.next(email) });
    // Each code that is sent is five guesses more, from wherever they come.
    return count(8, async () => (await new Browser(server.url).post('/api/sign-in/code', { email })).status === 200);
  },
);

attack(
  'admin takeover: the console’s token, out of a backup of the data folder',
  { control: 'it is good on this machine alone, not by way of a proxy' },
  async (control) => {
    const server = await openTarget();
    const token = readFileSync(tokenFileIn(server.dataDir), 'utf8').trim();
    const Authorization = `Bearer ${token}`;
    const invite = { method: 'POST', body: JSON.stringify({ role: 'admin' }) };
    const json = { Authorization, 'Content-Type': 'application/json' };
    expect((await fetch(`${server.url}/api/admin/people`, { headers: json })).status, 'the command line').toBe(200);
    // From outside people come by the operator's proxy. Off: by one that leaves no trace of itself, and that is what remains.
    const traces = ['X-Forwarded-For', 'X-Real-IP', 'Forwarded', 'Via', 'X-Forwarded-Proto'];
    return count(traces.length, async (i) => {
      const headers = { ...json, ...(control === 'on' && { [must(traces[i], 'a trace')]: '203.0.113.7' }) };
      return (await fetch(`${server.url}/api/invites`, { ...invite, headers })).status === 200;
    });
  },
);
