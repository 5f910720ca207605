/**
 * The server that is fuzzed, as a process of its own: the shipped composition on a real file, told over IPC what its master
 * wants. Two arguments differ from `npm start`: the policy, where limits would answer every case with 429, and, in the tests
 * of the fuzzer itself, weaknesses planted into it.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { deviceId } from '../../../shared/ids.ts';
import { POLICY, type Policy } from '../../../shared/model/policy.ts';
import { tokenFileIn } from '../../../server/adapters/data-folder.ts';
import { serve } from '../../../server/serve.ts';
import type { FromServer, Setup, ToServer } from './server-messages.ts';
import { plant } from './plant.ts';

const setup = JSON.parse(process.argv[2] ?? '') as Setup;
const tell = (message: FromServer): void => void process.send?.(message);
const say = (line: string): void => tell({ type: 'said', line });

process.on('unhandledRejection', (error) => say(`incident, a promise nobody waited for: ${String(error)}`)); // as main.ts has it

/** What one address, one account and one phone may, so much that the fuzzer meets code and not a limit. */
const RAISED: Policy = {
  ...POLICY,
  throttle: {
    ...POLICY.throttle,
    bytesADay: 4e9,
    unitsADay: 1e6,
    burstUnits: 1e5,
    drawnBytes: 1e12,
    framesAtOnce: 1e9,
    breaches: 1e9,
  },
  limits: {
    ...POLICY.limits,
    linksPerAddress: 10_000,
    socketsPerAddress: 10_000,
    writesPerMinute: 1e8,
    addressWritesPerMinute: 1e8,
    entriesPerMinute: 1e8,
    rerunsPerMinute: 1e4,
    driverUnitsPerDay: 2_000,
    requestsADay: 1e8,
    readsPerMinute: 1e8,
    adminUnitsPerDay: 1e6,
  },
  signIn: { ...POLICY.signIn, triesPerAddress: 1e8, triesPerAccount: 1e8, codesPerEmail: 1e8 },
};

/** An app of three files, so that pages and files are fuzzed as well: what they say is nothing to the server. */
function smallSite(): string {
  const site = join(setup.dataDir, '..', 'site');
  mkdirSync(join(site, 'assets'), { recursive: true });
  writeFileSync(join(site, 'index.html'), '<!doctype html><title>ZeusDrive</title>');
  writeFileSync(join(site, 'sw.js'), 'self.skipWaiting();');
  for (const name of ['app.js', 'app.js.br', 'app.js.gz']) writeFileSync(join(site, 'assets', name), `// ${name}`);
  return site;
}

const server = await serve({
  host: '127.0.0.1',
  port: 0,
  dataDir: setup.dataDir,
  secret: undefined,
  isProduction: false,
  policy: { ...(setup.limits === 'raised' ? RAISED : POLICY), mainframeThreads: 0 },
  siteDir: smallSite(),
  say,
});
if (setup.planted.length > 0) plant(server, setup.planted);

const { coordinator, auth, people } = server;
const lag = monitorEventLoopDelay({ resolution: 10 });
lag.enable();

/** As if it had passed its self-test: opting in is tested elsewhere, and takes most of a second a phone. */
async function enrol(publicKey: Uint8Array, name: string): Promise<FromServer & { type: 'enrolled' }> {
  const { id: accountId } = await coordinator.openAccount(name, 'driver');
  const enrolled = await coordinator.enrolDevice({ accountId, publicKey, cores: 8 });
  if (!enrolled.ok) throw new Error(enrolled.error);
  const named = { accountId, deviceId: deviceId(enrolled.value.id) };
  await coordinator.calibrate({ ...named, chunkMs: 0.01 });
  await coordinator.consent({ ...named, version: POLICY.consentVersion, isGranted: true });
  return { type: 'enrolled', deviceId: named.deviceId, accountId, token: await auth.openSession(accountId) };
}

async function measure(): Promise<FromServer & { type: 'measured' }> {
  globalThis.gc?.();
  await pause(0); // what finalisers left
  globalThis.gc?.();
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  const measured = {
    rss,
    heapTotal,
    heapUsed,
    external,
    lagMs: { p99: lag.percentile(99) / 1e6, most: lag.max / 1e6 },
  };
  lag.reset();
  return { type: 'measured', ...measured };
}

async function answer(asked: ToServer): Promise<FromServer> {
  switch (asked.type) {
    case 'enrol':
      return enrol(new Uint8Array(Buffer.from(asked.publicKey, 'base64url')), asked.name);
    case 'admit': {
      const admin = await coordinator.openAccount('Admin', 'admin');
      const invites = await Promise.all(Array.from({ length: 5 }, () => people.invite('driver', 60_000_000, admin.id)));
      return { type: 'admitted', admin: await auth.openSession(admin.id), invites };
    }
    case 'measure':
      return measure();
    case 'ping':
      return { type: 'ponged' };
    case 'stop':
      await server.close();
      return { type: 'stopped' };
  }
}

process.on('message', (asked: ToServer) => {
  void answer(asked).then((reply) => {
    tell(reply);
    if (reply.type === 'stopped') process.disconnect();
  });
});
process.on('disconnect', () => process.exit(0)); // whoever fuzzed it is gone
const operator = readFileSync(tokenFileIn(setup.dataDir), 'utf8').trim();
tell({ type: 'serving', url: server.url, port: server.port, operator });
