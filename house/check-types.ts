/**
 * `tsc` on every wall: one tsconfig.json per folder that may see something else than its neighbours, two compilers at a time.
 * No project references: they need emitted declarations, and keep a test from importing what lies outside its folder.
 */
import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Outcome, ROOT, spawnQuietly } from './spawn-quietly.ts';

const AT_A_TIME = 2;

/** The folders with a tsconfig.json of their own, the root's first because it is the largest. */
function findWalls(): string[] {
  const files = globSync('**/tsconfig.json', { cwd: ROOT, exclude: ['**/node_modules', '**/.*', '**/dist'] });
  return files.map((file) => dirname(file)).toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

export async function checkTypes(): Promise<Outcome> {
  const waiting = findWalls();
  const complaints: string[] = [];
  const compileRest = async (): Promise<void> => {
    const wall = waiting.shift();
    if (wall === undefined) return;
    // AssemblyScript's own base config, which the kernels extend, would write a .js beside each source.
    const { ok, output } = await spawnQuietly('tsc', ['-p', wall, '--noEmit']);
    if (!ok) complaints.push(`${wall}/tsconfig.json:\n${output}`);
    return compileRest();
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, compileRest));
  return { ok: complaints.length === 0, output: complaints.join('\n') };
}
