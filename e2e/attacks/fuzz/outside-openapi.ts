import { MANIFEST_PATH } from '../../../shared/protocol/kernel-manifest.ts';
import type { FuzzWorld } from './world.ts';

/**
 * What the server answers beside `/api/openapi.json`, and where the fuzzer knocks for it. `routes.test.ts` walks the server's
 * own table: a route that stands neither in the document nor here fails it.
 */
export const OUTSIDE_OPENAPI: Readonly<Record<string, (world: FuzzWorld) => readonly string[]>> = {
  'GET /': () => ['/', '/?'.repeat(400), '/?x=%'],
  'GET /*': () => [
    '/index.html',
    '/settings',
    '/join/x',
    '/sw.js',
    '/manifest.webmanifest',
    '/assets/app.js',
    '/assets/app.js.br',
    '/assets/none.js',
    '/assets/../index.html',
    '/assets/%2e%2e/secrets.json',
    '/.env',
    '/..%2f..%2fetc/passwd',
    `/${'a/'.repeat(900)}`,
    '/%',
    '/%00',
    '/%c0%af',
    '/\u00ff',
    '/__proto__',
    '/constructor.js',
  ],
  'GET /api/openapi.json': () => ['/api/openapi.json', '/api/openapi.json/', '/api/openapi.json?x=1'],
  'GET /api/kernels': () => ['/api/kernels', '/api/kernels?x=%'],
  [`GET ${MANIFEST_PATH}`]: () => [MANIFEST_PATH, `${MANIFEST_PATH}?x`],
  'GET /kernels/{file}': ({ kernelHash }) => [
    `/kernels/${kernelHash}.wasm`,
    `/kernels/${kernelHash}.wasm?x`,
    `/kernels/${kernelHash.toUpperCase()}.wasm`,
    `/kernels/${kernelHash}`,
    '/kernels/x.wasm',
    '/kernels/%2e%2e',
    `/kernels/${'0'.repeat(64)}.wasm`,
    '/kernels/__proto__.wasm',
  ],
};

/** What is no route at all, the sign-in library's own among it: its routes are not mounted. */
export const NO_ROUTES: readonly string[] = [
  '/link',
  '/api',
  '/api/',
  '/api/nothing',
  '/api/auth',
  '/api/auth/ok',
  '/api/auth/get-session',
  '/api/auth/sign-in/email',
  '/api/auth/sign-up/email',
  '/api/auth/passkey/generate-authenticate-options',
  '/api/auth/email-otp/send-verification-otp',
  '/metrics',
  '//',
  '/api//me',
  'http://evil.example/api/me',
  '*',
];
