import { expect, it } from 'vitest';
import { unsupportedReason, type Scope } from './supported.ts';

const PHONE: Scope = { isSecureContext: true, WebAssembly, Worker: class {}, indexedDB: {} };
const { WebAssembly: _wasm, ...LOCKED_DOWN } = PHONE;
const { Worker: _worker, ...WITHOUT_WORKERS } = PHONE;

const REFUSES = {
  validate: () => true,
  Module: class {
    constructor() {
      throw new WebAssembly.CompileError('blocked by the content security policy');
    }
  },
} as unknown as Pick<typeof WebAssembly, 'Module' | 'validate'>;

const saying = (userAgent: string, deviceMemory?: number): Scope => ({
  ...PHONE,
  navigator: { userAgent, ...(deviceMemory !== undefined && { deviceMemory }) },
});
const IPHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 13_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

it.each<[string, Scope, string | undefined]>([
  ['a usual phone', PHONE, undefined],
  ['a page without https', { ...PHONE, isSecureContext: false }, 'insecure_context'],
  ['Lockdown Mode', LOCKED_DOWN, 'no_webassembly'],
  ['a policy that forbids compiling', { ...PHONE, WebAssembly: REFUSES }, 'webassembly_refused'],
  [
    'WebAssembly that takes no module',
    { ...PHONE, WebAssembly: { ...REFUSES, validate: () => false } },
    'no_webassembly',
  ],
  ['a browser without workers', WITHOUT_WORKERS, 'no_worker'],
  ['a browser that stores nothing', { ...PHONE, indexedDB: undefined }, 'no_storage'],
  ['Android 7', saying('Mozilla/5.0 (Linux; Android 7.1.2; SM-J510FN) AppleWebKit/537.36'), 'old_system'],
  ['Android 8', saying('Mozilla/5.0 (Linux; Android 8.0.0; SM-G950F) AppleWebKit/537.36'), undefined],
  ['an Android that says no version of its own', saying('Mozilla/5.0 (Linux; Android 10; K)'), undefined],
  ['iOS 13', saying(IPHONE), 'old_system'],
  ['iOS 14', saying(IPHONE.replace('13_7', '14_0')), undefined],
  ['a Mac, whose 10 is not iOS’s', saying('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'), undefined],
  ['1 GB', saying('', 1), 'little_memory'],
  ['2 GB', saying('', 2), undefined],
  ['several at once: the first', { ...LOCKED_DOWN, isSecureContext: false }, 'insecure_context'],
])('%s', (_, scope, reason) => {
  expect(unsupportedReason(scope)).toBe(reason);
});
