/**
 * The signed manifest of kernels: which programs phones run. The server publishes it as `/kernels/manifest.json`; whoever
 * holds the key says what stands in it, so a server that was broken into can hand out no program of its own.
 *
 *     { "signed": "{\"format\":1,\"kernels\":[…]}", "key": base64, "signature": base64 }
 *
 * `signed` is text inside the text: what was signed is what is read, whoever wrote the JSON around it. `key` is the public
 * key (SubjectPublicKeyInfo), `signature` ECDSA on P-256 with SHA-256 (64 bytes, r then s) over `textToSign(signed)`.
 * Every browser's WebCrypto verifies that; Ed25519 came to Safari and Chrome years later.
 */
import { type Result, ok, refuse } from '../result.ts';

export interface KernelManifest {
  readonly format: 1;
  readonly kernels: readonly ListedKernel[];
}

export interface ListedKernel {
  readonly kind: string;
  readonly version: number;
  /** The kernel's name in leases: the SHA-256 (hex) of its build with SIMD. */
  readonly hash: string;
  readonly builds: readonly ListedBuild[];
}

export interface ListedBuild {
  /** What a device must have to run it. All builds of a kernel give the same bytes. */
  readonly features: 'simd' | 'baseline';
  /** SHA-256 (hex) of the module: it lies under `/kernels/<hash>.wasm`. */
  readonly hash: string;
  /** Its length. */
  readonly bytes: number;
}

export interface SignedManifest {
  readonly signed: string;
  readonly key: string;
  readonly signature: string;
}

export const MANIFEST_PATH = '/kernels/manifest.json';

/** Names the use, so that a signature made for something else never fits here. */
export const textToSign = (signed: string): string => `zeusdrive kernel manifest 1\n${signed}`;

/** What lies in the file or came over the wire, as far as its shape goes. Nothing of it is trusted yet. */
export function readSigned(text: string): Result<SignedManifest, 'bad_manifest'> {
  const { signed, key, signature } = objectIn(text);
  if (typeof signed !== 'string' || typeof key !== 'string' || typeof signature !== 'string')
    return refuse('bad_manifest');
  return ok({ signed, key, signature });
}

/** The manifest in a text whose signature was found right. */
export function readManifest(signed: string): Result<KernelManifest, 'bad_manifest'> {
  const { format, kernels } = objectIn(signed);
  if (format !== 1 || !Array.isArray(kernels) || !kernels.every(isKernel)) return refuse('bad_manifest');
  return ok({ format, kernels });
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return {};
  }
}

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

function isKernel(value: unknown): value is ListedKernel {
  const { kind, version, hash, builds } = asObject(value);
  return (
    typeof kind === 'string' &&
    Number.isSafeInteger(version) &&
    isHash(hash) &&
    Array.isArray(builds) &&
    builds.every(isBuild)
  );
}

function isBuild(value: unknown): value is ListedBuild {
  const { features, hash, bytes } = asObject(value);
  return (features === 'simd' || features === 'baseline') && isHash(hash) && Number.isSafeInteger(bytes);
}

const isHash = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
