import { createHmac } from 'node:crypto';
import { equalBytes } from '../../shared/bytes.ts';

/**
 * Signatures that repeat. ECDSA draws a random number for each, so the same run would never give the same bytes twice; the
 * twin is an HMAC, and its "public" key carries the key itself. What the protocol does with a signature stays what it is.
 */
export interface DeviceKey {
  readonly secret: Uint8Array;
  /** 65 bytes, like an uncompressed P-256 point. */
  readonly publicKey: Uint8Array;
}

export function deviceKey(secret: Uint8Array): DeviceKey {
  const publicKey = new Uint8Array(65);
  publicKey[0] = 4;
  publicKey.set(secret, 1);
  return { secret, publicKey };
}

/** 64 bytes. */
export const sign = (secret: Uint8Array, bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHmac('sha512', secret).update(bytes).digest());

export const isSignature = (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean =>
  equalBytes(sign(publicKey.subarray(1, 33), bytes), signature);
