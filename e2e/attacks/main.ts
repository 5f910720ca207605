/**
 * `npm run attacks`: every attack of docs/SECURITY.md against a production server, with its control and without, and what
 * came of it. `--json` prints the figures alone. Exit code 1 when a control does not hold, or an attack is none.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT, toolEnv } from '../../house/spawn-quietly.ts';
import type { AttackFigures } from './attack.ts';

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly duration?: number;
      readonly meta?: { readonly attack?: AttackFigures };
    }[];
  }[];
}

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const folder = mkdtempSync(join(tmpdir(), 'attacks-'));
const file = join(folder, 'report.json');
try {
  const args = ['run', '--project', 'node', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run([...args, '--exclude', 'e2e/attacks/fuzz/**', 'e2e/attacks']);
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  const attacks = results.flatMap(({ title, status, duration, meta }) => ({
    ...(meta?.attack ?? { attack: title, control: 'none to switch off' }),
    isHeld: status === 'passed',
    ms: Math.round(duration ?? 0),
  }));
  const failed = attacks.filter(({ isHeld }) => !isHeld).length;
  if (values.json) console.log(JSON.stringify({ attacks, failed }, undefined, 2));
  else for (const one of attacks) console.log(inWords(one));
  if (!values.json) console.log(`${attacks.length} attacks, ${failed} not as they should be`);
  process.exitCode = failed > 0 || attacks.length === 0 ? 1 : code;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn('vitest', args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'], env: toolEnv() });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

function inWords(one: Partial<AttackFigures> & { readonly attack: string; readonly isHeld: boolean }): string {
  const { attack, control = '', isHeld, held, open } = one;
  const figures = held && open ? ` ${held.through}/${held.tried} with it, ${open.through}/${open.tried} without` : '';
  return `${isHeld ? 'held  ' : 'FAILED'} ${attack}\n         ${control}:${figures}`;
}
