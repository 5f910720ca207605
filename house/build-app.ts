/** Builds the app into `dist/` when anything it is made of has changed; says which. A start that changes nothing waits for nothing. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kernelKey } from './kernel-key.ts';
import { ROOT } from './spawn-quietly.ts';

const SOURCES = [
  'index.html',
  'vite.config.ts',
  'lingui.config.ts',
  'package-lock.json',
  'house/compressed.ts',
  '{web,shared,wasm}/**/*.{ts,tsx,css,svg,po,csv,woff2}',
];
const STAMP = join(ROOT, '.cache', 'app-stamp');

function stampOfSources(): string {
  const files = globSync(SOURCES, { cwd: ROOT, exclude: ['**/assembly', '**/testing', '**/*.test.ts'] });
  const hash = createHash('sha256');
  for (const file of files.toSorted((a, b) => (a < b ? -1 : 1)))
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.update(JSON.stringify(kernelKey(process.env))).digest('hex');
}

const stamp = stampOfSources();
const isBuilt =
  existsSync(join(ROOT, 'dist', 'index.html')) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp;
if (isBuilt) process.stderr.write('app: unchanged\n');
else {
  const { build } = await import('vite'); // half a second that an unchanged start does not pay
  await build({ root: ROOT, logLevel: 'warn' });
  mkdirSync(join(ROOT, '.cache'), { recursive: true });
  writeFileSync(STAMP, stamp);
  process.stderr.write('app: built\n');
}
