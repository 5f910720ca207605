import { afterEach, expect } from 'vitest';
import { must } from '../../shared/assert.ts';
import { DAY } from '../../shared/time.ts';
import { closeAll, tiny, type Asker } from '../../server/http/testing/test-server.ts';
import { enrol } from '../../server/link/testing/line.ts';
import { attack, count } from './attack.ts';
import { openTarget, withLimits } from './target.ts';

/** Finding out what is there by asking for it. Ids count up, so guessing them is free: what is said of them is the control. */

afterEach(closeAll);

attack(
  'enumeration: walking through ids of requests and phones',
  { control: 'what is another’s is answered as what is absent; off = asked by its owner' },
  async (control) => {
    const server = await openTarget();
    const [owner, stranger] = [await server.openAsker('Maria', 'driver'), await server.openAsker('Eve', 'driver')];
    const { jobId } = (await owner.submit(tiny(2))).body;
    const { id: deviceId } = await enrol(server, owner.account.id);
    const asker = control === 'on' ? stranger : owner;
    const said = async (by: Asker, path: string): Promise<string> => {
      const { status, body, headers } = await by.get(path);
      return JSON.stringify([status, body, headers.get('content-type'), headers.get('content-length')]);
    };
    const paths = [
      [`/api/jobs/${jobId}`, '/api/jobs/999999'],
      [`/api/devices/${deviceId}`, '/api/devices/999999'],
      [`/api/devices/${deviceId}/self-test`, '/api/devices/999999/self-test'],
    ] as const;
    return count(paths.length, async (i) => {
      const [there, absent] = must(paths[i], 'a path');
      return (await said(asker, there)) !== (await said(asker, absent));
    });
  },
);

attack('enumeration: guessing invite codes', { control: 'limits.entriesPerMinute', passes: 3 }, async (control) => {
  const server = await withLimits({ entriesPerMinute: control === 'on' ? 3 : 10_000 }); // the next one in 20 s
  const guess = async (invite: string): Promise<number> => {
    const response = await fetch(`${server.url}/api/accounts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ invite, name: 'Eve' }),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const tries = await count(8, async (i) => (await guess(`guess-${i}`)) === 404);
  if (control === 'off') expect(await guess(await server.people.invite('driver', DAY)), 'a right one').toBe(200);
  return tries;
});
