import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { isPublicAddress, postToPublic, publicLookup, publicUrl } from './public-address.ts';

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '93.184.216.34',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '100.63.255.255',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001::1',
])('%s is public', (address) => expect(isPublicAddress(address)).toBe(true));

test.each([
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.255',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.168.0.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::7f00:1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  '100::1',
  'localhost',
  '',
  '1.1.1',
])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

test.each([
  ['https://hooks.example.com/x', undefined],
  ['https://hooks.example.com:8443/x', undefined],
  ['hooks.example.com', 'not_a_url'],
  ['http://hooks.example.com/', 'not_https'],
  ['file:///etc/passwd', 'not_https'],
  ['https://user:pass@hooks.example.com/', 'has_credentials'],
  ['https://hooks.example.com:22/', 'odd_port'],
  ['https://localhost/', 'not_public'],
  ['https://db.internal/', 'not_public'],
  ['https://intranet/', 'not_public'],
  ['https://127.0.0.1/', 'not_public'],
  ['https://127.1/', 'not_public'],
  ['https://0x7f000001/', 'not_public'],
  ['https://2130706433/', 'not_public'],
  ['https://0177.0.0.1/', 'not_public'],
  ['https://[::1]/', 'not_public'],
  ['https://[::ffff:10.0.0.1]/', 'not_public'],
  ['https://169.254.169.254/latest/meta-data', 'not_public'],
] as const)('%s: %s', (text, refusal) => {
  const judged = publicUrl(text);
  expect(judged.ok ? undefined : judged.error).toBe(refusal);
});

test('a name is called at the addresses that were checked, and not at all when one of them is closed', async () => {
  const touched: string[] = [];
  const trap = createServer((socket) => {
    touched.push('touched');
    socket.destroy();
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  const { port } = trap.address() as AddressInfo;
  let looks = 0;
  // Public at the first look, this machine at the second: rebinding. And one closed address hidden among public ones.
  const rebinding = publicLookup((_host, _options, done) =>
    done(null, [{ address: looks++ === 0 ? '192.0.2.1' : '127.0.0.1', family: 4 }]),
  );
  const mixed = publicLookup((_host, _options, done) =>
    done(null, [
      { address: '8.8.8.8', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]),
  );
  const url = new URL(`https://hooks.example.com:${port}/`);
  for (const lookup of [rebinding, rebinding, mixed]) {
    expect(await postToPublic(url, { body: '{}', timeoutMs: 5_000, lookup })).toEqual({
      ok: false,
      error: 'not_public',
    });
  }
  expect(touched).toEqual([]);
  // The trap is one: without the check the same call arrives.
  const open = await postToPublic(url, {
    body: '{}',
    timeoutMs: 5_000,
    lookup: (_host, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
  });
  expect([open, touched]).toEqual([{ ok: false, error: 'unreachable' }, ['touched']]);
  await new Promise((resolve) => trap.close(resolve));
});
