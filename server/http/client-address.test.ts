import { expect, test } from 'vitest';
import { clientAddress } from './client-address.ts';

test.each([
  ['itself', '203.0.113.7', undefined, 0, '203.0.113.7'],
  ['itself, as a socket for both families says it', '::ffff:203.0.113.7', undefined, 0, '203.0.113.7'],
  ['nobody’s word without a proxy that is trusted', '203.0.113.7', '198.51.100.1', 0, '203.0.113.7'],
  ['what the proxy says', '10.0.0.1', '198.51.100.1', 1, '198.51.100.1'],
  ['what the proxy says, not what its client said', '10.0.0.1', '1.2.3.4, 198.51.100.1', 1, '198.51.100.1'],
  ['the outer of two proxies', '10.0.0.1', '1.2.3.4, 198.51.100.1, 10.0.0.9', 2, '198.51.100.1'],
  ['the proxy, when it says nothing', '10.0.0.1', undefined, 1, '10.0.0.1'],
  ['the proxy, when it says what is no address', '10.0.0.1', 'unknown', 1, '10.0.0.1'],
  ['64 bits', '2001:db8:1:2:3:4:5:6', undefined, 0, '2001:db8:1:2::/64'],
  ['64 bits, shortened', '2001:db8::1', undefined, 0, '2001:db8:0:0::/64'],
  ['this machine', '::1', undefined, 0, '0:0:0:0::/64'],
  ['a zone is no part of it', 'fe80::1%eth0', undefined, 0, 'fe80:0:0:0::/64'],
] as const)('%s', (_, remote, forwarded, proxies, address) => {
  expect(clientAddress(remote, forwarded, proxies)).toBe(address);
});
