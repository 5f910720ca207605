import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { addressesOf } from './addresses.ts';

const at = (address: string, changes: Partial<NetworkInterfaceInfo> = {}): NetworkInterfaceInfo =>
  ({ address, family: address.includes(':') ? 'IPv6' : 'IPv4', internal: false, ...changes }) as NetworkInterfaceInfo;

test('a phone is sent to a private address of a real network first, and never to this machine’s own', () => {
  const found = addressesOf({
    lo: [at('127.0.0.1', { internal: true })],
    docker0: [at('172.17.0.1')],
    eth0: [at('203.0.113.9'), at('fe80::1', { scopeid: 2 } as Partial<NetworkInterfaceInfo>), at('2001:db8::9')],
    wlan0: [at('192.168.1.20')],
    usb0: [at('169.254.3.4')],
    gone: undefined,
  });
  expect(found).toEqual(['192.168.1.20', '203.0.113.9', '169.254.3.4', '2001:db8::9', '172.17.0.1']);
});

test('a machine without a network has none', () => {
  expect(addressesOf({ lo: [at('127.0.0.1', { internal: true })] })).toEqual([]);
});
