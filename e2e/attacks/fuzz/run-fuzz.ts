import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerCheck } from '../../../shared/protocol/rest.ts';
import { logFilesIn } from '../../../server/audit-log/log-files.ts';
import { verifyLog } from '../../../server/audit-log/verify-log.ts';
import { rootSecret } from '../../../server/adapters/root-secret.ts';
import { auditMasterFrom } from '../../../server/adapters/secrets.ts';
import { Attack } from './attack.ts';
import { explainDeath, explainFault, type Finding } from './find-cause.ts';
import { HonestPhones, type HonestReport } from './honest-phones.ts';
import { memoryTrend, type MemoryTrend } from './memory-trend.ts';
import { openWorld } from './open-world.ts';
import type { Setup } from './server-messages.ts';
import { ServerProcess } from './server-process.ts';
import type { TallyReport } from './tally.ts';
import type { FuzzWorld } from './world.ts';

export interface FuzzOptions extends Omit<Setup, 'dataDir'> {
  readonly seed: bigint;
  /** Frames, upgrades and requests, all together. */
  readonly pieces: number;
  readonly progress?: (line: string) => void;
}

export interface FuzzReport extends TallyReport {
  readonly seed: string;
  readonly limits: Setup['limits'];
  readonly seconds: number;
  /** Operations of the server's document, and those that no request was for. */
  readonly operations: number;
  readonly unasked: readonly string[];
  readonly isAlive: boolean;
  readonly memory: MemoryTrend;
  readonly honest: HonestReport | undefined;
  readonly ledger: LedgerCheck | undefined;
  readonly auditLog: { readonly records: number; readonly fault: string | undefined } | undefined;
  readonly findings: readonly Finding[];
}

const LINK_DEVICES = 8;
const HONEST_PHONES = 2;
/** Growth of what the garbage collector leaves, from the first to the last third after the warm-up. */
const MOST_GROWTH_MB = 12;
/** One bug shows itself a thousand times: so many are made small. */
const MOST_EXPLAINED = 3;

/** Attacks a server of its own and says everything that is wrong with it afterwards. */
export async function runFuzz({ seed, pieces, limits, planted, progress }: FuzzOptions): Promise<FuzzReport> {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-fuzz-'));
  const dataDir = join(folder, 'data');
  const setup = { limits, planted };
  const startedAt = performance.now();
  const server = await ServerProcess.start({ ...setup, dataDir });
  let phones: HonestPhones | undefined;
  try {
    const world = await openWorld(server, LINK_DEVICES);
    phones = await HonestPhones.start(server, HONEST_PHONES);
    const isSpread = limits === 'shipped';
    const options = { server, world, seed, pieces, isSpread, progress: progress ?? (() => undefined) };
    const attack = new Attack(options);
    await attack.run();
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;

    const findings: Finding[] = server.isAlive ? await lostSessions(server, world) : [];
    for (const fault of distinct(attack.faults)) {
      if (server.isAlive) findings.push(await explainFault(attack, options, fault));
    }
    const honest = server.isAlive ? await phones.settle(join(dataDir, 'zeus.db')) : undefined;
    const ledger = server.isAlive ? await verifyLedger(server) : undefined;
    await server.ask({ type: 'stop' });
    const { isAlive } = server;
    if (!isAlive) findings.push(await explainDeath(setup, seed, attack.recent, server.stderr));
    const auditLog = isAlive ? verifyAuditLog(dataDir) : undefined;
    const memory = memoryTrend(attack.samples);
    findings.push(...saidBy(server), ...wrongWith({ memory, honest, ledger, auditLog }, isAlive));
    const report = attack.tally.report();
    const unasked = world.operations.filter((one) => !attack.tally.hasAsked(one));
    const coverage = {
      operations: world.operations.length,
      unasked: unasked.map(({ method, path }) => `${method} ${path}`),
    };
    return {
      seed: String(seed),
      limits,
      seconds,
      isAlive,
      ...coverage,
      ...report,
      memory,
      honest,
      ledger,
      auditLog,
      findings,
    };
  } finally {
    phones?.stop();
    await server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Books = Pick<FuzzReport, 'memory' | 'honest' | 'ledger' | 'auditLog'>;

function wrongWith({ memory, honest, ledger, auditLog }: Books, isAlive: boolean): readonly Finding[] {
  const wrong: string[] = [];
  const [before, after] = memory.heapMb;
  if (after - before > MOST_GROWTH_MB)
    wrong.push(`memory grows: ${before.toFixed(1)} MB, later ${after.toFixed(1)} MB`);
  if (!isAlive) return wrong.map((what) => ({ what }));
  if (!honest?.isWhole) wrong.push(`honest phones were harmed: ${JSON.stringify(honest)}`);
  if (!ledger?.balancesMatch || ledger.entriesSumMicros !== 0) wrong.push(`the books: ${JSON.stringify(ledger)}`);
  if (!auditLog || auditLog.fault !== undefined) wrong.push(`the audit log: ${JSON.stringify(auditLog)}`);
  return wrong.map((what) => ({ what }));
}

/** Incidents, and promises that nobody waited for. */
const saidBy = ({ said }: ServerProcess): readonly Finding[] =>
  [...new Set(said.filter((line) => line.startsWith('incident')))].slice(0, 20).map((what) => ({ what }));

function distinct<F extends { readonly fault: string }>(faults: readonly F[]): readonly F[] {
  const byWhat = new Map(faults.map((fault) => [fault.fault.replaceAll(/[0-9a-f]{8}/g, '').slice(0, 80), fault]));
  return [...byWhat.values()].slice(0, MOST_EXPLAINED);
}

/** Not the server's fault but the fuzzer's: without its sessions it knocks at closed doors, and finds nothing behind them. */
async function lostSessions({ serving }: ServerProcess, { driver, admin }: FuzzWorld): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, token] of Object.entries({ driver, admin })) {
    const headers = { Authorization: `Bearer ${token}` };
    const reply = await fetch(`${serving.url}/api/me`, { headers }).catch(() => undefined); // it may be dying
    if (reply && reply.status !== 200)
      findings.push({ what: `the ${name}'s session was lost on the way: ${reply.status}` });
  }
  return findings;
}

async function verifyLedger({ serving }: ServerProcess): Promise<LedgerCheck> {
  const headers = { Authorization: `Bearer ${serving.operator}` };
  return (await (await fetch(`${serving.url}/api/ledger/verify`, { headers })).json()) as LedgerCheck;
}

function verifyAuditLog(dataDir: string): FuzzReport['auditLog'] {
  const root = rootSecret(
    { given: undefined, file: join(dataDir, 'secrets.json'), isProduction: false },
    () => undefined,
  );
  let records = 0;
  const { fault } = verifyLog(logFilesIn(dataDir), auditMasterFrom(root), () => records++);
  return { records, fault: fault && `${fault.code} at record ${fault.record}` };
}
