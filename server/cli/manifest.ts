import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEVELOPMENT_KERNEL_KEY } from '../../shared/development-key.ts';
import { buildKernels } from '../../wasm/build.ts';
import { manifestFileIn } from '../adapters/data-folder.ts';
import { manifestHere } from '../adapters/kernel-manifest.ts';
import { newSigningKey, openManifest, publicHalf, signingKey, signManifest } from '../adapters/kernel-signing.ts';
import { writePrivateFile } from '../adapters/private-file.ts';
import { dataDirIn } from '../settings.ts';
import { CliError } from './cli-error.ts';

const OPTIONS = {
  key: { type: 'string' },
  out: { type: 'string' },
  file: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/**
 * `manifest key`, `manifest sign`, `manifest show`: which programs phones run. Asks no server, so that the key can stay on a
 * machine that is offline.
 */
export async function manifest(args: string[], env: NodeJS.ProcessEnv): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  const here = (path: string): string => resolve(env['INIT_CWD'] ?? process.cwd(), path);
  const published = manifestFileIn(dataDirIn(env));
  switch (positionals.join(' ')) {
    case 'key':
      return makeKey(here(given(values.out, '--out FILE: where the new key goes')));
    case 'sign': {
      const keyFile = here(given(values.key, '--key FILE: the key that signs, from `manifest key`'));
      return sign(keyFile, values.out === undefined ? published : here(values.out));
    }
    case 'show':
      return show(values.file === undefined ? published : here(values.file), values.json, env['KERNEL_KEY']);
    default:
      throw new CliError('bad_argument', 'Expected `manifest key`, `manifest sign` or `manifest show`.');
  }
}

function given(value: string | undefined, what: string): string {
  if (value === undefined) throw new CliError('bad_argument', `Expected ${what}.`);
  return value;
}

function makeKey(file: string): number {
  if (existsSync(file)) throw new CliError('file_exists', `${file} is there already, and a key is never overwritten.`);
  const { pem, publicKey } = newSigningKey();
  writePrivateFile(file, pem);
  process.stderr.write(`The key is in ${file}: keep it offline. For the server, and for building the app:\n`);
  console.log(`KERNEL_KEY=${publicKey}`);
  return 0;
}

async function sign(keyFile: string, out: string): Promise<number> {
  const key = signingKey(readText(keyFile));
  if (!key.ok) {
    const why =
      key.error === 'bad_key'
        ? `${keyFile} holds no private key in PEM (PKCS #8, not encrypted).`
        : `${keyFile} holds a key of another kind: expected ECDSA on P-256.`;
    throw new CliError(key.error, why);
  }
  await buildKernels();
  const signed = manifestHere();
  mkdirSync(dirname(out), { recursive: true, mode: 0o700 });
  writeFileSync(out, `${JSON.stringify(signManifest(signed, key.value))}\n`);
  console.log(`${signed.kernels.map(({ kind, version }) => `${kind} ${version}`).join(', ')}: signed, in ${out}`);
  if (publicHalf(key.value) === DEVELOPMENT_KERNEL_KEY)
    process.stderr.write('This is the development key, which anybody has: a server in production refuses it.\n');
  return 0;
}

function show(file: string, asJson: boolean, trustedKey: string | undefined): number {
  const opened = openManifest(readText(file));
  if (!opened.ok) throw new CliError('manifest_altered', `${file} is not what its key signed.`);
  const { manifest: signed, key } = opened.value;
  const by = key === DEVELOPMENT_KERNEL_KEY ? 'development' : key === trustedKey ? 'KERNEL_KEY' : 'other';
  if (asJson) console.log(JSON.stringify({ ...signed, key, signedBy: by }));
  else {
    for (const { kind, version, builds } of signed.kernels)
      for (const { features, hash, bytes } of builds)
        console.log(`${kind} ${version}\t${features}\t${bytes} bytes\t${hash}`);
    console.log(SIGNED_BY[by]);
  }
  return 0;
}

const SIGNED_BY = {
  development: 'Signed with the development key: refused in production.',
  KERNEL_KEY: 'Signed with the key that KERNEL_KEY trusts.',
  other: 'Signed, but not with a key that KERNEL_KEY trusts.',
} as const;

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError('no_such_file', `${file} cannot be read: ${(error as Error).message}.`);
  }
}
