import { spawn } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The repository's root: what every tool here runs in. */
export const ROOT = join(import.meta.dirname, '..');

/** Where npm puts the installed commands. */
const TOOLS = join(ROOT, 'node_modules', '.bin');

/**
 * Our environment with the installed commands first on the path. `npm run` does this too; repeated so that `node house/run-checks.ts` works by itself.
 * oxlint finds its type-aware half nowhere else.
 */
export const toolEnv = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [TOOLS, process.env.PATH].join(delimiter),
});

export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a tool of node_modules and keeps what it says, stdout and stderr in the order they came. */
export function spawnQuietly(command: string, args: readonly string[], cwd = ROOT): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env: toolEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', (error) => resolve({ ok: false, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}
