import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { z } from 'zod';

/**
 * The keys of a log, each random, kept beside it sealed under the master key that the environment gives (or that comes from
 * the root secret). Rotation adds a key: what older ones sealed stays readable, nothing more is sealed under them. Another
 * master key seals the same ring anew, and no record has to be written again.
 */
export interface KeyRing {
  /** Random, of this log alone: no line of another log passes for one of its own. */
  readonly logId: string;
  /** By id, from 1 on without gaps; the last one seals. */
  readonly keys: readonly Uint8Array[];
}

const sealedRing = z.strictObject({ logId: z.string(), iv: z.string(), data: z.string() });
const KEY_BYTES = 32;
const TAG_BYTES = 16;

export const newKeyRing = (): KeyRing => ({
  logId: randomBytes(16).toString('hex'),
  keys: [randomBytes(KEY_BYTES)],
});

export const rotated = ({ logId, keys }: KeyRing): KeyRing => ({ logId, keys: [...keys, randomBytes(KEY_BYTES)] });

export const keyIn =
  ({ keys }: KeyRing) =>
  (keyId: number): Uint8Array | undefined =>
    keys[keyId - 1];

export function sealRing({ logId, keys }: KeyRing, master: Uint8Array): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', master, iv);
  cipher.setAAD(Buffer.from(`zeus-audit-keys-1\n${logId}`));
  const sealed = Buffer.concat([cipher.update(Buffer.concat(keys)), cipher.final(), cipher.getAuthTag()]);
  return `${JSON.stringify({ logId, iv: iv.toString('base64url'), data: sealed.toString('base64url') })}\n`;
}

/** Nothing when the text is damaged, or sealed under another master key. */
export function openRing(text: string, master: Uint8Array): KeyRing | undefined {
  try {
    const { logId, iv, data } = sealedRing.parse(JSON.parse(text));
    const sealed = Buffer.from(data, 'base64url');
    const decipher = createDecipheriv('aes-256-gcm', master, Buffer.from(iv, 'base64url'), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(`zeus-audit-keys-1\n${logId}`));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const bytes = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    const keys = Array.from(
      { length: bytes.length / KEY_BYTES },
      (_, i) => new Uint8Array(bytes.subarray(i * KEY_BYTES, (i + 1) * KEY_BYTES)),
    );
    return keys.length > 0 ? { logId, keys } : undefined;
  } catch {
    return undefined;
  }
}
