import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelKey } from './kernel-key.ts';
import { ROOT } from './spawn-quietly.ts';

/** All that the app is built from. */
const SOURCES = [
  'index.html',
  'vite.config.ts',
  'lingui.config.ts',
  'package.json',
  'package-lock.json',
  'house/compressed.ts',
  'house/pwa/*.ts',
  '{web,shared,wasm}/**/*.{ts,tsx,css,svg,po,csv,woff2,png}',
];

/** SHA-256 over the sources and the key built in, hex: equal sources are the same app, wherever and whenever they are built. */
export function stampOfSources(): string {
  const files = globSync(SOURCES, { cwd: ROOT, exclude: ['**/assembly', '**/testing', '**/*.test.ts'] });
  const hash = createHash('sha256');
  for (const file of files.toSorted((a, b) => (a < b ? -1 : 1)))
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.update(JSON.stringify(kernelKey(process.env))).digest('hex');
}

/** What Settings shows: the package's version, and enough of the stamp to tell two builds apart. */
export function versionOfSources(): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { readonly version: string };
  return `${version}+${stampOfSources().slice(0, 8)}`;
}
