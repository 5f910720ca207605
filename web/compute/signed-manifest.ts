import { readManifest, readSigned, textToSign, type KernelManifest } from '../../shared/protocol/kernel-manifest.ts';
import { type Result, refuse } from '../../shared/result.ts';

/**
 * The manifest in a text, if `trustedKey` signed it. Every way in which it is not what it should be is one refusal: a
 * phone then computes nothing, and whose fault it is it cannot know.
 */
export async function verifiedManifest(
  text: string,
  trustedKey: string,
): Promise<Result<KernelManifest, 'bad_manifest'>> {
  const read = readSigned(text);
  if (!read.ok || read.value.key !== trustedKey) return refuse('bad_manifest');
  const { signed, signature } = read.value;
  try {
    const p256 = { name: 'ECDSA', namedCurve: 'P-256' };
    const key = await crypto.subtle.importKey('spki', bytesOf(trustedKey), p256, false, ['verify']);
    const by = { name: 'ECDSA', hash: 'SHA-256' };
    const isRight = await crypto.subtle.verify(
      by,
      key,
      bytesOf(signature),
      new TextEncoder().encode(textToSign(signed)),
    );
    return isRight ? readManifest(signed) : refuse('bad_manifest');
  } catch {
    return refuse('bad_manifest'); // not base64, or no such key
  }
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
