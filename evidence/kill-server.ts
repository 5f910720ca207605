/**
 * Kills a server with SIGKILL again and again while a job of a thousand places runs, starts it again on the same port and
 * database, and then asks whether the job ended right and the books balance:
 *
 *   npm run -s evidence:kill -- --kills 20 --json
 *
 * The server is `server/main.ts` as it ships, with one mainframe thread. Phones are Node devices: the shipped agent over real
 * sockets with real keys, running the real kernel in a thread of its own each. Afterwards `check-books.py` and `check-tour.py`,
 * which share no code with the project, look at the database file and at the answer.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { computeSelfTest } from '../server/testing/compute-self-test.ts';
import { ServerClient } from '../fleet/server-client.ts';
import type { DeviceView } from '../shared/protocol/app.ts';
import { makeNodeKey } from '../server/testing/node-device.ts';

const ROOT = join(import.meta.dirname, '..');
const PLACES = join(ROOT, 'wasm/kinds/route-plan/fixtures/new-york-1000.csv');
const PHONES = 2;

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    port: { type: 'string', default: '8971' },
    json: { type: 'boolean', default: false },
  },
});
const kills = Number(values.kills);
const url = `http://127.0.0.1:${values.port}`;
const folder = mkdtempSync(join(tmpdir(), 'zeus-kill-'));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function start(): Promise<ChildProcess> {
  const env = { ...process.env, PORT: values.port, DATA_DIR: folder };
  const server = spawn(process.execPath, [join(ROOT, 'server/main.ts')], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the server ended with ${code}`)));
    server.stdout.on('data', (data: Buffer) => /Serving on/.test(data.toString()) && resolve());
  });
  return server;
}

/** A driver comes in by an invite and opts a phone in; the phone then works in a thread of its own. */
async function startPhone(name: string): Promise<Worker> {
  const invite = await client.invite();
  const joined = await fetch(`${url}/api/accounts`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ invite, name }),
  });
  const session = /zeus_session=([^;]+)/.exec(joined.headers.get('set-cookie') ?? '')?.[1] ?? '';
  const key = makeNodeKey();
  const publicKey = Buffer.from(key.publicKey).toString('base64url');
  const { deviceId } = await client.send<DeviceView>('POST', '/api/devices', { publicKey, cores: 8 }, session);
  const test = `/api/devices/${deviceId}/self-test`;
  await client.send('POST', test, computeSelfTest(await client.send('GET', test, undefined, session)), session);
  await client.send('PUT', `/api/devices/${deviceId}/consent`, { isGranted: true, version: 1 }, session);
  const privateKey = key.privateKey.export({ format: 'pem', type: 'pkcs8' });
  return new Worker(new URL('./phone.worker.ts', import.meta.url), {
    workerData: { url, deviceId, privateKey, publicKey },
  });
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const startedAt = performance.now();
let server = await start(); // the first start files its sample and answers it
const client = ServerClient.at(url, folder);
const phones: Worker[] = [];
for (let i = 0; i < PHONES; i++) phones.push(await startPhone(`Driver ${i + 1}`));
const request = readFileSync(PLACES, 'utf8');
const { jobId } = await client.submit('route-plan', request);

const killedAt: number[] = [];
while (killedAt.length < kills) {
  await pause(200 + Math.random() * 9000); // longer than the grace for phones that come back, and shorter
  const { unitsDone, state } = await client.job(jobId);
  if (state !== 'running') break;
  server.removeAllListeners('exit');
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGKILL');
  await gone;
  killedAt.push(unitsDone);
  say(`kill ${killedAt.length} at ${unitsDone} units done`);
  server = await start();
}

let job = await client.job(jobId);
while (job.state === 'running') {
  await pause(500);
  job = await client.job(jobId);
}
await pause(1500); // whatever is still being audited or delivered
for (const phone of phones) await phone.terminate();
server.removeAllListeners('exit');
const stopped = new Promise((resolve) => server.once('exit', resolve));
server.kill('SIGTERM');
await stopped;

const check = (script: string, ...args: string[]): { readonly isRight: boolean; readonly report: unknown } => {
  const run = spawnSync('python3', [join(ROOT, 'evidence', script), ...args], { encoding: 'utf8' });
  if (run.status !== 0) say(run.stdout + run.stderr);
  const said = run.stdout.trim().split('\n').at(-1) ?? '';
  return { isRight: run.status === 0, report: said.startsWith('{') ? (JSON.parse(said) as unknown) : said };
};
const answer = join(folder, 'answer.json');
writeFileSync(answer, `${JSON.stringify({ answer: job.answer })}\n`);
const books = check('check-books.py', join(folder, 'zeus.db'));
const tour = check('check-tour.py', PLACES, answer);
const isRight = job.state === 'answered' && killedAt.length === kills && books.isRight && tour.isRight;
const report = {
  kills: killedAt.length,
  unitsDoneAtKill: killedAt,
  state: job.state,
  units: job.units,
  executors: job.executors,
  roundLengths: job.roundLengths,
  books: books.report,
  tour: tour.report,
  seconds: Math.round((performance.now() - startedAt) / 100) / 10,
  isRight,
};
rmSync(folder, { recursive: true });
process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, undefined, 2)}\n`);
process.exit(isRight ? 0 : 1);
