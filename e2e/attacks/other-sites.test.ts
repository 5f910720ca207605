import type { Context, Next } from 'hono';
import { afterEach, expect, vi } from 'vitest';
import { must } from '../../shared/assert.ts';
import type * as Guards from '../../server/http/guards.ts';
import { Browser } from '../../server/http/testing/test-browser.ts';
import { closeAll, tiny } from '../../server/http/testing/test-server.ts';
import { challengeOf, enrol, Line } from '../../server/link/testing/line.ts';
import { attack, count } from './attack.ts';
import { openTarget } from './target.ts';

/** What a page of another site does in the browser of somebody who is signed in here, cookie and all. */

afterEach(closeAll);

/** The application is composed as ever; while this is off, the guard lets every origin through. */
const guard = vi.hoisted(() => ({ isOn: true }));
vi.mock('../../server/http/guards.ts', async (original) => {
  const real = await original<typeof Guards>();
  const ownOriginWrites: typeof real.ownOriginWrites = (parts) => {
    const held = real.ownOriginWrites(parts);
    return (c: Context, next: Next) => (guard.isOn ? held(c, next) : next());
  };
  return { ...real, ownOriginWrites };
});

const EVIL = 'https://evil.example';

attack('CSRF: another site writes with the driver’s cookie', { control: 'ownOriginWrites' }, async (control) => {
  guard.isOn = control === 'on';
  const server = await openTarget();
  const victim = new Browser(server.url);
  await victim.join(server, 'Maria');
  const send = (origin: string, type: string, method: string, path: string, body?: string): Promise<Response> =>
    fetch(server.url + path, {
      method,
      // As a browser would that knows nothing of SameSite: the second lock.
      headers: { Origin: origin, Cookie: `zeus_session=${victim.cookie('zeus_session')}`, 'Content-Type': type },
      ...(body !== undefined && { body }),
    });
  const wishes = [
    ['POST', '/api/jobs', JSON.stringify(tiny(2))],
    ['POST', '/api/account/keys', JSON.stringify({ name: 'mine now' })],
    ['DELETE', '/api/session', undefined], // the last: it ends the session
  ] as const;
  const json = 'application/json';
  expect((await send(server.url, json, 'POST', '/api/jobs', JSON.stringify(tiny(1)))).status, 'our own page').toBe(202);
  // What a form can send without asking first is not JSON: a lock of its own, whatever the guard says.
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const { status } = await send(EVIL, type, 'POST', '/api/jobs', JSON.stringify(tiny(1)));
    expect([type, status]).toEqual([type, control === 'on' ? 403 : 415]);
  }
  return count(wishes.length, async (i) => {
    const [method, path, body] = must(wishes[i], 'a wish');
    return (await send(EVIL, json, method, path, body)).ok;
  });
});

attack(
  'cross-site WebSocket: another site opens a device’s link',
  { control: 'the list of origins, on every upgrade' },
  async (control) => {
    const server = await openTarget({}, { origins: control === 'off' ? [EVIL] : [] });
    const { id } = await enrol(server);
    const opens = async (origin: string): Promise<boolean> => {
      const line = new Line(server, origin);
      await Promise.race([line.until(() => line.isClosed), challengeOf(line, id).catch(() => undefined)]);
      const isOpen = !line.isClosed;
      line.drop();
      return isOpen;
    };
    expect(await opens(server.url), 'our own page').toBe(true);
    return count(1, () => opens(EVIL));
  },
);
