import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Hono, type Context } from 'hono';
import { MANIFEST_PATH } from '../../shared/protocol/kernel-manifest.ts';
import type { HttpEnv } from './env.ts';
import { errorReply } from './error-reply.ts';

export interface ServedKernels {
  readonly kernels: readonly ServedKernel[];
  /** The signed manifest, as phones get it. */
  readonly manifest: string;
}

export interface ServedKernel {
  readonly kind: string;
  readonly version: number;
  /** The kernel's name in leases. */
  readonly hash: Uint8Array;
  readonly builds: readonly { readonly hash: Uint8Array; readonly bytes: Uint8Array<ArrayBuffer> }[];
}

interface Packed {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly br: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** Once, at the start: kernels come out of a driver's day. Browsers take brotli over https only, hence gzip. */
const packed = (bytes: Uint8Array<ArrayBuffer>): Packed => ({
  bytes,
  br: new Uint8Array(brotliCompressSync(bytes)),
  gzip: new Uint8Array(gzipSync(bytes, { level: 9 })),
});

/**
 * Kernels by their SHA-256, for ever: an address whose content can never change. The manifest for a day: a phone that is
 * leased a kernel it has not heard of asks again.
 */
export function kernelRoutes({ kernels, manifest }: ServedKernels): Hono<HttpEnv> {
  const byHash = new Map(
    kernels.flatMap(({ builds }) => builds.map(({ hash, bytes }) => [hexOf(hash), packed(bytes)] as const)),
  );
  const list = kernels.map(({ kind, version, hash }) => ({ kind, version, hash: hexOf(hash) }));
  const packedManifest = packed(new TextEncoder().encode(manifest));
  const app = new Hono<HttpEnv>();
  app.get('/api/kernels', (c) => c.json({ kernels: list }));
  app.get(MANIFEST_PATH, (c) => {
    c.header('Content-Type', 'application/json');
    c.header('Cache-Control', 'public, max-age=86400');
    return reply(c, packedManifest);
  });
  app.get('/kernels/:file', (c) => {
    const [, hash = ''] = /^([0-9a-f]{64})\.wasm$/.exec(c.req.param('file')) ?? [];
    const kernel = byHash.get(hash);
    if (!kernel) return errorReply(c, 'not_found');
    c.header('Content-Type', 'application/wasm');
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    return reply(c, kernel);
  });
  return app;
}

function reply(c: Context<HttpEnv>, file: Packed): Response {
  c.header('Vary', 'Accept-Encoding');
  const accepted = c.req.header('accept-encoding') ?? '';
  const encoding = (['br', 'gzip'] as const).find((name) => new RegExp(`\\b${name}\\b`).test(accepted));
  if (!encoding) return c.body(file.bytes);
  c.header('Content-Encoding', encoding);
  return c.body(file[encoding]);
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
