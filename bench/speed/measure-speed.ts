import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { SECOND } from '../../shared/time.ts';
import { ServerClient } from '../../fleet/server-client.ts';
import { freePort, stopDemoServer } from '../../fleet/start-demo-server.ts';
import { feedWork } from '../phone/feed-work.ts';
import { startServer } from '../phone/start-server.ts';
import { interactiveAt, percentile, QUIET_MS } from './figures.ts';
import type { SpeedFlags } from './flags.ts';
import { openBrowser, type OwnBrowser } from './open-browser.ts';
import { installProbe, type LongTask, type PageNotes, type WorkerNote } from './page-probe.ts';

/** A mid-range phone's processor beside this machine's, and “slow 4G” as Lighthouse has it. */
const CPU_RATE = 4;
const NETWORK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const LONGEST_WAIT_MS = 120 * SECOND;
const ROUNDS = 4;

export interface FirstLoad {
  readonly firstPaintMs: number;
  /** The screen's control is there. */
  readonly controlMs: number;
  /** It answers, and goes on doing so. */
  readonly interactiveMs: number;
  readonly longTasks: readonly LongTask[];
}

export interface SpeedReport {
  readonly invitePage: FirstLoad;
  readonly homePage: FirstLoad;
  /** From the tap on Enable, in ms. */
  readonly optIn: {
    readonly selfTestRunsMs: number | null;
    /** The worker of tasks is started, and has said its first word. */
    readonly workerStartedMs: number | null;
    readonly workerRunsMs: number | null;
  };
  readonly taps: {
    readonly count: number;
    readonly p75Ms: number | null;
    readonly p98Ms: number | null;
    readonly longestMs: number | null;
  };
  /** While it computes and nobody touches it. */
  readonly computing: {
    readonly seconds: number;
    /** Seconds in which Home said that it computes. */
    readonly computedSeconds: number;
    readonly longTasks: readonly LongTask[];
  };
}

/** A driver's first minutes on a slow phone. Throws when something does not come up. */
export async function measureSpeed(flags: SpeedFlags, say: (line: string) => void): Promise<SpeedReport> {
  const folder = mkdtempSync(join(tmpdir(), 'zeus-speed-'));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const dataDir = join(folder, 'data');
  const server = await startServer({ folder: dataDir, port, origins: [url] });
  const client = ServerClient.at(url, dataDir);
  const browser = await openBrowser(join(folder, 'profile'));
  try {
    const { page } = browser;
    await page.addInitScript(installProbe);
    await slowDown(browser);
    const continueButton = 'button[type=submit]';
    const invitePage = await firstLoad(page, `${url}/join/${await client.invite()}`, continueButton);
    say(`first load: interactive after ${invitePage.interactiveMs.toFixed(0)} ms`);
    await page.getByLabel('Your name').fill('Driver');
    await page.getByRole('button', { name: 'Continue' }).click();
    const feed = await feedWork(client, 100, 1n);
    try {
      const optIn = await timeOptIn(page);
      say(`worker started ${optIn.workerStartedMs} ms after Enable`);
      const computing = await watchComputing(page, flags.seconds);
      say(`${computing.longTasks.length} long tasks in ${computing.computedSeconds} s of computing`);
      await forgetFiles(browser, url);
      const homePage = await firstLoad(page, url, '.dock .btn--cta');
      const taps = await tapAround(page);
      say(`${taps.count} taps, 75 % within ${taps.p75Ms} ms`);
      return { invitePage, homePage, optIn, computing, taps };
    } finally {
      feed.stop();
    }
  } finally {
    await browser.close();
    await stopDemoServer(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function slowDown({ devtools }: OwnBrowser): Promise<void> {
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', NETWORK);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: CPU_RATE });
}

/** Everything the browser keeps of the app's files; who is signed in stays. */
async function forgetFiles({ devtools }: OwnBrowser, origin: string): Promise<void> {
  await devtools.send('Network.clearBrowserCache');
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'cache_storage,service_workers' });
}

const notesOf = (page: Page): Promise<PageNotes> => page.evaluate(() => window.probe.notes());

async function firstLoad(page: Page, url: string, control: string): Promise<FirstLoad> {
  await page.goto(url, { waitUntil: 'commit' });
  const seen = await page.waitForFunction(
    (selector) => document.querySelector(selector) && performance.now(),
    control,
    { polling: 'raf', timeout: LONGEST_WAIT_MS },
  );
  const controlMs = Number(await seen.jsonValue());
  let notes = await notesOf(page);
  for (;;) {
    await pause(QUIET_MS);
    const later = await notesOf(page);
    if (later.longTasks.length === notes.longTasks.length) break;
    notes = later;
  }
  const interactiveMs = interactiveAt(controlMs, notes.longTasks);
  return { firstPaintMs: notes.firstPaintMs ?? controlMs, controlMs, interactiveMs, longTasks: notes.longTasks };
}

async function timeOptIn(page: Page): Promise<SpeedReport['optIn']> {
  const enable = page.getByRole('button', { name: 'Enable' });
  await enable.waitFor();
  await page.evaluate(() =>
    addEventListener('click', ({ timeStamp }) => Object.assign(window, { tappedAt: timeStamp }), {
      capture: true,
      once: true,
    }),
  );
  await enable.click();
  await page.locator('.sign-top').filter({ hasText: 'Computing' }).waitFor({ timeout: LONGEST_WAIT_MS });
  await page.waitForFunction(
    () => window.probe.notes().workers.some(({ url, spokeAt }) => url.includes('task') && spokeAt !== undefined),
    undefined,
    { timeout: LONGEST_WAIT_MS },
  );
  const tappedAt = await page.evaluate(() => (window as unknown as { readonly tappedAt: number }).tappedAt);
  const { workers } = await notesOf(page);
  const since = (at: number | undefined): number | null => (at === undefined ? null : Math.round(at - tappedAt));
  const named = (part: string): WorkerNote | undefined => workers.find(({ url }) => url.includes(part));
  return {
    selfTestRunsMs: since(named('self-test')?.spokeAt),
    workerStartedMs: since(named('task')?.startedAt),
    workerRunsMs: since(named('task')?.spokeAt),
  };
}

/** Nothing is touched meanwhile: a touch would rest it. */
async function watchComputing(page: Page, seconds: number): Promise<SpeedReport['computing']> {
  const from = await page.evaluate(() => performance.now());
  let computedSeconds = 0;
  for (let second = 0; second < seconds; second++) {
    await pause(SECOND);
    const sign = await page.locator('.sign-top').textContent();
    if (sign?.startsWith('Computing')) computedSeconds++;
  }
  const { longTasks } = await notesOf(page);
  return { seconds, computedSeconds, longTasks: longTasks.filter(({ at }) => at >= from) };
}

/** What a driver touches: tabs, a tile, tiles back, settings and their switches, pause. */
async function tapAround(page: Page): Promise<SpeedReport['taps']> {
  const link = (name: string | RegExp) => page.getByRole('link', { name }).first();
  for (let round = 0; round < ROUNDS; round++) {
    await link('Ask').click();
    await link(/route/i).click();
    await page.getByRole('link', { name: 'Back' }).click();
    await link('Credits').click();
    await link('Settings').click();
    await page.getByRole('button', { name: 'Dark' }).click();
    await page.getByRole('button', { name: 'Light' }).click();
    await link(/Shared Compute/).click();
    const wifi = page.getByRole('switch', { name: 'Charging only' });
    await wifi.click();
    await wifi.click();
    await link('Home').click();
    await page.getByRole('button', { name: 'Pause for today' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
  }
  await pause(SECOND);
  const { interactions } = await notesOf(page);
  return {
    count: interactions.length,
    p75Ms: percentile(interactions, 0.75),
    p98Ms: percentile(interactions, 0.98),
    longestMs: percentile(interactions, 1),
  };
}
