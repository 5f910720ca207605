import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { Hono } from 'hono';
import type { HttpEnv } from './context.ts';

interface SiteFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly brotli: Uint8Array<ArrayBuffer> | undefined;
}

/** The built app, read once: a megabyte or two, and no path from outside ever reaches the disk. */
export type Site = ReadonlyMap<string, SiteFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.csv': 'text/csv; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

/** Reads a folder that the build made; nothing when there is none. A `.br` beside a file is that file, compressed. */
export function readSite(folder: string): Site | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const site = new Map<string, SiteFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    const brotli = existsSync(`${path}.br`) ? new Uint8Array(readFileSync(`${path}.br`)) : undefined;
    site.set(url, { bytes: new Uint8Array(readFileSync(path)), type, brotli });
  }
  return site;
}

/** Serves the app: hashed assets for ever, everything else asked again; a page's address gets the app's own page. */
export function siteRoutes(site: Site): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('*', (c, next) => {
    const { path } = c.req;
    const isPage = !extname(path) && !/^\/(api|kernels|link|assets)(\/|$)/.test(path);
    const file = site.get(isPage ? '/index.html' : path);
    if (!file) return next();
    c.header('Content-Type', file.type);
    c.header('Cache-Control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    c.header('Vary', 'Accept-Encoding');
    if (!file.brotli || !/\bbr\b/.test(c.req.header('accept-encoding') ?? '')) return c.body(file.bytes);
    c.header('Content-Encoding', 'br');
    return c.body(file.brotli);
  });
  return app;
}
