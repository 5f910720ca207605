import { expect, test as base, type Page } from '@playwright/test';
import { must } from '../../shared/assert.ts';
import { SLICE_MS } from '../worker/task/pacer.ts';
import { dutyOf, reportedDuty } from './duty.ts';
import { reportsIn, sentFrames } from './testing/device-frames.ts';
import type { DevicePage } from './testing/device-page.ts';
import { enable, openStage, stateOf, viewOf, type Stage } from './testing/device-stage.ts';
import { steadyPressure } from './testing/steady-pressure.ts';
import { thousandStops } from './testing/tasks.ts';
import { canReadThreadTime, logCpu } from './testing/thread-time.ts';

/** A phone whose browser refuses to say how it is: less is computed, and nothing breaks. */
declare const window: Window & { device: DevicePage };

const test = base.extend<{ readonly stage: Stage }>({
  stage: async ({ baseURL }, use) => {
    const stage = await openStage(must(baseURL, 'a base URL'));
    await use(stage);
    await stage.close();
  },
});

const reaches = (page: Page, state: string): Promise<void> =>
  expect.poll(() => stateOf(page), { timeout: 20_000 }).toBe(state);

const atWork = async (page: Page, { asker }: Stage): Promise<void> => {
  await asker.submit({ kind: 'route-plan', placement: 'pool', request: thousandStops() });
  await reaches(page, 'computing');
};

test('sensors that throw and reject are unknown: 1 % at most, and it computes on', async ({ page, stage }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.addInitScript(() => {
    const broken = (): never => {
      throw new Error('broken');
    };
    Object.assign(Object.getPrototypeOf(navigator), { getBattery: () => Promise.reject(new Error('broken')) });
    Object.defineProperty(Object.getPrototypeOf(navigator), 'connection', { get: broken });
    Object.assign((globalThis as unknown as { PressureObserver: { prototype: object } }).PressureObserver.prototype, {
      observe: broken,
    });
  });
  const frames = sentFrames(page);
  await stage.open(page, { bench: false });
  await enable(page);
  await atWork(page, stage);
  // `connection` threw, `onLine` did not: the network is known to be there, of an unknown kind.
  expect((await viewOf(page)).unknown).toEqual(['battery', 'heat']);
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  const duty = dutyOf(1, cores, false);
  const said = { reason: 0, duty: reportedDuty(duty, cores), bytesToday: expect.any(Number) };
  expect(reportsIn(frames)).toEqual([said]);
  if (canReadThreadTime) {
    const cpu = await logCpu(must(page.context().browser(), 'a browser'));
    const startedAt = Date.now();
    await page.waitForTimeout(8_000);
    cpu.stop();
    const [computed, passed] = [cpu.cpuMs(startedAt), Date.now() - startedAt];
    expect(computed).toBeGreaterThan(0);
    expect(computed).toBeLessThan(duty * passed * 1.15 + SLICE_MS);
  }
  expect(await stateOf(page)).toBe('computing');
  expect(errors).toEqual([]);
});

test('pressure that falls silent is unknown after five seconds, not nominal; it computes on', async ({
  page,
  stage,
}) => {
  const pressure = await steadyPressure(page);
  await stage.open(page, { bench: false });
  await enable(page);
  await atWork(page, stage);
  await expect.poll(async () => (await viewOf(page)).unknown).toEqual([]);
  await pressure.release();
  const silentAt = Date.now();
  await expect.poll(async () => (await viewOf(page)).unknown).toEqual(['heat']);
  expect(Date.now() - silentAt).toBeGreaterThan(3_000);
  expect(await stateOf(page)).toBe('computing');
  await page.evaluate(() => window.device.compute.disable());
});
