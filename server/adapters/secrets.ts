import { createHash, createHmac, hkdfSync, randomBytes, randomInt } from 'node:crypto';
import type { Secrets } from '../core/ports.ts';

/**
 * All secrets of one server from one 32-byte root, kept in the data folder: each use has its own key, derived by HKDF, so
 * that a leaked audit draw says nothing about lease tokens.
 */
export function secretsFrom(root: Uint8Array): Secrets {
  const leaseKey = derive(root, 'lease-token-1');
  const auditKey = derive(root, 'audit-draw-1');
  return {
    leaseKeyId: 1,
    leaseMac: (keyId, bytes) => (keyId === 1 ? hmac(leaseKey, bytes) : undefined),
    auditMac: (bytes) => hmac(auditKey, bytes),
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    rng: { u32: () => randomInt(0x1_0000_0000) },
  };
}

/** What cookies are signed with, as text: the sign-in library wants letters. */
export const signInSecret = (root: Uint8Array): string => Buffer.from(derive(root, 'sign-in-1')).toString('base64url');
/** What the audit log's keys are sealed under, unless the environment gives a key of its own. */
export const auditMasterFrom = (root: Uint8Array): Uint8Array => derive(root, 'audit-log-1');

export const newRoot = (): Uint8Array => randomBytes(32);

const derive = (root: Uint8Array, use: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', root, 'zeusdrive', use, 32));

const hmac = (key: Uint8Array, bytes: Uint8Array): Uint8Array => createHmac('sha256', key).update(bytes).digest();
