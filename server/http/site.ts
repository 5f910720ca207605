import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { Hono } from 'hono';
import { chooseEncoding } from './choose-encoding.ts';
import type { HttpEnv } from './env.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface SiteFile {
  readonly type: string;
  /** Of the uncompressed bytes, in quotes; a weak tag, since each encoding is another sequence of bytes. */
  readonly etag: string;
  readonly identity: Bytes;
  readonly br: Bytes | undefined;
  readonly gzip: Bytes | undefined;
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

/** Reads a folder that the build made; nothing when there is none. A `.br` or `.gz` beside a file is that file, compressed. */
export function readSite(folder: string): Site | undefined {
  if (!existsSync(join(folder, 'index.html'))) return undefined;
  const site = new Map<string, SiteFile>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const identity = read(path);
    const etag = `W/"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`;
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    site.set(url, { type, etag, identity, br: readIfThere(`${path}.br`), gzip: readIfThere(`${path}.gz`) });
  }
  return site;
}

const read = (path: string): Bytes => new Uint8Array(readFileSync(path));
const readIfThere = (path: string): Bytes | undefined => (existsSync(path) ? read(path) : undefined);

/**
 * Serves the app: hashed assets for ever; the page, the service worker and the manifest asked again each time, and answered
 * with 304 when they are the same. A page's address gets the app's own page; an asset that is not here is not found.
 */
export function siteRoutes(site: Site): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('*', (c, next) => {
    const { path } = c.req;
    const isPage = !extname(path) && !/^\/(api|kernels|link|assets)(\/|$)/.test(path);
    const file = site.get(isPage ? '/index.html' : path);
    if (!file) return next();
    c.header('Cache-Control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache');
    c.header('Vary', 'Accept-Encoding');
    c.header('ETag', file.etag);
    const known =
      c.req
        .header('if-none-match')
        ?.split(',')
        .map((tag) => tag.trim()) ?? [];
    if (known.includes(file.etag)) return c.body(null, 304);
    c.header('Content-Type', file.type);
    const encoding = chooseEncoding(c.req.header('accept-encoding'), file);
    if (encoding === 'identity') return c.body(file.identity);
    c.header('Content-Encoding', encoding);
    return c.body(file[encoding] ?? file.identity);
  });
  return app;
}
