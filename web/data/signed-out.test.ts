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

test('any reply that says nobody is signed in has it asked who is', async () => {
  let asked = 0;
  const connection = {
    read: () => ({ isOnline: true }) as const,
    subscribe: () => () => undefined,
    reached: () => undefined,
    missed: () => undefined,
  };
  const reply = (status: number) => async () => Response.json({ error: { code: 'x', message: '' } }, { status });
  await openApi(connection, reply(401), () => (asked += 1)).get('/api/credits');
  await openApi(connection, reply(403), () => (asked += 1)).get('/api/credits');
  expect(asked).toBe(1);
});
