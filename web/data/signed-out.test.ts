import { expect, test } from 'vitest';
import type { Me } from '../../shared/protocol/app.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import { openApi, type Problem } from './api.ts';
import { resource } from './resource.ts';
import { leaving, startOverWhenSignedOut } from './signed-out.ts';

const OUT: Problem = { kind: 'refused', status: 401, code: 'unauthorised', message: '' };

function page() {
  let reply: Result<Me, Problem> = ok({ name: 'Maria' } as Me);
  const me = resource<Me>(async () => reply);
  const went: string[] = [];
  startOverWhenSignedOut(me, (path) => went.push(path));
  return { me, went, answer: (next: typeof reply) => void (reply = next) };
}

test('whoever was in and is signed out elsewhere has a page that begins anew', async () => {
  const { me, went, answer } = page();
  await me.refresh();
  answer(refuse({ kind: 'unreached' }));
  await me.refresh();
  expect(went).toEqual([]);
  answer(refuse(OUT));
  await me.refresh();
  expect(went).toEqual(['/?signed-out']);
});

test('whoever never was in stays where they are, and so does a page that signs out by itself', async () => {
  const never = page();
  never.answer(refuse(OUT));
  await never.me.refresh();
  expect(never.went).toEqual([]);

  const own = page();
  await own.me.refresh();
  own.answer(refuse(OUT));
  const stay = leaving();
  await own.me.refresh();
  expect(own.went).toEqual([]);
  stay();
  await own.me.refresh();
  expect(own.went).toEqual(['/?signed-out']);
});

const connection = {
  read: () => ({ isOnline: true }) as const,
  subscribe: () => () => undefined,
  reached: () => undefined,
  missed: () => undefined,
};

test('any reply that says nobody is signed in has it asked who is', async () => {
  let asked = 0;
  const reply = (status: number) => async () => Response.json({ error: { code: 'x', message: '' } }, { status });
  await openApi(connection, reply(401), () => (asked += 1)).get('/api/credits');
  await openApi(connection, reply(403), () => (asked += 1)).get('/api/credits');
  expect(asked).toBe(1);
});

test('while somebody shows who they are, the end of the session of before is no sign of leaving', async () => {
  const body = (status: number) =>
    Response.json(status === 200 ? {} : { error: { code: 'x', message: '' } }, { status });
  for (const proof of [200, 422]) {
    const sent: string[] = [];
    let asked = 0;
    let isNew = false;
    let answerProof = (): void => undefined;
    const send = async (path: unknown): Promise<Response> => {
      sent.push(String(path));
      if (path !== '/api/sign-in/passkey') return body(isNew ? 200 : 401);
      await new Promise<void>((resolve) => (answerProof = resolve));
      isNew = proof === 200;
      return body(proof);
    };
    const api = openApi(connection, send, () => (asked += 1));
    const proven = api.post('/api/sign-in/passkey', {});
    const read = api.get('/api/me'); // by the session that has just ended
    await Promise.resolve();
    answerProof();
    const { ok: isProven } = await proven;
    const { ok: isRead } = await read;
    expect([isProven, isRead, asked, sent.length]).toEqual(proof === 200 ? [true, true, 0, 3] : [false, false, 1, 2]);
  }
});
