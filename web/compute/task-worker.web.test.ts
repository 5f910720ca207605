import { createHash, generateKeyPairSync } from 'node:crypto';
import { expect, test, type Page } from '@playwright/test';
import { manifestHere } from '../../server/adapters/kernel-manifest.ts';
import { kernelPath } from '../../wasm/load-node.ts';
import { publishManifest } from './testing/development-manifest.ts';
import type { BenchTask, WorkerBench } from './testing/bench-page.ts';
import { outputInNode, routeTask, tinyTask, type SampleTask } from './testing/tasks.ts';
import { canReadThreadTime, workerThreadTime } from './testing/thread-time.ts';

/** The worker in a real browser, with real kernels and nothing else of the product around it. */
declare const window: Window & { bench: WorkerBench };

const asBench = ({ kind, kernel, jobInput, taskIndex }: SampleTask): BenchTask => ({
  kind,
  kernelHash: [...kernel.hash],
  jobInput: [...jobInput],
  taskIndex,
});

/** A page with a bench; every kernel's address answers with the bytes of `file`. */
async function open(page: Page, duty: number, file: string): Promise<void> {
  await page.route('**/kernels/*.wasm', (route) =>
    route.fulfill({
      path: file,
      contentType: 'application/wasm',
      headers: { 'cross-origin-resource-policy': 'same-origin' },
    }),
  );
  await publishManifest(page);
  await page.goto('/e2e/site/index.html');
  await page.evaluate(
    async ([path, share]) => {
      window.bench = (await import(path)).openBench(share);
    },
    ['/web/compute/testing/bench-page.ts', duty] as const,
  );
}

const busyMs = (page: Page): Promise<number> =>
  page.evaluate(() => window.bench.reports.reduce((sum, report) => sum + report.busyMs, 0));

/** Waits until the worker has computed `ms` more. */
async function computes(page: Page, ms: number): Promise<void> {
  const before = await busyMs(page);
  await expect.poll(() => busyMs(page), { timeout: 20_000 }).toBeGreaterThan(before + ms);
}

for (const task of [tinyTask(), routeTask(200_000)]) {
  test(`the worker computes the output of ${task.kind} that Node computes, twice, from one worker`, async ({
    page,
  }) => {
    await open(page, 1, kernelPath(task.kind));
    const outputs = await page.evaluate(
      async (asked) => [await window.bench.run(1, asked), await window.bench.run(2, asked)],
      asBench(task),
    );
    const expected = [...outputInNode(task)];
    expect(outputs).toEqual([expected, expected]);
    expect(await page.evaluate(() => window.bench.workersStarted)).toBe(1);
  });
}

test('100 ms after a pause the worker takes no CPU; a resume goes on', async ({ page }) => {
  const task = routeTask(40_000_000);
  await open(page, 1, kernelPath(task.kind));
  await page.evaluate((asked) => void window.bench.run(1, asked), asBench(task));
  await computes(page, 50);

  await page.evaluate(() => window.bench.pause(1));
  await page.waitForTimeout(100); // the promise: nothing from 100 ms after
  const [busy, reports] = [await busyMs(page), await page.evaluate(() => window.bench.reports.length)];
  const cpu = canReadThreadTime ? await workerThreadTime(page.context().browser()!) : undefined;
  await page.waitForTimeout(1_000);
  expect(await page.evaluate(() => window.bench.reports.length)).toBe(reports);
  if (cpu) {
    const later = await workerThreadTime(page.context().browser()!);
    expect(later.threads).toBe(1);
    // A thread that exists is looked at by its own garbage collector now and then.
    expect(later.cpuMs - cpu.cpuMs).toBeLessThan(5);
  }
  await page.evaluate(() => window.bench.worker.resume(1));
  await computes(page, 20);
  expect(await busyMs(page)).toBeGreaterThan(busy);
});

test('ending it leaves no worker thread', async ({ page }) => {
  test.skip(!canReadThreadTime, 'needs /proc');
  const task = routeTask(4_000_000);
  await open(page, 1, kernelPath(task.kind));
  const browser = page.context().browser()!;
  await page.evaluate((asked) => void window.bench.run(1, asked), asBench(task));
  await computes(page, 50);
  expect((await workerThreadTime(browser)).threads).toBe(1);
  await page.evaluate(() => window.bench.worker.end());
  await expect.poll(async () => (await workerThreadTime(browser)).threads, { timeout: 2_000 }).toBe(0);
});

test('a kernel with another hash is refused before there is a worker, and the right one runs after it', async ({
  page,
}) => {
  const task = tinyTask();
  await open(page, 1, kernelPath('route-plan'));
  expect(await page.evaluate((asked) => window.bench.run(1, asked), asBench(task))).toBe('failed');
  expect(await page.evaluate(() => window.bench.reports.map(({ failure }) => failure))).toEqual(['wrong_kernel']);
  expect(await page.evaluate(() => window.bench.workersStarted)).toBe(0);

  await page.unroute('**/kernels/*.wasm');
  await page.route('**/kernels/*.wasm', (route) => route.fulfill({ path: kernelPath('tiny') }));
  expect(await page.evaluate((asked) => window.bench.run(2, asked), asBench(task))).toEqual([...outputInNode(task)]);
});

test('a kernel that does not come, or is none, has its own reason', async ({ page }) => {
  await open(page, 1, kernelPath('tiny'));
  await page.unroute('**/kernels/*.wasm');
  await page.route('**/kernels/*.wasm', (route) => route.fulfill({ status: 404 }));
  const text = new TextEncoder().encode('not WebAssembly');
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  const hash = Buffer.from(digest).toString('hex');
  const build = { features: 'simd', hash, bytes: text.length } as const;
  await publishManifest(page, { format: 1, kernels: [{ kind: 'tiny', version: 1, hash, builds: [build] }] });
  const task = { ...asBench(tinyTask()), kernelHash: [...digest] };
  await page.evaluate((asked) => window.bench.run(1, asked), task);
  await page.unroute('**/kernels/*.wasm');
  await page.route('**/kernels/*.wasm', (route) => route.fulfill({ body: 'not WebAssembly' }));
  await page.evaluate((asked) => window.bench.run(2, asked), task);
  expect(await page.evaluate(() => window.bench.reports.map(({ failure }) => failure))).toEqual([
    'no_kernel',
    'bad_kernel',
  ]);
});

test('what no trusted key signed, and what reaches out or takes all memory, is not run', async ({ page }) => {
  const header = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const modules = {
    importing: Uint8Array.from([...header, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x62, 0, 0, 5, 4, 1, 1, 2, 4]),
    unbounded: Uint8Array.from([...header, 5, 3, 1, 0, 2]),
  };
  await open(page, 1, kernelPath('tiny'));
  const task = asBench(tinyTask());
  const failures = async (asked: BenchTask): Promise<unknown> => {
    expect(await page.evaluate((one) => window.bench.run(1, one), asked)).toBe('failed');
    return page.evaluate(() => window.bench.reports.at(-1)?.failure);
  };
  for (const bytes of Object.values(modules)) {
    const digest = createHash('sha256').update(bytes).digest();
    const build = { features: 'simd', hash: digest.toString('hex'), bytes: bytes.length } as const;
    const kernel = { kind: 'tiny', version: 1, hash: build.hash, builds: [build] };
    await publishManifest(page, { format: 1, kernels: [kernel] });
    await page.unroute('**/kernels/*.wasm');
    await page.route('**/kernels/*.wasm', (route) => route.fulfill({ body: Buffer.from(bytes) }));
    expect(await failures({ ...task, kernelHash: [...digest] })).toBe('wrong_kernel');
  }
  await page.unroute('**/kernels/*.wasm');
  await page.route('**/kernels/*.wasm', (route) => route.fulfill({ path: kernelPath('tiny') }));
  const { kernels } = manifestHere();
  await publishManifest(page, { format: 1, kernels: kernels.filter(({ kind }) => kind !== 'tiny') });
  expect(await failures(task)).toBe('wrong_kernel');
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  await publishManifest(page, manifestHere(), stranger);
  expect(await failures(task)).toBe('wrong_kernel');
  // The control: the same page, once the right key has signed it.
  await publishManifest(page);
  expect(await page.evaluate((one) => window.bench.run(2, one), task)).toEqual([...outputInNode(tinyTask())]);
});

test('at the fixed duty it computes no more than its share, in slices of 16 ms', async ({ page }) => {
  const task = routeTask(4_000_000);
  await open(page, 0.08, kernelPath(task.kind));
  const startedAt = await page.evaluate((asked) => {
    void window.bench.run(1, asked);
    return performance.now();
  }, asBench(task));
  await computes(page, 300);
  const { last, now } = await page.evaluate(() => ({ last: window.bench.reports.at(-1)!, now: performance.now() }));
  // One slice is ahead of its payment.
  expect(await busyMs(page)).toBeLessThan(0.08 * (now - startedAt) + last.meter.longestSliceMs);
  expect(last.meter.recentSliceMs).toBeGreaterThan(8); // a wake is worth its cost
});
