/**
 * The whole line, shown: a server on a temporary database, real browsers that opt in by clicking and compute at full speed,
 * one request to the pool, its checked answer, and the books:
 *
 *   npm run -s demo -- --kind route-plan --input FILE --devices 4 --mainframe 0 --json
 *
 * `--cheat N`: the first N devices alter 32 digests of every result. `--kill-server-after N`: SIGKILL when N units are
 * checked, then the same server again. `--kill-browsers-after N`: all browsers are killed then, and new ones opened after a
 * while in which nothing may move. The last line is JSON; exit 0 only if everything it says holds.
 */
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { POLICY } from '../shared/model/policy.ts';
import type { JobView } from '../shared/protocol/rest.ts';
import { readBooks } from './books.ts';
import { openFleet } from './browser-fleet.ts';
import { ServerClient } from './server-client.ts';
import { freePort, startDemoServer, stopDemoServer } from './start-demo-server.ts';
import { processTree, threadCpuMs } from './thread-cpu.ts';

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'route-plan' },
    input: { type: 'string' },
    devices: { type: 'string', default: '4' },
    mainframe: { type: 'string', default: '0' },
    cheat: { type: 'string', default: '0' },
    'kill-server-after': { type: 'string' },
    'kill-browsers-after': { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
if (values.input === undefined) throw new Error('--input FILE: the stops to plan, as CSV, JSON or TSPLIB');
const killAfter = values['kill-server-after'] === undefined ? undefined : Number(values['kill-server-after']);
const killBrowsersAfter =
  values['kill-browsers-after'] === undefined ? undefined : Number(values['kill-browsers-after']);
const cheats = Number(values.cheat);
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), 'zeus-demo-'));
const port = await freePort();
const url = `http://localhost:${port}`;
let executorCpuMs = 0; // of servers that were killed
let server = await startServer();
const client = ServerClient.at(url, folder);
let browserCpuMs = 0; // of browsers that were killed
/** The first invite is opened now. */
const invitedAt = Date.now();
let fleet = await startFleet();
await until(async () => (await client.health()).links === fleet.devices.length);
say('all devices are linked');

const filed = await client.submit(values.kind, readFileSync(values.input, 'utf8'));
let kills = 0;
let browserKills = 0;
let movedWithoutBrowsers = 0;
let restartedAt = Number.POSITIVE_INFINITY;
let job = filed;
let told = '';
let firstCheckedAt: number | undefined;
while (job.state === 'running') {
  await pause(200);
  job = await client.job(filed.jobId);
  if (job.unitsChecked > 0) firstCheckedAt ??= Date.now();
  const now = `round ${job.round} of ${job.rounds}: ${job.unitsDone} done, ${job.unitsChecked} checked, of ${job.units}`;
  if (now !== told) say((told = now));
  if (killAfter !== undefined && kills === 0 && job.state === 'running' && job.unitsChecked >= killAfter)
    await killServer();
  if (killBrowsersAfter !== undefined && browserKills === 0 && job.unitsChecked >= killBrowsersAfter)
    await killBrowsers();
}
const database = join(folder, 'zeus.db');
await until(async () => readBooks(database).unaudited === 0);
const ledger = await client.verifyLedger();
const books = readBooks(database);
const cpu = {
  browserWorkersMs: Math.round(browserCpuMs + fleet.workerCpuMs()),
  serverExecutorsMs: Math.round(executorCpuMs + kernelThreadsMs(server)),
};
await fleet.close();
await stopDemoServer(server);
rmSync(folder, { recursive: true });

const report = reportOn(job);
const wrong = whatIsWrong();
for (const line of wrong) say(`WRONG: ${line}`);
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, undefined, 2)}\n`);
process.exit(wrong.length === 0 ? 0 : 1);

function reportOn({ answer, units, unitsChecked, roundLengths, waitMs }: JobView) {
  return {
    answer: answer as { readonly length: number; readonly tour: readonly number[] } | undefined,
    units: { issued: units, checked: unitsChecked, refused: books.unitsRefused },
    devices: books.devices,
    ledger: { entriesSumMicros: ledger.entriesSumMicros, balancesMatch: ledger.balancesMatch },
    cpu,
    roundLengths,
    // From an invite's link to the first unit that passed its check, opting in and opening the other devices included.
    inviteToFirstCheckedMs: firstCheckedAt === undefined ? undefined : firstCheckedAt - invitedAt,
    kills,
    browserKills,
    unitsAcceptedAfterRestart: books.acceptedSince(restartedAt),
    waitMs,
  };
}

function whatIsWrong(): string[] {
  const lines: string[] = [];
  const isWrong = (isSo: boolean, line: string): void => void (isSo && lines.push(line));
  isWrong(job.state !== 'answered', `the job is ${job.state}: ${job.failure ?? ''}`);
  const tour = report.answer?.tour ?? [];
  isWrong(new Set(tour).size !== tour.length || tour.length === 0, 'the tour visits a stop twice, or none');
  isWrong(ledger.entriesSumMicros !== 0 || !ledger.balancesMatch, 'the books do not balance');
  const peerUnits = books.devices.reduce((sum, { units }) => sum + units, 0);
  for (const { name, units, pendingMicros, postedMicros } of books.devices) {
    const isCheat = fleet.devices.find((device) => device.name === name)?.isCheat ?? false;
    isWrong(isCheat && pendingMicros + postedMicros !== 0, `${name} cheated and has ${pendingMicros}`);
    isWrong(
      pendingMicros + postedMicros !== units * POLICY.priceMicros,
      `${name}: ${units} units, ${pendingMicros} pending`,
    );
  }
  isWrong(Number(values.mainframe) === 0 && peerUnits !== job.units, `${peerUnits} units credited of ${job.units}`);
  isWrong(movedWithoutBrowsers > 0, `${movedWithoutBrowsers} units were done while there was no browser`);
  isWrong(
    killBrowsersAfter !== undefined && browserKills === 0,
    'the job was answered before the browsers could be killed',
  );
  isWrong(killAfter !== undefined && kills === 0, 'the job was answered before the server could be killed');
  return lines;
}

function startFleet(): ReturnType<typeof openFleet> {
  const devices = Number(values.devices);
  return openFleet({
    url,
    devices,
    invite: () => client.invite(),
    isBench: true,
    cheats,
    cheat: { honestUnits: 0, altered: 32 },
    say,
  });
}

/** As if every driver had closed the app at once. What they held comes back when its time is over, or sooner as stragglers. */
async function killBrowsers(): Promise<void> {
  browserKills++;
  browserCpuMs += fleet.workerCpuMs();
  fleet.kill();
  await until(async () => (await client.health()).links === 0);
  await until(async () => {
    const { unitsDone, unitsChecked } = await client.job(filed.jobId);
    return unitsDone === unitsChecked;
  });
  const before = (await client.job(filed.jobId)).unitsDone;
  say(`all browsers were killed at ${before} units; waiting without any`);
  await pause(5000);
  movedWithoutBrowsers = (await client.job(filed.jobId)).unitsDone - before;
  fleet = await startFleet();
}

async function killServer(): Promise<void> {
  kills++;
  executorCpuMs += kernelThreadsMs(server);
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await gone;
  say('the server was killed; starting it again');
  server = await startServer();
  restartedAt = Date.now();
}

function startServer(): ReturnType<typeof startDemoServer> {
  return startDemoServer({ folder, port, mainframeThreads: values.mainframe });
}

function kernelThreadsMs({ pid = 0 }: ChildProcess): number {
  return threadCpuMs(processTree(pid), 'kernel');
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await pause(100);
}
