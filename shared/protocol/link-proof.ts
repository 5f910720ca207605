import { assert } from '../assert.ts';
import { concatBytes, viewOf } from '../bytes.ts';
import type { DeviceId } from '../ids.ts';

const DOMAIN = 'zeusdrive-link-v1';

const asciiBytes = (text: string): Uint8Array => {
  assert(/^[\x21-\x7e]*$/.test(text), `expected printable ASCII, got ${JSON.stringify(text)}`);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
};

/**
 * What a device signs to open a link (ECDSA P-256 with SHA-256):
 *
 * | bytes | meaning                                                                                      |
 * |-------|----------------------------------------------------------------------------------------------|
 * | 17    | `zeusdrive-link-v1`: a signature made for anything else is worth nothing here                |
 * | 2 + n | origin, u16 length first, as in the browser (`https://…`): a proof made for one server cannot be carried to another |
 * | 32    | the challenge's nonce: once, in time                                                         |
 * | 4     | device id, u32 little-endian                                                                 |
 */
export function linkProofBytes(origin: string, nonce: Uint8Array, deviceId: DeviceId): Uint8Array {
  assert(nonce.length === 32, `a nonce has 32 bytes, got ${nonce.length}`);
  assert(origin.length <= 0xffff, `an origin has at most 65,535 characters, got ${origin.length}`);
  const length = new Uint8Array(2);
  viewOf(length).setUint16(0, origin.length, true);
  const device = new Uint8Array(4);
  viewOf(device).setUint32(0, deviceId, true);
  return concatBytes(asciiBytes(DOMAIN), length, asciiBytes(origin), nonce, device);
}
