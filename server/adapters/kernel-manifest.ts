import { existsSync, readFileSync } from 'node:fs';
import { DEVELOPMENT_KERNEL_KEY } from '../../shared/development-key.ts';
import type { KernelManifest, ListedKernel } from '../../shared/protocol/kernel-manifest.ts';
import { loadBaselineKernel, loadKernel, type LoadedKernel } from '../../wasm/load-node.ts';
import { must } from '../../shared/assert.ts';
import { kindNamed, kindNames } from '../../wasm/registry.ts';
import { developmentKey, isPublicKey, openManifest, signManifest } from './kernel-signing.ts';
import { StartError } from './start-error.ts';

export interface ManifestSource {
  readonly file: string;
  /** KERNEL_KEY: the public half of the operator's key. The app was built with the same. */
  readonly trustedKey: string | undefined;
  readonly isProduction: boolean;
}

/** What this checkout's kernels are. */
export function manifestHere(): KernelManifest {
  return { format: 1, kernels: kindNames.map(listed) };
}

function listed(kind: string): ListedKernel {
  const [simd, baseline] = [loadKernel(kind), loadBaselineKernel(kind)];
  const build = <F extends string>(features: F, { hash, bytes }: LoadedKernel) =>
    ({ features, hash: hex(hash), bytes: bytes.length }) as const;
  const { version } = must(kindNamed(kind), kind);
  return { kind, version, hash: hex(simd.hash), builds: [build('simd', simd), build('baseline', baseline)] };
}

/**
 * The text phones are given. Without KERNEL_KEY it is signed here and now with the development key, which production
 * refuses; with it, the operator signed it, and it must be right: phones would find out, and compute nothing.
 */
export function publishedManifest({ file, trustedKey, isProduction }: ManifestSource): string {
  if (trustedKey === undefined && !isProduction) return JSON.stringify(signManifest(manifestHere(), developmentKey()));
  const text = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (text === undefined)
    throw new StartError('manifest_unsigned', `There is no signed manifest of kernels, ${file}: ${HOW_TO_SIGN}.`);
  const opened = openManifest(text);
  if (!opened.ok) throw new StartError('manifest_altered', `${file} is not what its key signed: ${HOW_TO_SIGN}.`);
  const { key, manifest } = opened.value;
  if (isProduction && [key, trustedKey].includes(DEVELOPMENT_KERNEL_KEY))
    throw new StartError('development_key', `In production kernels are signed with a key of your own: ${HOW_TO_SIGN}.`);
  if (trustedKey === undefined || !isPublicKey(trustedKey))
    throw new StartError('bad_setting', 'KERNEL_KEY: expected the line that `npm run zeus -- manifest key` printed.');
  if (key !== trustedKey)
    throw new StartError('manifest_unsigned', `${file} is signed with another key than KERNEL_KEY: ${HOW_TO_SIGN}.`);
  const difference = differenceOf(manifest, manifestHere());
  if (difference !== undefined)
    throw new StartError('manifest_mismatch', `${file} is of other kernels than these: ${difference}. Sign it again.`);
  return text;
}

const HOW_TO_SIGN = 'see “Sign the kernels” in the README';

/** The first kernel that one has and the other has not, or that is another. */
function differenceOf(signed: KernelManifest, here: KernelManifest): string | undefined {
  const unknown = signed.kernels.find(({ kind }) => here.kernels.every((kernel) => kernel.kind !== kind));
  if (unknown) return `this server has no ${unknown.kind}`;
  const other = here.kernels.find((kernel) => {
    const named = signed.kernels.find(({ kind }) => kind === kernel.kind);
    return JSON.stringify(named) !== JSON.stringify(kernel);
  });
  return other && `${other.kind} is not the one that was signed`;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
