import { expect, it } from 'vitest';
import { deviceId } from '../ids.ts';
import { linkProofBytes } from './link-proof.ts';

const nonce = Uint8Array.from({ length: 32 }, (_, i) => i);

it('signs the domain, the origin with its length, the nonce and the device', () => {
  const bytes = Buffer.from(linkProofBytes('https://a.example', nonce, deviceId(0x01020304)));
  expect(bytes.subarray(0, 17).toString()).toBe('zeusdrive-link-v1');
  expect([...bytes.subarray(17, 19)]).toEqual([17, 0]);
  expect(bytes.subarray(19, 36).toString()).toBe('https://a.example');
  expect([...bytes.subarray(36, 68)]).toEqual([...nonce]);
  expect([...bytes.subarray(68)]).toEqual([4, 3, 2, 1]);
});

it('refuses an origin that is not printable ASCII', () => {
  expect(() => linkProofBytes('https://ä.example', nonce, deviceId(1))).toThrow('printable ASCII');
});
