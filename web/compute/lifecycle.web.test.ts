import { rmSync } from 'node:fs';
import { expect, test as base, type Page } from '@playwright/test';
import { must } from '../../shared/assert.ts';
import { temporaryFolder } from '../../server/http/testing/test-server.ts';
import { kernelPath } from '../../wasm/load-node.ts';
import { SLICE_MS } from '../worker/task/pacer.ts';
import { dutyOf } from './duty.ts';
import { publishManifest } from './testing/development-manifest.ts';
import type { WorkerBench } from './testing/bench-page.ts';
import type { DevicePage } from './testing/device-page.ts';
import { enable, openStage, stateOf, viewOf, type Stage } from './testing/device-stage.ts';
import { openRealBrowser, type RealBrowser } from './testing/real-browser.ts';
import { steadyPressure } from './testing/steady-pressure.ts';
import { outputInNode, routeTask, thousandStops } from './testing/tasks.ts';
import { canReadThreadTime, logCpu } from './testing/thread-time.ts';

/** A page that is covered, put away and thawed by a real browser: what its worker thread and its link do then. */
declare const window: Window & {
  device: DevicePage;
  bench: WorkerBench;
  output: Promise<readonly number[] | 'failed'>;
  hiddenAt: number;
};

const test = base.extend<{ readonly stage: Stage; readonly real: RealBrowser }>({
  stage: async ({ baseURL }, use) => {
    const stage = await openStage(must(baseURL, 'a base URL'));
    await use(stage);
    await stage.close();
  },
  real: async ({ launchOptions }, use) => {
    const profile = temporaryFolder();
    const real = await openRealBrowser(launchOptions, profile);
    await use(real);
    await real.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
  },
});

test.skip(!canReadThreadTime, 'needs /proc');

const reaches = (page: Page, state: string): Promise<void> =>
  expect.poll(() => stateOf(page), { timeout: 20_000 }).toBe(state);

/** A freeze cuts sockets, and Vite's own client answers a cut with a reload: such a page is served without it. */
function withoutReload({ front }: Stage): void {
  front.instead.set('/@vite/client', (response) => {
    response.writeHead(200, { 'Content-Type': 'text/javascript', 'Cross-Origin-Resource-Policy': 'same-origin' });
    response.end();
  });
}

/** Computes, from a job that keeps phones busy for minutes. */
async function atWork(page: Page, stage: Stage, bench: boolean): Promise<void> {
  await stage.open(page, { bench });
  await enable(page);
  await stage.asker.submit({ kind: 'route-plan', placement: 'pool', request: thousandStops() });
  await reaches(page, 'computing');
}

/** Opens another tab in front; the instant at which this page heard of it. */
async function cover({ context, page }: RealBrowser): Promise<number> {
  await page.evaluate(() => {
    document.addEventListener('visibilitychange', () => (window.hiddenAt = Date.now()), { capture: true, once: true });
  });
  const other = await context.newPage();
  await other.bringToFront();
  await expect.poll(() => page.evaluate(() => window.hiddenAt)).toBeGreaterThan(0);
  return page.evaluate(() => window.hiddenAt);
}

/** “Until it is allowed again”, watched for a minute. */
const HIDDEN_MS = 60_000;
/** A thread that exists is looked at by its own garbage collector now and then. */
const NOTHING_MS = 5;

test('hidden for a minute: no CPU from 100 ms on, no byte from a second on; visible, it goes on', async ({
  stage,
  real,
}) => {
  test.setTimeout(HIDDEN_MS + 90_000);
  const { page, browser } = real;
  await atWork(page, stage, true);
  const cpu = await logCpu(browser);
  const startedAt = Date.now();
  await page.waitForTimeout(500);
  expect(cpu.cpuMs(startedAt)).toBeGreaterThan(100); // the control: at full speed, and seen

  const hiddenAt = await cover(real);
  expect(await stateOf(page)).toBe('resting: not_in_front');
  await page.waitForTimeout(1_000);
  expect(stage.front.linkCount()).toBe(0);
  const bytes = stage.front.linkBytes();
  await page.waitForTimeout(HIDDEN_MS - 1_000);
  cpu.stop();
  expect(cpu.cpuMs(hiddenAt + 100)).toBeLessThan(NOTHING_MS);
  expect(stage.front.linkBytes()).toBe(bytes);

  await page.bringToFront();
  await reaches(page, 'computing');
  expect(stage.enrolled).toHaveLength(1);
});

/** Frozen, while no test talks to it. */
async function freeze({ context, page }: RealBrowser, ms: number): Promise<void> {
  const session = await context.newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await new Promise((resolve) => setTimeout(resolve, ms));
}

const FROZEN_MS = 6_000;

test('frozen at work and thawed: nothing is made up for, the unit goes on, and no share is shown for the frost', async ({
  stage,
  real,
}) => {
  const { page, browser } = real;
  withoutReload(stage);
  await steadyPressure(page);
  await atWork(page, stage, false);
  await expect.poll(async () => (await viewOf(page)).working?.progress).toBeGreaterThan(0);
  const before = await viewOf(page);
  await cover(real);
  await page.waitForTimeout(1_500); // what was computed until then has been reported, and shown
  const cpu = await logCpu(browser);
  const frozenAt = Date.now();
  await freeze(real, FROZEN_MS);
  const thawedAt = Date.now();
  await page.bringToFront();
  await reaches(page, 'computing');
  await page.waitForTimeout(10_000);
  const view = await viewOf(page);
  const seconds = (Date.now() - thawedAt) / 1_000;
  cpu.stop();
  expect(cpu.cpuMs(frozenAt, thawedAt)).toBeLessThan(NOTHING_MS);
  const duty = dutyOf(1.5, await page.evaluate(() => navigator.hardwareConcurrency), false);
  expect(cpu.cpuMs(thawedAt)).toBeGreaterThan(SLICE_MS);
  expect(cpu.cpuMs(thawedAt)).toBeLessThan(duty * seconds * 1_000 * 1.1 + SLICE_MS); // a tenth for messages and the link

  expect(view.working?.progress).toBeGreaterThan(before.working?.progress ?? 1);
  expect(view.working?.jobId).toBe(before.working?.jobId);
  const frost = view.shares.slice(-Math.floor(seconds) - FROZEN_MS / 1_000, -Math.ceil(seconds) - 1);
  expect(frost.filter((share) => share > 0)).toEqual([]);
  expect(Math.max(...view.shares)).toBeLessThan(5); // percent: a frost paid back in one second would be nine
});

test('a worker frozen with its task in hand computes on at its pace, to the output that Node computes', async ({
  baseURL,
  real,
}) => {
  const { page, browser } = real;
  const { kind, kernel, jobInput, taskIndex, ...task } = routeTask(20_000_000);
  await page.route('**/kernels/*.wasm', (route) => route.fulfill({ path: kernelPath(kind) }));
  await publishManifest(page);
  await page.route('**/@vite/client', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
  await page.goto(`${must(baseURL, 'a base URL')}/e2e/site/index.html`);
  await page.evaluate(
    async ([path, asked]) => {
      window.bench = (await import(path)).openBench(0.08);
      window.output = window.bench.run(1, asked);
    },
    [
      '/web/compute/testing/bench-page.ts',
      { kind, kernelHash: [...kernel.hash], jobInput: [...jobInput], taskIndex },
    ] as const,
  );
  const busyMs = (): Promise<number> =>
    page.evaluate(() => window.bench.reports.reduce((sum, report) => sum + report.busyMs, 0));
  await expect.poll(busyMs).toBeGreaterThan(0);
  const cpu = await logCpu(browser);
  await cover(real); // nobody tells this worker to pause
  const frozenAt = Date.now();
  await freeze(real, FROZEN_MS);
  const thawedAt = Date.now();
  await page.bringToFront();
  await page.waitForTimeout(5_000);
  const seconds = (Date.now() - thawedAt) / 1_000;
  cpu.stop();
  expect(cpu.cpuMs(frozenAt + 500, thawedAt)).toBeLessThan(NOTHING_MS);
  expect(cpu.cpuMs(thawedAt)).toBeGreaterThan(SLICE_MS);
  expect(cpu.cpuMs(thawedAt)).toBeLessThan(0.08 * seconds * 1_000 * 1.1 + SLICE_MS);
  await page.evaluate(() => window.bench.worker.setDuty(1));
  const output = await page.evaluate(() => window.output);
  expect(output).toEqual([...outputInNode({ kind, kernel, jobInput, taskIndex, ...task })]);
  expect(await page.evaluate(() => window.bench.workersStarted)).toBe(1);
});

/** Headless windows all have the focus: the document's own word is a stand-in here, and the event. */
test('in sight without the focus it rests, and closes the link; with it, it goes on', async ({ page, stage }) => {
  await atWork(page, stage, true);
  const focus = (has: boolean): Promise<void> =>
    page.evaluate((focused) => {
      document.hasFocus = () => focused;
      dispatchEvent(new Event(focused ? 'focus' : 'blur'));
    }, has);
  const cpu = await logCpu(must(page.context().browser(), 'a browser'));
  await focus(false);
  const lostAt = Date.now();
  expect(await stateOf(page)).toBe('resting: not_in_front');
  expect(await page.evaluate(() => document.visibilityState)).toBe('visible');
  await page.waitForTimeout(1_000);
  expect(stage.front.linkCount()).toBe(0);
  const bytes = stage.front.linkBytes();
  await page.waitForTimeout(1_000);
  cpu.stop();
  expect(cpu.cpuMs(lostAt + 100)).toBeLessThan(NOTHING_MS);
  expect(stage.front.linkBytes()).toBe(bytes);
  await focus(true);
  await reaches(page, 'computing');
});
