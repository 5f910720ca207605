import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../spawn-quietly.ts';
import { shellOf } from './shell.ts';

const read = (...path: string[]): Buffer => readFileSync(join(ROOT, ...path));

test.each([
  ['icon-192', 192, 192],
  ['icon-512', 512, 512],
  ['maskable-512', 512, 512],
  ['apple-touch-180', 180, 180],
  ['home-narrow', 390, 844],
  ['route-narrow', 390, 844],
  ['home-wide', 1280, 800],
])('%s is drawn at its size', (name, width, height) => {
  const png = read('web', 'pwa', 'pictures', `${name}.png`);
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height]);
});

test("the page's colour of the bar above it is the go sign's", () => {
  const [, colour] = /--go-ground: (#\w+);/.exec(read('web', 'ui', 'tokens.css').toString()) ?? [];
  expect(read('index.html').toString()).toContain(`<meta name="theme-color" content="${colour}" />`);
});

test('the shell is what a driver opens, in English; other languages on use; dashboards, pictures and copies never', () => {
  const chunk = (...moduleIds: string[]) => ({ type: 'chunk', code: '', moduleIds });
  const asset = { type: 'asset', source: 'x' };
  const shell = shellOf({
    'index.html': asset,
    'index.html.br': asset,
    'sw.js': asset,
    'assets/index-1.js': chunk('/zeus/web/main.tsx'),
    'assets/index-1.js.gz': asset,
    'assets/later-2.js': chunk('/zeus/web/i18n/locales/en/later.po'),
    'assets/later-3.js': chunk('/zeus/web/i18n/locales/fil/later.po'),
    'assets/Overview-4.js': chunk('/zeus/web/admin/Overview.tsx'),
    'assets/admin-9.js': chunk('/zeus/web/i18n/locales/en/admin.po'),
    'assets/AdminPages-10.css': asset,
    'assets/task.worker-5.js': asset,
    'assets/index-6.css': asset,
    'assets/overpass-7.woff2': asset,
    'assets/home-wide-8.png': asset,
  } as never);
  expect(shell.now.map(({ url }) => url)).toEqual([
    '/assets/index-1.js',
    '/assets/index-6.css',
    '/assets/later-2.js',
    '/assets/overpass-7.woff2',
    '/assets/task.worker-5.js',
    '/index.html',
  ]);
  expect(shell.now.filter(({ revision }) => revision !== null).map(({ url }) => url)).toEqual(['/index.html']);
  expect(shell.onUse).toEqual(['/assets/later-3.js']);
});
