import { createPublicKey, verify, type KeyObject } from 'node:crypto';

const POINT_BYTES = 65;

/** The device's public key from its uncompressed P-256 point; nothing when the bytes are no point on the curve. */
export function publicKeyFrom(point: Uint8Array): KeyObject | undefined {
  if (point.length !== POINT_BYTES || point[0] !== 4) return undefined;
  const coordinate = (from: number): string => Buffer.from(point.subarray(from, from + 32)).toString('base64url');
  try {
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) }, format: 'jwk' });
  } catch {
    return undefined; // not on the curve
  }
}

/** ECDSA P-256 with SHA-256; the signature is r then s, as WebCrypto makes it. */
export function verifyProof(point: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const key = publicKeyFrom(point);
  return key !== undefined && verify('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
