/**
 * `npm test`: the checks, then vitest, then Playwright, each run to its end whatever failed before it.
 * The last line is `N passed, N failed` over all of them, a check counting as one test; nothing run counts as a failure.
 *
 *     npm test -- ledger      only the test files whose path contains "ledger", and no checks
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { runChecks } from './run-checks.ts';
import { ROOT, toolEnv } from './spawn-quietly.ts';
import { addUp, playwrightTally, type Suite, type Tally, vitestTally } from './tally.ts';

const REPORTS = join(ROOT, '.cache', 'reports');

/** A port nobody listens on now, for Vite: two checkouts may test at the same time. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Runs a test tool with its output straight through; whether it exited with 0. */
function runTool(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...toolEnv(), ...env } });
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

/** The report a tool left, or undefined when it died before writing one. */
function readReport(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function runVitest(filters: readonly string[]): Promise<Tally> {
  const report = join(REPORTS, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const ok = await runTool('vitest', ['run', ...reporters, '--passWithNoTests', ...filters], {});
  return vitestTally(ok, readReport(report));
}

async function runPlaywright(filters: readonly string[]): Promise<Tally> {
  const report = join(REPORTS, 'playwright.json');
  const ok = await runTool('playwright', ['test', '--reporter=list,json', '--pass-with-no-tests', ...filters], {
    PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    E2E_PORT: String(await freePort()),
  });
  return playwrightTally(ok, readReport(report));
}

const filters = process.argv.slice(2);
rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });

const suites: Suite[] = [];
if (filters.length === 0) suites.push({ name: 'checks', tally: await runChecks() });
suites.push({ name: 'vitest', tally: await runVitest(filters) });
suites.push({ name: 'playwright', tally: await runPlaywright(filters) });

const { passed, failed, remarks } = addUp(suites, filters.length > 0);
for (const { name, tally } of suites) console.log(`${name}: ${tally.passed} passed, ${tally.failed} failed`);
for (const remark of remarks) console.log(remark);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
