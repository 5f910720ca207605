import { createServer, type AddressInfo, type LookupFunction } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { expect, onTestFinished } from 'vitest';
import { must } from '../../shared/assert.ts';
import { postToPublic, publicLookup, publicUrl } from '../../server/adapters/public-address.ts';
import { attack, count } from './attack.ts';

/** Makes the server call a service that only it can reach. A trap on this machine counts who connects. */

attack(
  'SSRF: a webhook at a name that leads to the server’s own machine',
  { control: 'publicLookup: the socket connects to the address that was checked' },
  async (control) => {
    let touched = 0;
    const trap = createServer((socket) => {
      touched++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void trap.close());
    const { port } = trap.address() as AddressInfo;
    const here: LookupAddress = { address: '127.0.0.1', family: 4 };
    // Plainly, hidden among public ones, and as an IPv6 address that holds an IPv4 one.
    const answers = [[here], [{ address: '8.8.8.8', family: 4 }, here], [{ address: '::ffff:127.0.0.1', family: 6 }]];
    const tries = await count(answers.length, async (i) => {
      const before = touched;
      const addresses = must(answers[i], 'an answer');
      const unchecked: LookupFunction = (_host, _options, done) => done(null, [must(addresses.at(-1), 'an address')]);
      const lookup = control === 'on' ? publicLookup((_host, _options, done) => done(null, addresses)) : unchecked;
      const url = new URL(`https://hooks.example.com:${port}/`);
      await postToPublic(url, { body: '{}', timeoutMs: 5_000, lookup });
      return touched > before;
    });
    // Written as a number, it is turned away before any name is looked up; a public one is not.
    for (const text of [
      'https://127.0.0.1/',
      'https://2130706433/',
      'https://[::1]/',
      'https://169.254.169.254/latest',
    ])
      expect([text, publicUrl(text).ok]).toEqual([text, false]);
    expect(publicUrl('https://hooks.example.com/').ok).toBe(true);
    return tries;
  },
);
