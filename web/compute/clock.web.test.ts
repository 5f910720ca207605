import { expect, test as base, type Page } from '@playwright/test';
import { must } from '../../shared/assert.ts';
import { DAY, HOUR } from '../../shared/time.ts';
import { tiny } from '../../server/http/testing/test-server.ts';
import type { DevicePage } from './testing/device-page.ts';
import { enable, openStage, stateOf, viewOf, type Stage } from './testing/device-stage.ts';
import { steadyPressure } from './testing/steady-pressure.ts';

/** A wall clock that somebody moves, and a zone that a train leaves, while a phone is linked and works. */
declare const window: Window & { device: DevicePage; aheadMs: number };

const test = base.extend<{ readonly stage: Stage; readonly errors: readonly string[] }>({
  stage: async ({ baseURL, page }, use) => {
    const stage = await openStage(must(baseURL, 'a base URL'));
    await page.addInitScript(() => {
      const { now } = Date;
      window.aheadMs = 0;
      Date.now = () => now() + window.aheadMs;
    });
    const pressure = await steadyPressure(page);
    await use(stage);
    await page.evaluate(() => window.device.compute.disable());
    await pressure.release();
    await stage.close();
  },
  errors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      await use(errors);
      expect(errors).toEqual([]);
    },
    { auto: true },
  ],
});

interface Kept {
  readonly day: number;
  readonly bytes: number;
}

/** What this browser keeps of the day's bytes, and what the page has counted since it opened. */
async function bytesOf(page: Page): Promise<{ readonly today: Kept; readonly counted: number }> {
  const kept = await page.evaluate(() => localStorage.getItem('bytes-today'));
  return { today: JSON.parse(kept ?? '{}') as Kept, counted: (await viewOf(page)).bytes };
}

/** Has a job computed, so that bytes pass, and waits until the link is quiet. */
async function work(page: Page, { asker }: Stage): Promise<void> {
  const before = (await viewOf(page)).unitsDone;
  const { body: job } = await asker.submit(tiny(2));
  expect((await asker.settled(job.jobId)).state).toBe('answered');
  await expect.poll(async () => (await viewOf(page)).unitsDone).toBe(before + 2);
  await expect.poll(() => stateOf(page)).toBe('ready');
  await page.waitForTimeout(300);
}

const setAhead = (page: Page, ms: number): Promise<void> => page.evaluate((ahead) => void (window.aheadMs = ahead), ms);

test('a wall clock moved by days breaks nothing: no byte counts twice, and going back forgets none', async ({
  page,
  stage,
}) => {
  await stage.open(page, { bench: false });
  await enable(page);
  await expect.poll(() => stateOf(page)).toBe('ready');
  await work(page, stage);
  const first = await bytesOf(page);
  expect(first.today.bytes).toBe(first.counted);

  await setAhead(page, DAY);
  await work(page, stage);
  const ahead = await bytesOf(page);
  expect(ahead.today).toEqual({ day: first.today.day + 1, bytes: ahead.counted - first.counted });

  await setAhead(page, 0);
  await work(page, stage);
  const back = await bytesOf(page);
  expect(back.today).toEqual({ day: first.today.day + 1, bytes: back.counted - first.counted });

  // A year ahead and back: a day that far off was never one, and does not keep the meter from beginning anew.
  await setAhead(page, 365 * DAY);
  await work(page, stage);
  const far = await bytesOf(page);
  await setAhead(page, 0);
  await work(page, stage);
  const home = await bytesOf(page);
  expect(home.today).toEqual({ day: first.today.day, bytes: home.counted - far.counted });
});

test('a zone that is crossed around midnight ends the day once, and not again on the way back', async ({
  page,
  stage,
}) => {
  const session = await page.context().newCDPSession(page);
  const travel = (timezoneId: string): Promise<unknown> =>
    session.send('Emulation.setTimezoneOverride', { timezoneId });
  await travel('Etc/UTC');
  await stage.open(page, { bench: false });
  await setAhead(page, DAY - (Date.now() % DAY) - HOUR / 2); // half past eleven in the evening
  await enable(page);
  await expect.poll(() => stateOf(page)).toBe('ready');
  await work(page, stage);
  const evening = await bytesOf(page);
  expect(evening.today.bytes).toBe(evening.counted);

  for (const zone of ['Etc/GMT-1', 'Etc/UTC', 'Etc/GMT-1', 'Etc/GMT+11', 'Etc/GMT-14']) {
    await travel(zone);
    await work(page, stage);
    const { today, counted } = await bytesOf(page);
    expect(today, zone).toEqual({ day: evening.today.day + 1, bytes: counted - evening.counted });
  }
});
