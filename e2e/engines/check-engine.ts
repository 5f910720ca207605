import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { POLICY } from '../../shared/model/policy.ts';
import { DAY } from '../../shared/time.ts';
import { OPERATOR } from '../../server/core/found.ts';
import { serve, type RunningServer } from '../../server/serve.ts';
import { tap, until, type Engine, type EnginePage } from './engine.ts';
import { digestsIn, digestsInNode } from './golden-digests.ts';

export interface Check {
  readonly name: 'opt-in' | 'kernels' | 'api absent' | 'computes' | 'offline';
  /** `absent`: there is nothing here that it could check, and `said` says what. */
  readonly outcome: 'passed' | 'failed' | 'absent';
  readonly said: string;
}

export interface EngineReport {
  readonly engine: Engine['name'];
  readonly version: string;
  readonly checks: readonly Check[];
}

/** A driver's first minutes in one engine, on a server of its own that has no executor but this phone. */
export async function checkEngine(engine: Engine, siteDir: string): Promise<EngineReport> {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-engine-'));
  const server = await serve({
    host: '127.0.0.1',
    port: 0,
    dataDir: join(folder, 'data'),
    secret: undefined,
    isProduction: false,
    policy: { ...POLICY, mainframeThreads: 0 },
    siteDir,
    say: () => undefined,
  });
  let page: Awaited<ReturnType<Engine['start']>> | undefined;
  const checks: Check[] = [];
  try {
    page = await engine.start();
    const running = page;
    const check = async (name: Check['name'], run: () => Promise<string | undefined>): Promise<void> => {
      try {
        const said = await run();
        checks.push({ name, outcome: said === undefined ? 'absent' : 'passed', said: said ?? NOTHING_OFFLINE });
      } catch (error) {
        checks.push({ name, outcome: 'failed', said: error instanceof Error ? error.message : String(error) });
      }
    };
    await check('opt-in', () => optsIn(running, server));
    await check('kernels', () => agreesOnKernels(running));
    await check('api absent', () => saysWhatIsAbsent(running));
    await check('computes', () => computes(running, server));
    await check('offline', () => worksOffline(running, server));
    return { engine: engine.name, version: page.version, checks };
  } finally {
    await page?.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const NOTHING_OFFLINE = 'this build registers no service worker: nothing could show offline';
/** The word alone, without what stands beside it. */
const SIGN_WORD = `(/Ready|Computing|Resting/.exec(document.querySelector('.sign-top').textContent) ?? [''])[0]`;
const signText = `(document.querySelector('.sign-top')?.textContent ?? '')`;

async function optsIn(page: EnginePage, server: RunningServer): Promise<string> {
  await page.open(`${server.url}/join/${await server.people.invite('driver', DAY)}`);
  await until(page, `document.querySelector('input')`, 'the field for a name');
  // React hears of a value only through the element's own setter and an event.
  await page.evaluate(`void (() => {
    const field = document.querySelector('input');
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, 'Maria');
    field.dispatchEvent(new Event('input', { bubbles: true }));
  })()`);
  await tap(page, 'Continue');
  await tap(page, 'Enable');
  await until(page, `/Ready|Computing|Resting/.test(${signText})`, 'Shared Compute to be on');
  const builds = await page.evaluate<number>(
    `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.wasm')).length`,
  );
  return `self-test passed on ${builds} kernel, the sign says ${await page.evaluate<string>(SIGN_WORD)}`;
}

async function agreesOnKernels(page: EnginePage): Promise<string> {
  const [here, node] = [await digestsIn(page), digestsInNode()];
  for (const build of ['simd', 'baseline'] as const)
    if (String(here[build]) !== String(node[build]))
      throw new Error(`${build}: expected ${String(node[build])}, got ${String(here[build])}`);
  return `${node.simd.length} digests, with SIMD and without, are Node’s: ${String(here.simd.at(-1))} …`;
}

/** Which of the three this engine lacks; the governor's word for it is looked at once it computes. */
async function saysWhatIsAbsent(page: EnginePage): Promise<string> {
  const absent = await absentIn(page);
  if (absent.length === 0) return 'all three are here';
  return `no ${absent.join(', ')}: on all the same`;
}

const absentIn = (page: EnginePage): Promise<readonly string[]> =>
  page.evaluate(`[
    ['Battery', 'getBattery' in navigator],
    ['Compute Pressure', 'PressureObserver' in globalThis],
    ['Network Information', 'connection' in navigator],
  ].filter(([, isHere]) => !isHere).map(([name]) => name)`);

/** Work comes, and the sign says what it does of it: where signals are missing, 1 % at most. */
async function computes(page: EnginePage, server: RunningServer): Promise<string> {
  const numbers = Array.from({ length: 500 }, (_, i) => (i * 7919) % 1009);
  const stops = Array.from({ length: 300 }, (_, i) => [(i * 7919) % 10_007, (i * 104_729) % 10_009]);
  const file = async (kind: string, request: unknown, key: string): Promise<void> => {
    const filed = await server.p2p.submit(OPERATOR, { kind, placement: 'pool', request, idempotencyKey: key });
    if (!filed.ok) throw new Error(filed.error.code);
  };
  await file('tiny', { numbers, units: 1 }, 'tiny');
  await file('route-plan', { stops }, 'route');
  await until(page, `/Computing/.test(${signText})`, 'the sign to say Computing');
  const isLess = (await absentIn(page)).includes('Battery');
  if (isLess) await until(page, `document.body.innerText.includes('1 % at most')`, 'the sign to say 1 % at most');
  return isLess ? 'computing, “1 % at most: this browser does not tell us everything”' : 'computing';
}

/** With the server gone the app still opens, where a service worker keeps it. */
async function worksOffline(page: EnginePage, server: RunningServer): Promise<string | undefined> {
  const isKept = await page.evaluate<boolean>(
    `'serviceWorker' in navigator && navigator.serviceWorker.getRegistration().then((one) => one !== undefined)`,
  );
  if (!isKept) return undefined;
  await page.evaluate(`navigator.serviceWorker.ready.then(() => true)`);
  await until(page, 'navigator.serviceWorker.controller', 'the service worker to have this page');
  await server.close();
  await page.open(`${server.url}/`);
  await until(
    page,
    `/Offline since/.test(document.querySelector('#app')?.innerText ?? '')`,
    'the app’s sign of being offline, from the phone itself',
  );
  return 'opened with the server gone, and says Offline';
}
