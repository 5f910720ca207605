/**
 * Sends malformed frames, upgrades and requests to a server of its own, through real sockets, and says what came of it:
 *
 *   npm run -s fuzz -- --frames 1000000 --seed 1 --json
 *
 * Nineteen of twenty go to a server whose limits are raised, so that they meet code and not a 429; the last one in twenty to
 * the limits as shipped. Exit 1 when anything was found. The same seed makes the same cases.
 */
import { parseArgs } from 'node:util';
import { runFuzz, type FuzzReport } from './run-fuzz.ts';

const { values } = parseArgs({
  options: {
    frames: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const frames = Number(values.frames);
if (!Number.isSafeInteger(frames) || frames < 20 || !/^\d{1,18}$/.test(values.seed)) {
  process.stderr.write('--frames: expected a number of at least 20; --seed: expected a whole number.\n');
  process.exit(2);
}
const seed = BigInt(values.seed);
const withShipped = Math.ceil(frames / 20);

const run = (limits: FuzzReport['limits'], pieces: number): Promise<FuzzReport> =>
  runFuzz({ seed, pieces, limits, planted: [], progress: (line) => void process.stderr.write(`${limits}: ${line}\n`) });
const reports = [await run('raised', frames - withShipped), await run('shipped', withShipped)];

const sent = reports.reduce((sum, { pieces }) => sum + pieces, 0);
const findings = reports.flatMap((report) => report.findings);
const whole = { sent, found: findings.length, reports };
process.stdout.write(`${values.json ? JSON.stringify(whole) : JSON.stringify(whole, undefined, 2)}\n`);
process.exit(findings.length > 0 ? 1 : 0);
