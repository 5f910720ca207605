/**
 * Two real browsers, twins but for one thing: after five honest units (its probation) one of them alters a single digest of
 * every result. Requests go to the pool until it is found out. The last line is JSON; exit 0 only if it was convicted within
 * 150 units, ends with nothing in escrow or paid, and its twin lost nothing:
 *
 *   npm run -s evidence:turncoat -- --json
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { must } from '../shared/assert.ts';
import { POLICY } from '../shared/model/policy.ts';
import { openFleet } from './browser-fleet.ts';
import { readBooks, type DeviceBooks } from './books.ts';
import { ServerClient } from './server-client.ts';
import { freePort, startDemoServer, stopDemoServer } from './start-demo-server.ts';

const MOST_UNITS = 150;
const INPUT = join(import.meta.dirname, '../wasm/kinds/route-plan/fixtures/berlin52.tsp');

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), 'zeus-turncoat-'));
const port = await freePort();
const url = `http://localhost:${port}`;
const server = await startDemoServer({ folder, port, mainframeThreads: '0' });
const client = ServerClient.at(url, folder);
const cheat = { honestUnits: POLICY.probationTasks, altered: 1 };
const fleet = await openFleet({ url, devices: 2, invite: () => client.invite(), isBench: true, cheats: 1, cheat, say });
const db = new Database(join(folder, 'zeus.db'), { readonly: true });
const [turncoatId, twinId] = readBooks(join(folder, 'zeus.db')).devices.map(({ id }) => id) as [number, number];

// Requests until it is banned (or has had its 150 units), then until nothing is left to check.
let jobs = 0;
let state = look();
while (state.status !== 'banned' && state.handedIn < cheat.honestUnits + 2 * MOST_UNITS) {
  const filed = await client.submit('route-plan', `${readFileSync(INPUT, 'utf8')}\n`);
  jobs++;
  while ((await client.job(filed.jobId)).state === 'running') await pause(200);
  state = look();
  say(`${jobs} jobs answered; the turncoat has handed in ${state.handedIn} units, ${state.findings.length} findings`);
}
for (let waits = 0; waits < 300 && look().unsettled > 0; waits++) await pause(200);
state = look();
const devices = readBooks(join(folder, 'zeus.db')).devices;
db.close();
await fleet.close();
await stopDemoServer(server);
rmSync(folder, { recursive: true });

const booksOf = (id: number): DeviceBooks =>
  must(
    devices.find((device) => device.id === id),
    `device ${id}`,
  );
const [turncoat, twin] = [booksOf(turncoatId), booksOf(twinId)];
const report = {
  jobs,
  unitsUntilFound: state.unitsUntilFound,
  findings: state.findings,
  turncoat: { ...turncoat, status: state.status },
  twin: { ...twin, findings: state.twinFindings, voidRows: state.twinVoidRows },
};
const isRight =
  (state.unitsUntilFound ?? Number.POSITIVE_INFINITY) <= MOST_UNITS &&
  turncoat.pendingMicros === 0 &&
  turncoat.postedMicros === 0 &&
  state.twinFindings + state.twinVoidRows === 0 &&
  twin.pendingMicros === twin.units * POLICY.priceMicros;
process.stdout.write(
  `${values.json ? JSON.stringify({ isRight, ...report }) : JSON.stringify({ isRight, ...report }, undefined, 2)}\n`,
);
process.exit(isRight ? 0 : 1);

/** What the database says, read beside the running server. */
function look() {
  const one = <T>(sql: string, ...values: number[]): T => db.prepare<number[], T>(sql).get(...values)!;
  const device = one<{ status: string; handedIn: number }>(
    'SELECT status, task_count AS handedIn FROM device WHERE id = ?',
    turncoatId,
  );
  const findings = db
    .prepare<[number], { at: number; seq: number; ruling: string; wrongChunks: number }>(
      'SELECT at, seq, ruling, wrong_chunks AS wrongChunks FROM evidence WHERE device_id = ? ORDER BY id',
    )
    .all(turncoatId);
  const found = findings[0];
  const before =
    found &&
    one<{ n: number }>(
      'SELECT sum(length(task_indices) / 2) AS n FROM exchange WHERE device_id = ? AND accepted_at <= ?',
      turncoatId,
      found.at,
    ).n;
  const count = (sql: string): number => one<{ n: number }>(sql, twinId).n;
  return {
    ...device,
    findings: findings.map(({ ruling, wrongChunks }) => ({ ruling, wrongChunks })),
    unitsUntilFound: before === undefined ? undefined : before - cheat.honestUnits,
    unsettled: one<{ n: number }>(
      `SELECT count(*) AS n FROM exchange WHERE device_id = ? AND state = 'pending'`,
      turncoatId,
    ).n,
    twinFindings: count('SELECT count(*) AS n FROM evidence WHERE device_id = ?'),
    twinVoidRows: count(`SELECT count(*) AS n FROM exchange WHERE device_id = ? AND state = 'void'`),
  };
}
