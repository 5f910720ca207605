import { expect, test as base, type Page } from '@playwright/test';
import { must } from '../../shared/assert.ts';
import { temporaryFolder } from '../../server/http/testing/test-server.ts';
import { dutyOf, reportedDuty } from './duty.ts';
import { reportsIn, sentFrames } from './testing/device-frames.ts';
import type { DevicePage } from './testing/device-page.ts';
import { enable, openStage, stateOf, viewOf, type Stage } from './testing/device-stage.ts';
import { openRealBrowser } from './testing/real-browser.ts';
import { steadyPressure } from './testing/steady-pressure.ts';
import { thousandStops } from './testing/tasks.ts';
import { batteryFixtures, skipWithoutBattery, type BatteryWorker } from './testing/virtual-battery/battery-fixtures.ts';

/** The battery rule through the whole browser: a battery on a bus, Chromium's own Battery Status, the page, the server. */
declare const window: Window & { device: DevicePage };

skipWithoutBattery(base);

const test = base.extend<object, BatteryWorker>(batteryFixtures).extend<{ readonly stage: Stage }>({
  stage: async ({ baseURL, page, battery }, use) => {
    battery.set({ percentage: 50, state: 'discharging', isPresent: true });
    const stage = await openStage(must(baseURL, 'a base URL'));
    const pressure = await steadyPressure(page);
    await use(stage);
    await page.evaluate(() => ('device' in window ? window.device.compute.disable() : undefined));
    await pressure.release();
    await stage.close();
  },
});

const reaches = (page: Page, state: string): Promise<void> =>
  expect.poll(() => stateOf(page), { timeout: 20_000 }).toBe(state);

const endsOf = async (page: Page): Promise<unknown> => (await viewOf(page)).ends;

/** What the browser itself says now. */
async function browserSays(page: Page, level: number): Promise<void> {
  const read = (): Promise<number> =>
    page.evaluate(async () => {
      const { getBattery } = Object.getPrototypeOf(navigator) as { getBattery(): Promise<{ readonly level: number }> };
      return (await getBattery.call(navigator)).level;
    });
  await expect.poll(read).toBe(level);
}

/** A job that keeps phones busy for minutes. */
const submitLong = ({ asker }: Stage): Promise<unknown> =>
  asker.submit({ kind: 'route-plan', placement: 'pool', request: thousandStops() });

/** Slices computed since the page opened, as far as was reported. */
const sliceCount = (page: Page): Promise<number> =>
  page.evaluate(() => window.device.reports.at(-1)?.meter.sliceCount ?? 0);

/** Long enough to look at, short enough to wait for; product: five minutes. */
const DWELL_MS = 4_000;
const AT_30 = { when: 'battery', level: 30 };
const SECONDS = { when: 'time', seconds: expect.any(Number) };

test('21 % computes, 19 % rests, 29 % rests on, 30 % goes on; the link is silent, and no frame tells a level', async ({
  page,
  stage,
  battery,
}) => {
  const frames = sentFrames(page);
  battery.set({ percentage: 21 });
  await stage.open(page, { bench: false, rules: { batteryDwellMs: DWELL_MS } });
  await browserSays(page, 0.21);
  await enable(page);
  await submitLong(stage);
  await reaches(page, 'computing');
  battery.set({ percentage: 20 });
  await browserSays(page, 0.2);
  await page.waitForTimeout(1_500);
  expect(await stateOf(page)).toBe('computing');

  battery.set({ percentage: 19 });
  await reaches(page, 'resting: battery_low');
  expect(await endsOf(page)).toEqual([AT_30, SECONDS]);
  // Lower, charging and higher again: not even when it changed can be told from what is sent: nothing.
  const bytes = stage.front.linkBytes();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  for (const change of [
    { percentage: 12 },
    { percentage: 24, state: 'charging', secondsToFull: 900 },
    { percentage: 29, state: 'discharging' },
  ] as const) {
    battery.set(change);
    await browserSays(page, change.percentage / 100);
    expect(await stateOf(page)).toBe('resting: battery_low');
  }
  await expect.poll(() => endsOf(page)).toEqual([AT_30]); // the dwell is over
  expect(await stateOf(page)).toBe('resting: battery_low');
  expect(stage.front.linkBytes()).toBe(bytes);
  expect(requests).toEqual([]);

  battery.set({ percentage: 30 });
  await reaches(page, 'computing');
  const reports = reportsIn(frames);
  expect(reports.length).toBeGreaterThan(0);
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  const duties = [0, 1, 1.5].map((target) => reportedDuty(dutyOf(target, cores, false), cores));
  for (const report of reports) {
    expect(Object.keys(report)).toEqual(['reason', 'duty', 'bytesToday']);
    expect(duties).toContain(report.duty);
  }
  expect([...battery.unanswered]).toEqual([]); // the browser asked for nothing that this battery does not have
});

test('a stop lasts its time, however full the battery is meanwhile', async ({ page, stage, battery }) => {
  await stage.open(page, { bench: false, rules: { batteryDwellMs: DWELL_MS } });
  await browserSays(page, 0.5);
  await enable(page);
  await submitLong(stage);
  await reaches(page, 'computing');
  const emptiedAt = Date.now();
  battery.set({ percentage: 19 });
  await reaches(page, 'resting: battery_low');
  battery.set({ percentage: 80, state: 'charging', secondsToFull: 900 });
  await expect.poll(() => endsOf(page)).toEqual([SECONDS]);
  await reaches(page, 'computing');
  expect(Date.now() - emptiedAt).toBeGreaterThanOrEqual(DWELL_MS);
});

test('empty is low and not unknown; a battery taken out is mains power, and forgives no stop', async ({
  page,
  stage,
  battery,
}) => {
  await stage.open(page, { bench: false });
  await enable(page);
  await submitLong(stage);
  await reaches(page, 'computing');
  battery.set({ isPresent: false });
  await browserSays(page, 1);
  await page.waitForTimeout(1_500);
  expect(await viewOf(page)).toMatchObject({ state: 'computing', unknown: [] });

  battery.set({ isPresent: true, percentage: 0, state: 'empty' });
  await reaches(page, 'resting: battery_low');
  const [level, time] = (await viewOf(page)).ends;
  expect([level, time]).toEqual([AT_30, SECONDS]);
  expect(time?.when === 'time' && time.seconds).toBeGreaterThan(280); // of the five minutes
  battery.set({ isPresent: false });
  await browserSays(page, 1);
  await expect.poll(() => endsOf(page)).toEqual([SECONDS]);
  expect(await stateOf(page)).toBe('resting: battery_low');
});

test('a battery that empties while the page is hidden is not taken for the one it was', async ({ stage, battery }, {
  project,
}) => {
  const options = { ...project.use.launchOptions, env: { ...process.env, ...battery.env } };
  const real = await openRealBrowser(options, temporaryFolder());
  try {
    const { page, context } = real;
    await steadyPressure(page);
    await stage.open(page, { bench: false });
    await enable(page);
    await submitLong(stage);
    await reaches(page, 'computing');
    const other = await context.newPage();
    await other.bringToFront();
    await reaches(page, 'resting: not_in_front');
    const before = await sliceCount(page);
    battery.set({ percentage: 9 });
    await page.waitForTimeout(1_000);
    await page.bringToFront();
    await reaches(page, 'resting: battery_low');
    // Chromium tells of it some 20 ms after it shows the page: one slice may have begun on the old word.
    await page.waitForTimeout(200);
    expect((await sliceCount(page)) - before).toBeLessThanOrEqual(1);
  } finally {
    await real.close();
  }
});

test('a block without lending closes the link, says what ends it, and ends at once on the charger', async ({
  page,
  stage,
  battery,
}) => {
  battery.set({ percentage: 70, state: 'discharging' });
  // Every block is one without: what the lot decides is tried elsewhere.
  await stage.open(page, { bench: false, study: { warmUpMs: 2_000, blockMs: 60_000, offShare: 1 } });
  await browserSays(page, 0.7);
  await enable(page);
  await submitLong(stage);
  await reaches(page, 'computing');
  await reaches(page, 'resting: measuring_battery');
  expect(await endsOf(page)).toEqual([SECONDS]);
  await expect.poll(() => stage.front.linkCount()).toBe(0);
  const [slices, bytes] = [await sliceCount(page), stage.front.linkBytes()];
  await page.waitForTimeout(1_500);
  expect([await sliceCount(page), stage.front.linkBytes()]).toEqual([slices, bytes]);

  battery.set({ percentage: 70, state: 'charging', secondsToFull: 900 });
  await reaches(page, 'computing');
});
