import { brotliCompressSync } from 'node:zlib';
import { Hono } from 'hono';
import type { HttpEnv } from './context.ts';
import { errorReply } from './error-reply.ts';

export interface ServedKernel {
  readonly kind: string;
  readonly version: number;
  readonly hash: Uint8Array;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Kernels by their SHA-256, for ever: an address whose content can never change. Compressed once, at the start: their bytes
 * come out of a driver's day.
 */
export function kernelRoutes(kernels: readonly ServedKernel[]): Hono<HttpEnv> {
  const byHash = new Map(
    kernels.map((kernel) => [
      Buffer.from(kernel.hash).toString('hex'),
      { ...kernel, brotli: new Uint8Array(brotliCompressSync(kernel.bytes)) },
    ]),
  );
  const list = [...byHash].map(([hash, { kind, version }]) => ({ kind, version, hash }));
  const app = new Hono<HttpEnv>();
  app.get('/api/kernels', (c) => c.json({ kernels: list }));
  app.get('/kernels/:file', (c) => {
    const [, hash = ''] = /^([0-9a-f]{64})\.wasm$/.exec(c.req.param('file')) ?? [];
    const kernel = byHash.get(hash);
    if (!kernel) return errorReply(c, 'not_found');
    c.header('Content-Type', 'application/wasm');
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    c.header('Vary', 'Accept-Encoding');
    if (!/\bbr\b/.test(c.req.header('accept-encoding') ?? '')) return c.body(kernel.bytes);
    c.header('Content-Encoding', 'br');
    return c.body(kernel.brotli);
  });
  return app;
}
