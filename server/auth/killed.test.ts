import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test, vi } from 'vitest';
import { must } from '../../shared/assert.ts';
import type { NewKey, PasskeyChallenge, RoleChangeReply } from '../../shared/protocol/account.ts';
import type { Me } from '../../shared/protocol/app.ts';
import { makePasskey } from '../http/testing/test-passkey.ts';
import type { AuditEvent } from '../core/ports.ts';
import { Browser } from '../http/testing/test-browser.ts';
import { closePosts, openPost } from '../http/testing/test-post.ts';
import { run, runServer, type TestProcess } from '../http/testing/test-process.ts';
import { closeAll, temporaryFolder } from '../http/testing/test-server.ts';

// Processes and disks take what a busy machine gives them: this bounds a hang, nothing else.
vi.setConfig({ testTimeout: 120_000 });

const processes: TestProcess[] = [];
afterEach(async () => {
  for (const { kill } of processes) kill('SIGKILL');
  await Promise.all(processes.splice(0).map(({ ended }) => ended));
  await closeAll();
  await closePosts();
});

type Life = Awaited<ReturnType<typeof runServer>>;

/** Somebody whose session outlives the server's processes. */
class Person {
  #cookie = '';
  #browser: Browser | undefined;

  at({ url }: Life): Browser {
    if (this.#browser) this.#cookie = this.#browser.cookie('zeus_session');
    this.#browser = new Browser(url);
    this.#browser.setCookie('zeus_session', this.#cookie);
    return this.#browser;
  }
}

const path = {
  email: '/api/account/email',
  keys: '/api/account/keys',
  passkeys: '/api/account/passkeys',
  roles: '/api/admin/role-changes',
} as const;

/** Each act ends a life of the server: no time passes between its answer and the kill. */
async function killedAfterEach(
  dataDir: string,
  env: Record<string, string>,
  acts: readonly ((life: Life) => Promise<void>)[],
): Promise<void> {
  for (const act of acts) {
    const life = await runServer(dataDir, env);
    processes.push(life);
    await act(life);
    life.kill('SIGKILL');
    await life.ended;
  }
}

/** All that the log tells, after a start that carried what waited; throws when it is not whole. */
async function logOf(dataDir: string): Promise<readonly AuditEvent[]> {
  const last = await runServer(dataDir);
  processes.push(last);
  await last.operator.get('/api/admin/audit-log');
  last.kill('SIGTERM');
  await last.ended;
  const zeus = (...args: string[]) => run('cli.ts', ['audit', ...args, '--json'], { DATA_DIR: dataDir }).ended;
  const verified = await zeus('verify');
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('"fault":null')]);
  const lines = (await zeus('show')).stdout.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as AuditEvent);
}

const joinAs = async (life: Life, browser: Browser, role: Me['role'], name: string): Promise<number> => {
  const headers = { 'Content-Type': 'application/json' };
  const call = { method: 'POST', headers, body: JSON.stringify({ role }) };
  const { code } = (await life.operator.send<{ code: string }>('/api/invites', call)).body;
  return (await browser.post<Me>('/api/accounts', { invite: code, name })).body.accountId;
};

test('killed right after the answer, a server has every act in its log, exactly once', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  const post = await openPost();
  const [ada, eve] = [new Person(), new Person()];
  const passkey = makePasskey('localhost');
  const originOf = ({ url }: Life): string => `http://localhost:${new URL(url).port}`;
  const done = async (answer: Promise<{ readonly status: number }>): Promise<void> =>
    expect((await answer).status).toBe(200);
  const keep = async (browser: Browser, email: string): Promise<void> => {
    await done(browser.post(path.email, { email }));
    await done(browser.send('PUT', path.email, { email, code: await post.next(email) }));
  };
  const addPasskey = async (life: Life): Promise<void> => {
    const browser = ada.at(life);
    const { options } = (await browser.post<PasskeyChallenge>(`${path.passkeys}/challenge`, { name: 'Phone' })).body;
    const response = passkey.register(String(options['challenge']), originOf(life));
    await done(browser.post(path.passkeys, { name: 'Phone', response }));
  };
  let [adaId, eveId, keyId, change] = [0, 0, 0, 0];
  await killedAfterEach(dataDir, { SMTP_URL: post.url }, [
    async (life) => {
      const browser = ada.at(life);
      adaId = await joinAs(life, browser, 'admin', 'Ada');
      await keep(browser, 'ada@example.org');
    },
    addPasskey,
    async (life) => {
      const browser = ada.at(life);
      const { options } = (await browser.post<PasskeyChallenge>('/api/sign-in/passkey/challenge', {})).body;
      const response = passkey.assert(String(options['challenge']), originOf(life));
      await done(browser.post('/api/sign-in/passkey', { response }));
    },
    (life) => done(ada.at(life).send('DELETE', path.email)),
    async (life) => {
      const browser = ada.at(life);
      await keep(browser, 'ada@example.org');
      const { passkeys } = (await browser.get<{ passkeys: readonly { id: string }[] }>('/api/account')).body;
      await done(browser.send('DELETE', `${path.passkeys}/${passkeys[0]?.id}`));
    },
    async (life) => {
      const browser = ada.at(life);
      await done(browser.post('/api/sign-in/code', { email: 'ada@example.org' }));
      const code = await post.next('ada@example.org');
      await done(browser.post('/api/sign-in/code/proof', { email: 'ada@example.org', code }));
    },
    async (life) => {
      keyId = (await ada.at(life).post<NewKey>(path.keys, { name: 'nightly' })).body.id;
    },
    (life) => done(ada.at(life).send('DELETE', `${path.keys}/${keyId}`)),
    async (life) => {
      const browser = ada.at(life);
      await browser.post('/api/invites', { role: 'driver' });
      const { invites } = (await browser.get<{ invites: readonly { id: string; accountId: number | null }[] }>('/api/admin/invites')).body; // prettier-ignore
      await done(
        browser.send('DELETE', `/api/admin/invites/${invites.find(({ accountId }) => accountId === null)?.id}`),
      );
    },
    async (life) => {
      const browser = eve.at(life);
      eveId = await joinAs(life, browser, 'admin', 'Eve');
      await keep(browser, 'eve@example.org');
      const driver = await joinAs(life, new Browser(life.url), 'driver', 'Dora');
      const proposed = await ada.at(life).post<RoleChangeReply>(path.roles, { accountId: driver, role: 'tester' });
      change = must(proposed.body.change, 'a proposal').id;
    },
    (life) => done(eve.at(life).post(`${path.roles}/${change}/approval`, {})),
  ]);
  const told = (await logOf(dataDir)).filter(
    ({ action }) => !/^(audit|invite_(created|accepted)|account)/.test(action),
  );
  expect(told.map(({ action, actorId, detail }) => [action, actorId, detail['by']].join(' ').trim())).toEqual([
    `email_set ${adaId}`,
    `passkey_added ${adaId}`,
    `signed_in ${adaId} passkey`,
    `email_removed ${adaId}`,
    `email_set ${adaId}`,
    `passkey_removed ${adaId}`,
    `signed_in ${adaId} code`,
    `key_created ${adaId}`,
    `key_revoked ${adaId}`,
    `invite_revoked ${adaId}`,
    `email_set ${eveId}`,
    `role_proposed ${adaId}`,
    `role_changed ${eveId}`,
  ]);
});

test('killed in between, what the database holds and what the log tells are the same acts', async () => {
  const dataDir = join(temporaryFolder(), 'data');
  const acknowledged = new Set<number>();
  const many = async (life: Life, answers: number): Promise<void> => {
    const people = await Promise.all(
      Array.from({ length: 4 }, async (_, i) => {
        const browser = new Browser(life.url);
        await joinAs(life, browser, 'driver', `Driver ${i}`);
        return browser;
      }),
    );
    let count = 0;
    const makeKeys = async (browser: Browser): Promise<void> => {
      for (let i = 0; i < 8; i++) {
        const { id } = (await browser.post<NewKey>(path.keys, { name: 'burst' })).body;
        acknowledged.add(id);
        if (++count === answers) life.kill('SIGKILL');
      }
    };
    await Promise.all(people.map((browser) => makeKeys(browser).catch(() => undefined))); // those the kill cut off
    expect(count).toBeGreaterThanOrEqual(answers);
  };
  await killedAfterEach(dataDir, {}, [(life) => many(life, 1), (life) => many(life, 6), (life) => many(life, 17)]);
  const told = (await logOf(dataDir))
    .filter(({ action }) => action === 'key_created')
    .map(({ target }) => Number(target.replace('key:', '')));
  const db = new Database(join(dataDir, 'zeus.db'), { readonly: true });
  const kept = db.prepare<[], { id: number }>('SELECT id FROM api_key ORDER BY id').all();
  const waiting = db.prepare('SELECT count(*) AS n FROM audit_event').get();
  db.close();
  expect(told).toEqual(kept.map(({ id }) => id));
  expect(acknowledged.size).toBeGreaterThanOrEqual(24);
  expect([...acknowledged].filter((id) => !told.includes(id))).toEqual([]);
  expect(waiting).toEqual({ n: 0 });
});
