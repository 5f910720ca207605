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
  ['several at once: the first', { ...LOCKED_DOWN, isSecureContext: false }, 'insecure_context'],
])('%s', (_, scope, reason) => {
  expect(unsupportedReason(scope)).toBe(reason);
});
