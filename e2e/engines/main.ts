/**
 * `npm run test:engines`: a driver's first minutes in three engines: Chromium, Firefox (WebDriver BiDi) and WebKitGTK
 * (WebDriver). The app as it ships, a real server, and kernels with and without SIMD against Node's digests.
 *
 *     npm run test:engines -- [--engine chromium|firefox|webkit] [--json]
 *
 * Not part of `npm test`: two of the engines are 300 MB of packages. It installs them as root on Debian; elsewhere it says
 * what is missing. Exit 1: a check failed, or an engine is missing. Exit 2: a flag makes no sense.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkEngine, type EngineReport } from './check-engine.ts';
import { installMissing } from './install.ts';
import { chromium, firefox } from './puppeteer.ts';
import { webkit } from './webkit.ts';

const MARK = { passed: '✓', failed: '✗', absent: '–' } as const;
const ENGINES = [chromium, firefox, webkit] as const;

const { values } = parseArgs({ options: { engine: { type: 'string' }, json: { type: 'boolean', default: false } } });
const engines = ENGINES.filter(({ name }) => values.engine === undefined || values.engine === name);
if (engines.length === 0) {
  process.stderr.write(`--engine: expected chromium, firefox or webkit, got “${values.engine}”.\n`);
  process.exit(2);
}

const missing = await installMissing(engines);
const reports: EngineReport[] = [];
for (const engine of engines.filter(({ name }) => !missing.some((line) => line.startsWith(`${name}:`)))) {
  const report = await checkEngine(engine, join(import.meta.dirname, '../../dist'));
  reports.push(report);
  if (!values.json) print(report);
}
for (const line of missing) process.stderr.write(`not installed, ${line} (Debian: sudo apt-get install …)\n`);
const isRight =
  missing.length === 0 && reports.every(({ checks }) => checks.every(({ outcome }) => outcome !== 'failed'));
if (values.json) console.log(JSON.stringify({ isRight, missing, reports }));
process.exitCode = isRight ? 0 : 1;

function print({ engine, version, checks }: EngineReport): void {
  console.log(`${engine} (${version})`);
  for (const { name, outcome, said } of checks) console.log(`  ${MARK[outcome]} ${name.padEnd(10)} ${said}`);
}
