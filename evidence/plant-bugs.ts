/**
 * Plants known bugs in the server, one after the other, and asks how many seeds the simulator takes to catch each:
 *
 *   npm run -s evidence:bugs
 *
 * Each bug is a patch of a few lines in `planted/`. The sources, as they stand here and now, are copied to a temporary
 * folder, the patch is applied there, and small worlds of any kind (or of the scenario that the patch begins with) run until
 * one breaks a rule. A line of JSON a bug; ends
 * with 1 when one is not caught.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = join(import.meta.dirname, '..');
const PATCHES = join(import.meta.dirname, 'planted');

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '200' }, bug: { type: 'string' } },
});

interface Caught {
  readonly bug: string;
  /** How many seeds had been run when it was caught, or in all. */
  readonly seeds: number;
  /** The seed that caught it; nothing = none did. */
  readonly seed: number | undefined;
  readonly invariant: string | undefined;
  readonly detail: string;
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  // The simulator ends with 1 when a rule is broken: that is what we are after.
  if (status !== 0 && !(command === process.execPath && status === 1))
    throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}

/** The sources with what is not committed yet, and the kernels as built; installed packages by a link. */
function copySources(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-bug-'));
  const listed = run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], ROOT).split('\0');
  const sources = listed.filter((path) => /^(server|shared|wasm)\/|^package\.json$/.test(path));
  for (const path of [...sources, ...globSync('wasm/kinds/*/*.wasm', { cwd: ROOT })]) {
    if (!existsSync(join(ROOT, path))) continue; // deleted, and not committed yet
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path));
  }
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

interface SeedLine {
  readonly seed: number;
  readonly violations?: readonly string[];
  readonly seeds?: number;
}

function hunt(bug: string): Caught {
  const folder = copySources();
  try {
    const patch = join(PATCHES, `${bug}.patch`);
    run('git', ['apply', patch], folder);
    const [, scenario = 'any'] = /^scenario: (\w+)$/m.exec(readFileSync(patch, 'utf8')) ?? [];
    const args = ['server/sim/main.ts', '--scenario', scenario, '--seeds', values.seeds, '--until-failure', '--json'];
    const lines = run(process.execPath, args, folder).trim().split('\n');
    const reports = lines.map((line) => JSON.parse(line) as SeedLine);
    const failed = reports.find(({ violations }) => (violations?.length ?? 0) > 0);
    const [, invariant, detail] = /^event \d+: (\w+): (.*)/.exec(failed?.violations?.[0] ?? '') ?? [];
    const seeds = reports.at(-1)?.seeds ?? 0;
    return { bug, seeds, seed: failed?.seed, invariant, detail: detail ?? 'not caught' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const bugs = readdirSync(PATCHES)
  .filter((file) => file.endsWith('.patch'))
  .map((file) => basename(file, '.patch'))
  .filter((bug) => values.bug === undefined || values.bug === bug);

let isMissed = bugs.length === 0;
for (const bug of bugs) {
  const caught = hunt(bug);
  if (caught.seed === undefined) isMissed = true;
  console.log(JSON.stringify(caught));
}
process.exitCode = isMissed ? 1 : 0;
