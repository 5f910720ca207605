import { readPrivateFile, writePrivateFile } from './private-file.ts';
import { newRoot } from './secrets.ts';
import { StartError } from './start-error.ts';

export interface SecretSource {
  /** ZEUS_SECRET: 32 bytes as 64 hexadecimal digits. */
  readonly given: string | undefined;
  readonly file: string;
  readonly isProduction: boolean;
}

/**
 * The root every other secret is derived from: given by the environment, else kept in the data folder, generated there once
 * and said so. In production it has to be given: a secret beside the data it protects is for development.
 */
export function rootSecret({ given, file, isProduction }: SecretSource, say: (line: string) => void): Uint8Array {
  if (given !== undefined) return parse(given, 'ZEUS_SECRET');
  if (isProduction) {
    const how = 'give 64 hexadecimal digits, for example from `openssl rand -hex 32`';
    throw new StartError('no_secret', `In production the server takes its secret from ZEUS_SECRET: ${how}.`);
  }
  const kept = readPrivateFile(file);
  if (kept !== undefined) return parse(rootIn(kept), file);
  const root = newRoot();
  writePrivateFile(file, `${JSON.stringify({ root: Buffer.from(root).toString('hex') })}\n`);
  say(`A new secret was generated into ${file} (readable by you alone).`);
  return root;
}

/** A key that may be given besides: 32 bytes as 64 hexadecimal digits, or nothing. */
export const givenKey = (given: string | undefined, name: string): Uint8Array | undefined =>
  given === undefined || given === '' ? undefined : parse(given, name);

function parse(hex: unknown, where: string): Uint8Array {
  if (typeof hex === 'string' && /^[0-9a-f]{64}$/i.test(hex)) return Buffer.from(hex, 'hex');
  throw new StartError('no_secret', `${where} does not hold a secret: expected 64 hexadecimal digits.`);
}

function rootIn(json: string): unknown {
  try {
    return (JSON.parse(json) as { root?: unknown } | null)?.root;
  } catch {
    return undefined;
  }
}
