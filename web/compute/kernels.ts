import { type Result, ok, refuse } from '../../shared/result.ts';

/**
 * Why there is no kernel. `wrong_kernel`: the bytes are not those the server named; nothing of them was run.
 * `no_kernel`: they did not come. `bad_kernel`: they are no WebAssembly this browser takes.
 */
export type KernelRefusal = 'wrong_kernel' | 'no_kernel' | 'bad_kernel';

export interface Kernels {
  /** The compiled kernel whose bytes have this SHA-256 (hex). */
  open(hash: string): Promise<Result<WebAssembly.Module, KernelRefusal>>;
  forget(): void;
}

/** Every kernel there will be fits twice; what is larger was not made by us. */
const MOST_BYTES = 256 * 1024;
/** Jobs of more kinds at once than this compile one again: half a millisecond. */
const MOST_KEPT = 4;

/** Kernels by address: fetched once, checked, compiled once, kept in memory until forgotten. A refusal is not kept. */
export function openKernels(count: (bytes: number) => void): Kernels {
  const kept = new Map<string, Promise<Result<WebAssembly.Module, KernelRefusal>>>();
  return {
    open(hash) {
      const known = kept.get(hash);
      if (known) return known;
      const opening = load(hash, count);
      kept.set(hash, opening);
      for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
      void opening.then(({ ok: isOk }) => {
        if (!isOk && kept.get(hash) === opening) kept.delete(hash);
      });
      return opening;
    },
    forget: () => kept.clear(),
  };
}

async function load(hash: string, count: (bytes: number) => void): Promise<Result<WebAssembly.Module, KernelRefusal>> {
  const bytes = await fetchBytes(`/kernels/${hash}.wasm`, count);
  if (!bytes) return refuse('no_kernel');
  // Before the compiler sees them: not `compileStreaming`, which compiles what it has not hashed yet.
  if (bytes.byteLength > MOST_BYTES || (await sha256(bytes)) !== hash) return refuse('wrong_kernel');
  try {
    return ok(await WebAssembly.compile(bytes));
  } catch {
    return refuse('bad_kernel');
  }
}

async function fetchBytes(path: string, count: (bytes: number) => void): Promise<ArrayBuffer | undefined> {
  try {
    // With the app's credentials it takes the app's connection; without, it pays for a handshake of its own.
    const response = await fetch(path);
    if (!response.ok) return undefined;
    const bytes = await response.arrayBuffer();
    // Nothing when the browser's own cache had it: a kernel's address never means other bytes.
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
