/** Signs the manifest of kernels, and verifies one. The format is in `shared/protocol/kernel-manifest.ts`. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readManifest,
  readSigned,
  textToSign,
  type KernelManifest,
  type SignedManifest,
} from '../../shared/protocol/kernel-manifest.ts';
import { type Result, ok, refuse } from '../../shared/result.ts';

/** `bad_key`: no private key in PEM (PKCS #8). `wrong_curve`: a key, but not for ECDSA on P-256. */
export type KeyRefusal = 'bad_key' | 'wrong_curve';

export function signingKey(pem: string): Result<KeyObject, KeyRefusal> {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    return refuse('bad_key');
  }
  return isP256(key) ? ok(key) : refuse('wrong_curve');
}

/** A new key, in PEM. */
export function newSigningKey(): { readonly pem: string; readonly publicKey: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), publicKey: publicHalf(privateKey) };
}

/** In development everybody signs with the same key, which the app of a development build trusts. */
export function developmentKey(): KeyObject {
  return createPrivateKey(readFileSync(join(import.meta.dirname, 'development-only.key.pem'), 'utf8'));
}

/** As the manifest, `KERNEL_KEY` and the app carry it: SubjectPublicKeyInfo in base64. */
export const publicHalf = (key: KeyObject): string =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64');

/** Whether KERNEL_KEY holds the public half of a signing key. */
export function isPublicKey(base64: string): boolean {
  try {
    return isP256(publicKeyIn(base64));
  } catch {
    return false;
  }
}

export function signManifest(manifest: KernelManifest, key: KeyObject): SignedManifest {
  const signed = JSON.stringify(manifest);
  const signature = sign('sha256', Buffer.from(textToSign(signed)), { key, dsaEncoding: 'ieee-p1363' });
  return { signed, key: publicHalf(key), signature: signature.toString('base64') };
}

/** `altered`: no manifest, or not what its key signed. */
export function openManifest(
  text: string,
): Result<{ readonly manifest: KernelManifest; readonly key: string }, 'altered'> {
  const read = readSigned(text);
  if (!read.ok || !isSignedBy(read.value)) return refuse('altered');
  const manifest = readManifest(read.value.signed);
  return manifest.ok ? ok({ manifest: manifest.value, key: read.value.key }) : refuse('altered');
}

function isSignedBy({ signed, key, signature }: SignedManifest): boolean {
  if (!isPublicKey(key)) return false;
  const by = { key: publicKeyIn(key), dsaEncoding: 'ieee-p1363' } as const;
  return verify('sha256', Buffer.from(textToSign(signed)), by, Buffer.from(signature, 'base64'));
}

const publicKeyIn = (base64: string): KeyObject =>
  createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' });

const isP256 = (key: KeyObject): boolean =>
  key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1';
