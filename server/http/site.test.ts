import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, test, vi } from 'vitest';
import { must } from '../../shared/assert.ts';
import { readSite, siteRoutes } from './site.ts';

const folder = mkdtempSync(join(tmpdir(), 'zeus-site-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const CODE = 'export const answer = 42;\n'.repeat(99);
mkdirSync(join(folder, 'assets'));
writeFileSync(join(folder, 'index.html'), '<!doctype html>');
writeFileSync(join(folder, 'sw.js'), CODE);
writeFileSync(join(folder, 'manifest.webmanifest'), '{}');
writeFileSync(join(folder, 'assets', 'app-1.js'), CODE);
writeFileSync(join(folder, 'assets', 'app-1.js.br'), brotliCompressSync(CODE));
writeFileSync(join(folder, 'assets', 'app-1.js.gz'), gzipSync(CODE));
const app = siteRoutes(must(readSite(folder), 'a site'));

const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

test.each([
  ['br, gzip, deflate', 'br'],
  ['gzip, deflate, br;q=0.1', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['BR', 'br'],
  ['*', 'br'],
  ['*;q=0', null],
  ['brotli', null],
  ['identity', null],
  ['', null],
])('to a client that takes "%s" a file goes out as %s', async (accepted, encoding) => {
  const reply = await get('/assets/app-1.js', { 'Accept-Encoding': accepted });
  const bytes = new Uint8Array(await reply.arrayBuffer());
  expect(reply.headers.get('content-encoding')).toBe(encoding);
  expect(reply.headers.get('vary')).toBe('Accept-Encoding');
  const open = encoding === 'br' ? brotliDecompressSync : encoding === 'gzip' ? gunzipSync : Buffer.from;
  expect(open(bytes).toString()).toBe(CODE);
});

test('what nobody has compressed goes out as it is', async () => {
  const reply = await get('/sw.js', { 'Accept-Encoding': 'br' });
  expect(reply.headers.get('content-encoding')).toBeNull();
  expect(await reply.text()).toBe(CODE);
});

test.each([
  ['/assets/app-1.js', 'public, max-age=31536000, immutable', 'text/javascript; charset=utf-8'],
  ['/', 'no-cache', 'text/html; charset=utf-8'],
  ['/credits', 'no-cache', 'text/html; charset=utf-8'],
  ['/sw.js', 'no-cache', 'text/javascript; charset=utf-8'],
  ['/manifest.webmanifest', 'no-cache', 'application/manifest+json'],
])('%s may be kept: %s', async (path, control, type) => {
  const { headers, status } = await get(path);
  expect([status, headers.get('cache-control'), headers.get('content-type')]).toEqual([200, control, type]);
});

test('what is known already is not sent again, until it is another', async () => {
  const etag = must((await get('/sw.js')).headers.get('etag') ?? undefined, 'a tag');
  const again = await get('/sw.js', { 'If-None-Match': `"other", ${etag}` });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await get('/sw.js', { 'If-None-Match': '"other"' })).status).toBe(200);
});

test('headers of blanks are read in one pass: a pattern took each a tenth of a second', async () => {
  const blanks = `a${' '.repeat(16_000)}b`;
  const etag = must((await get('/sw.js')).headers.get('etag') ?? undefined, 'a tag');
  const split = vi.spyOn(RegExp.prototype, Symbol.split);
  expect((await get('/sw.js', { 'If-None-Match': `${blanks} , ${etag} ,` })).status).toBe(304);
  expect((await get('/sw.js', { 'Accept-Encoding': `${blanks} ; q=1 , gzip ; q=0.5` })).status).toBe(200);
  expect(split).not.toHaveBeenCalled();
  split.mockRestore();
});

test.each(['/assets/gone-1.js', '/assets/', '/assets/app-1.js.br', '/api/nothing', '/link', '/../package.json'])(
  '%s is nothing of the site',
  async (path) => {
    expect((await get(path)).status).toBe(404);
  },
);
