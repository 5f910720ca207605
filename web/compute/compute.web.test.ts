import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, expect, test as base, type Page } from '@playwright/test';
import { must } from '../../shared/assert.ts';
import { deviceId } from '../../shared/ids.ts';
import { POLICY } from '../../shared/model/policy.ts';
import { temporaryFolder, tiny, tinyRequest, smallestSum } from '../../server/http/testing/test-server.ts';
import { kernelPath, loadKernel } from '../../wasm/load-node.ts';
import { enable, openStage, stateOf, viewOf, type Stage } from './testing/device-stage.ts';
import type { DevicePage } from './testing/device-page.ts';
import { thousandStops } from './testing/tasks.ts';
import { canReadThreadTime, workerThreadTime } from './testing/thread-time.ts';

/** The device side whole: a real page, worker and key, a real server with no executor of its own. */
declare const window: Window & { device: DevicePage };

const test = base.extend<{ stage: Stage }>({
  stage: async ({ baseURL }, use) => {
    // Bench duty, so that a test is short; credited, as in the demonstration.
    const stage = await openStage(must(baseURL, 'a base URL'), { creditsBenchDuty: true });
    await use(stage);
    await stage.close();
  },
});

const reaches = (page: Page, state: string): Promise<void> =>
  expect.poll(() => stateOf(page), { timeout: 15_000 }).toBe(state);

/** A job that keeps phones busy for minutes. */
const submitLong = async ({ asker }: Stage): Promise<number> =>
  (await asker.submit({ kind: 'route-plan', placement: 'pool', request: thousandStops() })).body.jobId;

test('a phone that opts in computes what is asked, is paid, and keeps nothing but its key', async ({ page, stage }) => {
  await stage.open(page);
  expect(await stateOf(page)).toBe('off');
  await enable(page);
  await reaches(page, 'ready');
  const { body: job } = await stage.asker.submit(tiny(6));
  expect(await stage.asker.settled(job.jobId)).toMatchObject({
    state: 'answered',
    answer: { sum: smallestSum(tinyRequest(6)) },
  });
  await expect.poll(async () => (await viewOf(page)).unitsDone).toBe(6);
  expect(await page.evaluate(() => window.device.states)).toEqual(
    expect.arrayContaining(['off', 'connecting', 'ready', 'computing']),
  );
  const pending = await stage.server.store.pendingOf(deviceId(must(stage.enrolled[0], 'a device')));
  expect(pending.reduce((sum, { amountMicros }) => sum + amountMicros, 0)).toBe(6 * POLICY.priceMicros);
  expect((await stage.server.store.verifyLedger()).balancesMatch).toBe(true);

  const kept = await page.evaluate(async () => ({
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: await caches.keys(),
    local: Object.entries(localStorage),
    session: Object.entries(sessionStorage),
  }));
  expect(kept).toEqual({
    databases: ['zeusdrive'],
    caches: [],
    local: [['bytes-today', kept.local[0]?.[1]]],
    session: [],
  });
  expect(JSON.parse(kept.local[0]?.[1] ?? '')).toEqual({ day: expect.any(Number), bytes: expect.any(Number) });
});

test('what the page counts on the link is what passes on it', async ({ page, stage }) => {
  await stage.open(page);
  await enable(page);
  await reaches(page, 'ready');
  const { body: job } = await stage.asker.submit(tiny(16));
  await stage.asker.settled(job.jobId);
  await expect.poll(async () => (await viewOf(page)).unitsDone).toBe(16);
  await page.evaluate(() => window.device.compute.disable());
  const kernels = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => entry.name.includes('/kernels/'))
      .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0),
  );
  expect(kernels).toBeGreaterThan(0);
  const counted = (await viewOf(page)).bytes - kernels;
  const passed = stage.front.linkBytes();
  expect(Math.abs(counted - passed) / passed, `counted ${counted}, passed ${passed}`).toBeLessThan(0.05);
});

test('the storage of a browser holds no byte of a task after a run', async ({ stage }, { project }) => {
  const folder = temporaryFolder();
  const context = await chromium.launchPersistentContext(folder, { ...project.use.launchOptions });
  const [page] = context.pages();
  await stage.open(must(page, 'a page'));
  await enable(page!);
  await reaches(page!, 'ready');
  const { body: job } = await stage.asker.submit(tiny(6));
  await stage.asker.settled(job.jobId);
  const [stored] = await stage.server.store.jobsOf(stage.asker.account.id, 1);
  const { jobInput } = must(stored, 'the job');
  // The control: bytes that were stored are found by the same search.
  const planted = [...Buffer.from('planted by this test')];
  await page!.evaluate(
    async ([path, bytes]) => {
      const { deviceStore } = await import(path);
      await deviceStore(indexedDB, 'control').save(Uint8Array.from(bytes));
    },
    ['/web/compute/device-store.ts', planted] as const,
  );
  await context.close();

  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const holding = (bytes: Iterable<number>): readonly string[] =>
    files.filter((file) => readFileSync(file).includes(Buffer.from([...bytes])));
  expect(holding(planted)).not.toEqual([]);
  expect(holding(jobInput.subarray(8, 24))).toEqual([]);
  expect(holding(jobInput.subarray(-16))).toEqual([]);
});

test('opting out ends the worker and the link, and not one byte follows', async ({ page, stage }) => {
  await stage.open(page);
  await enable(page);
  await submitLong(stage);
  await reaches(page, 'computing');
  await page.evaluate(() => window.device.compute.disable());
  expect(await stateOf(page)).toBe('off');
  if (canReadThreadTime) {
    const threads = async (): Promise<number> => (await workerThreadTime(page.context().browser()!)).threads;
    await expect.poll(threads, { timeout: 2_000 }).toBe(0);
  }
  await page.waitForTimeout(1_000); // the promise: closed within a second, then zero bytes
  const bytes = stage.front.linkBytes();
  await page.waitForTimeout(1_500);
  expect(stage.front.linkBytes()).toBe(bytes);
  expect((await viewOf(page)).shares).toEqual([]);

  await enable(page);
  await reaches(page, 'computing');
  expect(stage.enrolled).toHaveLength(1);
});

test('of two tabs one computes; the other says so and takes over when it closes', async ({ page, context, stage }) => {
  await stage.open(page);
  await enable(page);
  await submitLong(stage);
  await reaches(page, 'computing');
  const second = await context.newPage();
  await stage.open(second);
  await enable(second);
  await reaches(second, 'other_tab');
  expect(await stateOf(page)).toBe('computing');
  await page.close();
  await reaches(second, 'computing');
  expect(stage.enrolled).toHaveLength(1);
});

test('an opt-out in one tab is an opt-out in all', async ({ page, context, stage }) => {
  await stage.open(page);
  await enable(page);
  const second = await context.newPage();
  await stage.open(second);
  await enable(second);
  await reaches(second, 'other_tab');
  await page.evaluate(() => window.device.compute.disable());
  await reaches(second, 'off');
});

test('a kernel with the wrong hash is not run, and the screen can say so', async ({ page, stage }) => {
  const altered = readFileSync(kernelPath('tiny'));
  altered[altered.length - 1]! ^= 1;
  const address = `/kernels/${Buffer.from(loadKernel('tiny').hash).toString('hex')}.wasm`;
  stage.front.instead.set(address, (response) => {
    response.writeHead(200, { 'Content-Type': 'application/wasm', 'Cross-Origin-Resource-Policy': 'same-origin' });
    response.end(altered);
  });
  await stage.open(page);
  await enable(page);
  await stage.asker.submit(tiny(1));
  await reaches(page, 'ready: wrong_kernel');
  expect((await viewOf(page)).unitsDone).toBe(0);
  stage.front.instead.clear();
});

test('a cut line is offline, then linked again, and the unit in hand goes on', async ({ page, stage }) => {
  await stage.open(page);
  await enable(page);
  await submitLong(stage);
  await reaches(page, 'computing');
  stage.front.cutLinks();
  await expect.poll(() => page.evaluate(() => window.device.states)).toContain('offline');
  await reaches(page, 'computing');
});

test('without a network it says offline at once, and is back at once', async ({ page, context, stage }) => {
  await stage.open(page);
  await enable(page);
  await reaches(page, 'ready');
  await context.setOffline(true);
  await reaches(page, 'offline');
  await context.setOffline(false);
  await reaches(page, 'ready');
});

test('evicted storage means a new key and a new device of the same account', async ({ page, stage }) => {
  await stage.open(page);
  await enable(page);
  await reaches(page, 'ready');
  await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const forgetting = indexedDB.deleteDatabase('zeusdrive');
        forgetting.addEventListener('success', resolve);
        forgetting.addEventListener('error', reject);
      }),
  );
  await stage.open(page);
  await enable(page);
  await reaches(page, 'ready');
  expect(new Set(stage.enrolled).size).toBe(2);
});

test('a server that does not know the device says so; enabling again enrols anew', async ({ page, stage }) => {
  await stage.open(page);
  await enable(page);
  await reaches(page, 'ready');
  await page.evaluate(() => window.device.compute.disable());
  // As after another database: the same key under a number that is somebody else's.
  await page.evaluate(async (path) => {
    const { deviceStore } = await import(path);
    await deviceStore().save({ ...(await deviceStore().load()), deviceId: 999_999 });
  }, '/web/compute/device-store.ts');
  await stage.open(page);
  await enable(page);
  await reaches(page, 'off: bad_signature');
  await enable(page);
  await reaches(page, 'ready');
  expect(stage.enrolled).toHaveLength(2);
});

test('the private key cannot be read out', async ({ page, stage }) => {
  await stage.open(page);
  await enable(page);
  const extractable = await page.evaluate(async (path) => {
    const { deviceStore } = await import(path);
    const { keys } = await deviceStore().load();
    const exported = await crypto.subtle.exportKey('pkcs8', keys.privateKey).catch((error: Error) => error.name);
    return [keys.privateKey.extractable, exported];
  }, '/web/compute/device-store.ts');
  expect(extractable).toEqual([false, 'InvalidAccessError']);
});

test('a browser without WebAssembly is told so, and nothing is enrolled', async ({ page, stage }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  await stage.open(page);
  await enable(page);
  expect(await stateOf(page)).toBe('unsupported: no_webassembly');
  expect(stage.enrolled).toEqual([]);
});
