import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { must } from '../../shared/assert.ts';
import { DEVELOPMENT_KERNEL_KEY } from '../../shared/development-key.ts';
import type { KernelManifest, SignedManifest } from '../../shared/protocol/kernel-manifest.ts';
import { verifiedManifest } from '../../web/compute/signed-manifest.ts';
import { manifestHere, publishedManifest } from './kernel-manifest.ts';
import { developmentKey, newSigningKey, publicHalf, signingKey, signManifest } from './kernel-signing.ts';
import { StartError } from './start-error.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zeus-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { pem, publicKey } = newSigningKey();
const opened = signingKey(pem);
if (!opened.ok) throw new Error(opened.error);
const operator = opened.value;
const here = manifestHere();

/** What a server in production makes of a file. */
function codeOf(text: string | undefined, trustedKey: string | undefined = publicKey, isProduction = true): string {
  const file = join(folder, 'kernel-manifest.json');
  if (text !== undefined) writeFileSync(file, text);
  try {
    publishedManifest({ file, trustedKey, isProduction });
    return 'published';
  } catch (error) {
    if (error instanceof StartError) return error.code;
    throw error;
  }
}

const signed = (manifest: KernelManifest = here, key = operator): string => JSON.stringify(signManifest(manifest, key));
const changed = (change: Partial<SignedManifest>): string => JSON.stringify({ ...JSON.parse(signed()), ...change });
const { kernels } = here;
const [first, ...others] = [must(kernels[0], 'a kernel'), ...kernels.slice(1)];

describe('a server in production', () => {
  test.each<[string, () => string]>([
    ['published', () => codeOf(signed())],
    ['manifest_unsigned', () => codeOf(undefined)],
    ['manifest_unsigned', () => codeOf(undefined, '')],
    ['manifest_altered', () => codeOf('not JSON')],
    ['manifest_altered', () => codeOf('{}')],
    ['manifest_altered', () => codeOf(changed({ signed: JSON.stringify({ ...here, kernels: others }) }))],
    ['manifest_altered', () => codeOf(changed({ signature: Buffer.alloc(64).toString('base64') }))],
    ['manifest_altered', () => codeOf(changed({ key: DEVELOPMENT_KERNEL_KEY }))],
    ['manifest_altered', () => codeOf(changed({ key: 'x' }))],
    ['development_key', () => codeOf(signed(here, developmentKey()))],
    ['development_key', () => codeOf(signed(), DEVELOPMENT_KERNEL_KEY)],
    ['bad_setting', () => codeOf(signed(), '')],
    ['bad_setting', () => codeOf(signed(), 'x')],
    ['manifest_unsigned', () => codeOf(signed(), newSigningKey().publicKey)],
    ['manifest_mismatch', () => codeOf(signed({ format: 1, kernels: others }))],
    ['manifest_mismatch', () => codeOf(signed({ format: 1, kernels: [...kernels, { ...first, kind: 'other' }] }))],
    ['manifest_mismatch', () => codeOf(signed({ format: 1, kernels: [{ ...first, version: 99 }, ...others] }))],
    ['manifest_mismatch', () => codeOf(signed({ format: 1, kernels: [{ ...first, builds: [] }, ...others] }))],
  ])('says %s', (code, of) => {
    expect(of()).toBe(code);
  });
});

test('in development it signs with the development key, unless it was told of another', async () => {
  const text = publishedManifest({ file: join(folder, 'none'), trustedKey: undefined, isProduction: false });
  expect(await verifiedManifest(text, DEVELOPMENT_KERNEL_KEY)).toEqual({ ok: true, value: here });
  expect(codeOf(undefined, publicKey, false)).toBe('manifest_unsigned');
  expect(codeOf(signed(), publicKey, false)).toBe('published');
});

test('the halves of the development key belong together', () => {
  expect(publicHalf(developmentKey())).toBe(DEVELOPMENT_KERNEL_KEY);
});

describe('a phone', () => {
  test.each<[string, string, boolean]>([
    ['takes what the key of its app signed', signed(), true],
    ['refuses another key’s', signed(here, developmentKey()), false],
    ['refuses its key’s name on another’s signature', changed({ key: publicKey, signature: 'AAAA' }), false],
    ['refuses a changed word', changed({ signed: JSON.stringify({ ...here, kernels: others }) }), false],
    ['refuses a signature that is not base64', changed({ signature: '§' }), false],
    ['refuses a signed text of another shape', signed({ format: 2 } as unknown as KernelManifest), false],
    ['refuses what is no manifest', '[]', false],
  ])('%s', async (_, text, isTaken) => {
    expect(await verifiedManifest(text, publicKey)).toEqual(
      isTaken ? { ok: true, value: here } : { ok: false, error: 'bad_manifest' },
    );
  });

  test('finds no key it could trust in a build that was given nonsense', async () => {
    expect(await verifiedManifest(changed({ key: '§' }), '§')).toEqual({ ok: false, error: 'bad_manifest' });
  });
});

test.each<[string, string]>([
  ['bad_key', 'not a key'],
  ['bad_key', '-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n'],
  ['wrong_curve', pemOf('ec', { namedCurve: 'P-384' })],
  ['wrong_curve', pemOf('ed25519', {})],
  ['wrong_curve', pemOf('rsa', { modulusLength: 2048 })],
])('signing refuses with %s', (code, text) => {
  expect(signingKey(text)).toEqual({ ok: false, error: code });
});

function pemOf(type: string, options: object): string {
  const generate = generateKeyPairSync as (kind: string, how: object) => ReturnType<typeof generateKeyPairSync>;
  const { privateKey } = generate(type, options);
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
