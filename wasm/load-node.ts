import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LoadedKernel {
  readonly module: WebAssembly.Module;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the bytes: the kernel's name in the manifest and in every lease token. */
  readonly hash: Uint8Array<ArrayBuffer>;
}

/** Where `buildKernels()` puts a kind's module. */
export const kernelPath = (kind: string): string => join(import.meta.dirname, 'kinds', kind, `${kind}.wasm`);

/** Reads and compiles a built kernel. Run `buildKernels()` before; a missing file says so. */
export function loadKernel(kind: string): LoadedKernel {
  let file: Uint8Array;
  try {
    file = readFileSync(kernelPath(kind));
  } catch (cause) {
    throw new Error(`kernel ${kind} is not built: run \`node wasm/build.ts\``, { cause });
  }
  const bytes = new Uint8Array(file);
  const hash = new Uint8Array(createHash('sha256').update(bytes).digest());
  return { module: new WebAssembly.Module(bytes), bytes, hash };
}
