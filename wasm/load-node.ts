import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface LoadedKernel {
  readonly module: WebAssembly.Module;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the bytes: the kernel's name in the manifest and in every lease token. */
  readonly hash: Uint8Array<ArrayBuffer>;
}

/**
 * Three compilations of the same sources: other bytes, the same results. The first, with SIMD, is the kernel: devices,
 * mainframe and audits run it, and its hash is the kernel's name in every lease. The baseline is for phones without SIMD.
 * The second stays here, for a second opinion before anybody is blamed.
 */
export const KERNEL_BUILDS = ['first', 'baseline', 'second'] as const;
export type KernelBuild = (typeof KERNEL_BUILDS)[number];

/** Where `buildKernels()` puts a kind's module. */
export const kernelPath = (kind: string, build: KernelBuild = 'first'): string =>
  join(import.meta.dirname, 'kinds', kind, build === 'first' ? `${kind}.wasm` : `${kind}.${build}.wasm`);

/** Reads and compiles a built kernel. Run `buildKernels()` before; a missing file says so. */
export const loadKernel = (kind: string): LoadedKernel => load(kind, 'first');

/** The same kernel without SIMD. A kernel that has no use for SIMD is the same bytes. */
export const loadBaselineKernel = (kind: string): LoadedKernel => load(kind, 'baseline');

/** The same kernel, built otherwise. Never served: its hash is in no manifest and no lease. */
export const loadSecondKernel = (kind: string): LoadedKernel => load(kind, 'second');

function load(kind: string, build: KernelBuild): LoadedKernel {
  let file: Uint8Array;
  try {
    file = readFileSync(kernelPath(kind, build));
  } catch (cause) {
    throw new Error(`kernel ${kind} is not built: run \`node wasm/build.ts\``, { cause });
  }
  const bytes = new Uint8Array(file);
  const hash = new Uint8Array(createHash('sha256').update(bytes).digest());
  return { module: new WebAssembly.Module(bytes), bytes, hash };
}
