import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const PLANTED = join(ROOT, 'evidence/planted');

const hasGit = spawnSync('git', ['--version']).status === 0;
if (!hasGit) process.stdout.write('Skipped, for there is no git here: whether the planted bugs still fit.\n');

/** A patch that no longer fits finds nothing, and nobody would notice before the next long hunt (`npm run evidence:bugs`). */
test.skipIf(!hasGit).each(readdirSync(PLANTED).filter((file) => file.endsWith('.patch')))(
  'the planted bug %s still fits the sources',
  (file) => {
    const { stderr } = spawnSync('git', ['apply', '--check', join(PLANTED, file)], { cwd: ROOT, encoding: 'utf8' });
    expect(stderr).toBe('');
  },
);
