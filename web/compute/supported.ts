/** What a browser lacks, in precedence order. Each has a sentence on the screen. */
export type Unsupported =
  | 'insecure_context'
  | 'no_webassembly'
  | 'webassembly_refused'
  | 'no_worker'
  | 'no_storage'
  | 'old_system'
  | 'little_memory';

/** `\0asm`, version 1: the smallest module there is. */
const EMPTY_MODULE = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** The window, as far as it is looked at. */
export type Scope = Pick<typeof globalThis, 'isSecureContext'> & {
  readonly WebAssembly?: Pick<typeof WebAssembly, 'Module' | 'validate'>;
  readonly Worker?: unknown;
  readonly indexedDB?: unknown;
  /** `deviceMemory`: Chromium's, in GB, rounded to a power of two; all of it, for no browser says what is free. */
  readonly navigator?: { readonly userAgent: string; readonly deviceMemory?: number };
};

/** Android 8 and iOS 14, where the browser still says; 2 GB. */
const LEAST_ANDROID = 8;
const LEAST_IOS = 14;
const LEAST_MEMORY_GB = 2;

/**
 * Web Locks are not on the list: without them (Safari before 15.4) two tabs throw each other out through the server's
 * `replaced`, once, and the later one stays. Module workers are not: our workers are built whole, one file each without an
 * import, so a browser that does not know `type: 'module'` runs them as they are. SIMD is not: see `wasm/runtime/features.ts`.
 */
export function unsupportedReason(scope: Scope): Unsupported | undefined {
  if (!scope.isSecureContext) return 'insecure_context'; // no crypto.subtle, so no device key
  if (!validates(scope)) return 'no_webassembly';
  if (!compiles(scope)) return 'webassembly_refused';
  if (typeof scope.Worker !== 'function') return 'no_worker';
  if (!scope.indexedDB) return 'no_storage';
  if (isOldSystem(scope.navigator?.userAgent ?? '')) return 'old_system';
  if ((scope.navigator?.deviceMemory ?? LEAST_MEMORY_GB) < LEAST_MEMORY_GB) return 'little_memory';
  return undefined;
}

/** "Android 7.1.2", "CPU iPhone OS 13_7 like Mac OS X". Newer browsers name a fixed, newer version: that is new enough. */
function isOldSystem(userAgent: string): boolean {
  const android = /Android (\d+)/.exec(userAgent)?.[1];
  const ios = /(?:iPhone|iPad).* OS (\d+)_/.exec(userAgent)?.[1];
  return Number(android ?? LEAST_ANDROID) < LEAST_ANDROID || Number(ios ?? LEAST_IOS) < LEAST_IOS;
}

/** Lockdown Mode takes WebAssembly away altogether. */
const validates = ({ WebAssembly: wasm }: Scope): boolean => wasm?.validate(EMPTY_MODULE) ?? false;

/** A policy without `wasm-unsafe-eval` leaves it there and broken. We send none such: something on the way does. */
function compiles({ WebAssembly: wasm }: Scope): boolean {
  try {
    return wasm !== undefined && Boolean(new wasm.Module(EMPTY_MODULE));
  } catch {
    return false;
  }
}
