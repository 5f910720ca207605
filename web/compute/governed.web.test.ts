import { expect, test as base, type Page } from '@playwright/test';
import { readSetOf } from '../../server/core/read-set.ts';
import { NOTHING } from '../../server/store/conformance/samples.ts';
import type { DeviceId } from '../../shared/ids.ts';
import { must } from '../../shared/assert.ts';
import { enable, openStage, stateOf, viewOf, type Stage } from './testing/device-stage.ts';
import type { DevicePage } from './testing/device-page.ts';
import { steadyPressure, type SteadyPressure } from './testing/steady-pressure.ts';
import { thousandStops } from './testing/tasks.ts';
import { canReadThreadTime, workerThreadTime } from './testing/thread-time.ts';

/** The governor in a real page at the driver's own duty: real sensors, real worker, a real server. */
declare const window: Window & { device: DevicePage };

interface Fixtures {
  readonly stage: Stage;
  /** The machine's own load must not decide a test: nominal, until a test says otherwise. */
  readonly pressure: SteadyPressure;
}

const test = base.extend<Fixtures>({
  stage: async ({ baseURL }, use) => {
    const stage = await openStage(must(baseURL, 'a base URL'));
    await use(stage);
    await stage.close();
  },
  pressure: [
    async ({ page }, use) => {
      const pressure = await steadyPressure(page);
      await use(pressure);
      await page.evaluate(() => window.device.compute.disable()); // else closing the page ends the browser
      await pressure.release();
    },
    { auto: true },
  ],
});

const reaches = (page: Page, state: string): Promise<void> =>
  expect.poll(() => stateOf(page), { timeout: 20_000 }).toBe(state);

/** A job that keeps phones busy for minutes. */
async function atWork(page: Page, { asker }: Stage): Promise<void> {
  await asker.submit({ kind: 'route-plan', placement: 'pool', request: thousandStops() });
  await reaches(page, 'computing');
}

const workerMs = async (page: Page): Promise<number> => (await workerThreadTime(page.context().browser()!)).cpuMs;

test('a touch rests it at once, with a countdown; quiet, it goes on', async ({ page, stage }) => {
  await stage.open(page, { bench: false });
  await enable(page);
  await atWork(page, stage);
  await page.mouse.move(40, 40);
  await page.mouse.down();
  await page.mouse.up();
  await reaches(page, 'resting: in_use');
  const [end] = (await viewOf(page)).ends;
  expect(end).toEqual({ when: 'time', seconds: expect.any(Number) });
  if (canReadThreadTime) {
    // A second that lies within the rest: on a busy machine the five seconds may be over before they are looked at.
    await expect(async () => {
      await page.mouse.click(40, 40);
      await page.waitForTimeout(100); // the slice under way, and its report
      const before = await workerMs(page);
      await page.waitForTimeout(1_000);
      const spent = (await workerMs(page)) - before;
      expect([await stateOf(page), spent < 5]).toEqual(['resting: in_use', true]);
    }).toPass({ timeout: 20_000 });
  }
  await reaches(page, 'computing');
});

test('pressure that is critical rests it until it has cooled; serious is half', async ({ page, stage, pressure }) => {
  await stage.open(page, { bench: false, rules: { coolDownMs: 4_000 } });
  await enable(page);
  await atWork(page, stage);
  await expect.poll(async () => (await viewOf(page)).unknown).toEqual([]);
  await pressure.set('serious');
  await expect.poll(async () => (await viewOf(page)).half).toEqual(['warm']);
  expect(await stateOf(page)).toBe('computing');
  await pressure.set('critical');
  await reaches(page, 'resting: hot');
  const bytes = stage.front.linkBytes();
  expect((await viewOf(page)).ends).toEqual([{ when: 'time', seconds: expect.any(Number) }]);
  await page.waitForTimeout(1_000);
  expect(stage.front.linkBytes()).toBe(bytes); // linked, and silent
  await pressure.set('nominal');
  expect(await stateOf(page)).toBe('resting: hot');
  await reaches(page, 'computing');
});

test('a day whose data are used up closes the link, and a reload does not forget it', async ({ page, stage }) => {
  await stage.open(page, { bench: false });
  await page.evaluate(() => {
    const day = Math.floor((Date.now() - new Date().getTimezoneOffset() * 60_000) / 86_400_000);
    localStorage.setItem('bytes-today', JSON.stringify({ day, bytes: 500_000 }));
  });
  for (const _again of [1, 2]) {
    await enable(page);
    await reaches(page, 'resting: data_cap');
    await page.waitForTimeout(1_000);
    const bytes = stage.front.linkBytes();
    await page.waitForTimeout(1_000);
    expect(stage.front.linkBytes()).toBe(bytes);
    await stage.open(page, { bench: false });
  }
});

test('on a network that turns slow it finishes what it holds and sends nothing', async ({ page, stage }) => {
  await stage.open(page, { bench: false });
  await enable(page);
  await atWork(page, stage);
  const session = await page.context().newCDPSession(page);
  const network = (latency: number, throughput: number): Promise<unknown> =>
    session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency,
      downloadThroughput: throughput,
      uploadThroughput: throughput,
    });
  await network(2_000, 5_000); // slow-2g
  await reaches(page, 'resting: weak_network');
  expect(await page.evaluate(() => window.device.compute.view().working)).toBeUndefined();
  const bytes = stage.front.linkBytes();
  await page.waitForTimeout(2_000);
  expect(stage.front.linkBytes()).toBe(bytes);
  await network(0, -1);
  await reaches(page, 'computing');
});

test('the server’s own count ends the day, though this browser has forgotten every byte', async ({ page, stage }) => {
  await stage.open(page, { bench: false });
  await enable(page);
  await expect.poll(() => stateOf(page)).toBe('ready');
  const [id] = stage.enrolled as DeviceId[];
  const { devices } = await stage.server.store.load({ ...readSetOf([]), devices: new Set([must(id, 'a device')]) });
  const device = must(devices.get(must(id, 'a device')), 'a device');
  const throttle = { ...device.throttle, bytes: 499_980 };
  await stage.server.store.commit({ ...NOTHING, devices: [{ ...device, throttle }] });
  await stage.asker.submit({ kind: 'route-plan', placement: 'pool', request: thousandStops() });
  await reaches(page, 'resting: data_cap');
  expect((await viewOf(page)).ends).toEqual([{ when: 'time', seconds: expect.any(Number) }]); // midnight
  const kept = await page.evaluate(() => localStorage.getItem('bytes-today'));
  expect((JSON.parse(kept ?? '{}') as { bytes: number }).bytes).toBeLessThan(100_000);
  await expect.poll(() => stage.front.linkCount()).toBe(0);
  const bytes = stage.front.linkBytes();
  await page.waitForTimeout(1_000);
  expect(stage.front.linkBytes()).toBe(bytes);
});
