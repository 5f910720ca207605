import { MANIFEST_PATH, type KernelManifest, type ListedKernel } from '../../shared/protocol/kernel-manifest.ts';
import { type Result, ok, refuse } from '../../shared/result.ts';
import { kernelFault } from '../../wasm/runtime/contract.ts';
import { featuresHere } from '../../wasm/runtime/features.ts';
import { verifiedManifest } from './signed-manifest.ts';

/**
 * Why there is no kernel. `wrong_kernel`: it is in no manifest that the key of this app signed, or the bytes are not those
 * named there; nothing of them was run. `no_kernel`: something did not come. `bad_kernel`: it is no WebAssembly this browser
 * takes.
 */
export type KernelRefusal = 'wrong_kernel' | 'no_kernel' | 'bad_kernel';

export interface Kernels {
  /** The compiled kernel that leases name so (hex): its build with SIMD where this browser has that, else without. */
  open(hash: string): Promise<Result<WebAssembly.Module, KernelRefusal>>;
  /** The kernel of a kind, as the manifest has it. */
  openKind(kind: string): Promise<Result<WebAssembly.Module, KernelRefusal>>;
  forget(): void;
}

/** Every kernel there will be fits twice; what is larger was not made by us. */
const MOST_BYTES = 256 * 1024;
/** Jobs of more kinds at once than this compile one again: half a millisecond. */
const MOST_KEPT = 4;

type Opening = Promise<Result<WebAssembly.Module, KernelRefusal>>;

/** Kernels by name: fetched once, checked, compiled once, kept in memory until forgotten. A refusal is not kept. */
export function openKernels(count: (bytes: number) => void, trustedKey = import.meta.env.KERNEL_KEY): Kernels {
  const kept = new Map<string, Opening>();
  let known: KernelManifest | undefined;

  /** From the browser's own cache if it is there, where it stays a day; a kernel that is not in it is asked for anew. */
  async function find(isIt: (kernel: ListedKernel) => boolean): Promise<Result<ListedKernel, KernelRefusal>> {
    const here = known?.kernels.find(isIt);
    if (here) return ok(here);
    for (const cache of ['default', 'no-cache'] as const) {
      const bytes = await fetchBytes(MANIFEST_PATH, cache, count);
      if (!bytes) return refuse('no_kernel');
      const manifest = await verifiedManifest(new TextDecoder().decode(bytes), trustedKey);
      if (!manifest.ok) continue;
      known = manifest.value;
      const named = known.kernels.find(isIt);
      if (named) return ok(named);
    }
    return refuse('wrong_kernel');
  }

  function keep(name: string, isIt: (kernel: ListedKernel) => boolean): Opening {
    const opened = kept.get(name);
    if (opened) return opened;
    const opening = find(isIt).then((named) => (named.ok ? load(named.value, count) : named));
    kept.set(name, opening);
    for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
    void opening.then(({ ok: isOk }) => {
      if (!isOk && kept.get(name) === opening) kept.delete(name);
    });
    return opening;
  }

  return {
    open: (hash) => keep(hash, (kernel) => kernel.hash === hash),
    openKind: (kind) => keep(kind, (kernel) => kernel.kind === kind),
    forget() {
      kept.clear();
      known = undefined;
    },
  };
}

async function load(
  { builds }: ListedKernel,
  count: (bytes: number) => void,
): Promise<Result<WebAssembly.Module, KernelRefusal>> {
  const features = featuresHere();
  const build = builds.find((one) => one.features === features);
  if (!build) return refuse('wrong_kernel');
  const bytes = await fetchBytes(`/kernels/${build.hash}.wasm`, 'default', count);
  if (!bytes) return refuse('no_kernel');
  // Before the compiler sees them: not `compileStreaming`, which compiles what it has not hashed yet.
  const isListed = bytes.byteLength === build.bytes && bytes.byteLength <= MOST_BYTES;
  if (!isListed || (await sha256(bytes)) !== build.hash) return refuse('wrong_kernel');
  try {
    const module = await WebAssembly.compile(bytes);
    // Signed or not: what reaches for anything, or may take all memory, is not run.
    return kernelFault(new Uint8Array(bytes), module) ? refuse('wrong_kernel') : ok(module);
  } catch {
    return refuse('bad_kernel');
  }
}

async function fetchBytes(
  path: string,
  cache: RequestCache,
  count: (bytes: number) => void,
): Promise<ArrayBuffer | undefined> {
  try {
    // With the app's credentials it takes the app's connection; without, it pays for a handshake of its own.
    const response = await fetch(path, { cache });
    if (!response.ok) return undefined;
    const bytes = await response.arrayBuffer();
    // Nothing when the browser's own cache had it.
    const [entry] = performance.getEntriesByName(response.url, 'resource').slice(-1);
    count(entry instanceof PerformanceResourceTiming ? entry.transferSize : bytes.byteLength);
    return bytes;
  } catch {
    return undefined;
  }
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));
}

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
