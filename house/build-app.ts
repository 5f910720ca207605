/** Builds the app into `dist/` when anything it is made of has changed; says which. A start that changes nothing waits for nothing. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stampOfSources } from './source-stamp.ts';
import { ROOT } from './spawn-quietly.ts';

const STAMP = join(ROOT, '.cache', 'app-stamp');

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
