import type { Page } from '@playwright/test';
import type { DeviceId } from '../shared/ids.ts';
import type { DeviceView, SelfTestAnswer } from '../shared/protocol/app.ts';
import type { RunningServer } from '../server/serve.ts';
import { expect, expectAccessible, test } from './app/app-test.ts';

declare const window: Window & { computesWrongly: boolean };

const enable = (page: Page): Promise<void> => page.getByRole('button', { name: 'Enable' }).click();
const sign = (page: Page) => page.locator('.sign-top');

/** What the page writes to the server from now on: method and path, without the device's number. */
function writesOf(page: Page): string[] {
  const writes: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (request.method() !== 'GET') writes.push(`${request.method()} ${pathname.replace(/\d+/, 'N')}`);
  });
  return writes;
}

/** Keeps the kernel back until released: the test cannot be over before. */
async function holdKernel(page: Page): Promise<() => void> {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/kernels/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  return release;
}

interface DeviceRow {
  readonly id: DeviceId;
  readonly chunk_ms: number;
  readonly convictions: number;
  readonly consent_version: number;
}

/** All phones of the driver that came in last. */
const phonesOf = ({ store }: RunningServer): readonly DeviceRow[] =>
  store.database
    .prepare<[], DeviceRow>(
      `SELECT id, chunk_ms, convictions, consent_version FROM device WHERE account_id = (SELECT max(id) FROM account)`,
    )
    .all();

test('opting in tests the phone first: the server finds its digests right, and learns its speed', async ({
  page,
  join,
  server,
}) => {
  await join();
  const writes = writesOf(page);
  const tested = page.waitForResponse(
    (reply) => reply.url().endsWith('/self-test') && reply.request().method() === 'POST',
  );
  const release = await holdKernel(page);
  await enable(page);
  await expect(page.getByText('Testing whether this phone computes exactly')).toBeVisible();
  await expect(page.getByRole('progressbar', { name: 'The test' })).toBeVisible();
  release();
  const reply = await tested;
  expect(reply.status()).toBe(200);
  const { digests, chunkMs } = reply.request().postDataJSON() as SelfTestAnswer;
  expect(digests).toHaveLength(24);
  await expect(sign(page)).toContainText('Ready');
  expect(writes).toEqual(['POST /api/devices', 'POST /api/devices/N/self-test', 'PUT /api/devices/N/consent']);
  const { deviceId } = (await reply.json()) as DeviceView;
  const [phone] = phonesOf(server);
  expect(phone).toMatchObject({ id: deviceId, convictions: 0, consent_version: 1 });
  expect(phone?.chunk_ms).toBeGreaterThan(0);
  expect(phone?.chunk_ms).toBeLessThanOrEqual(chunkMs);

  // Of the test nothing stays on the phone.
  const kept = await page.evaluate(async () => [
    Object.keys(localStorage),
    Object.keys(sessionStorage),
    (await indexedDB.databases()).map(({ name }) => String(name)),
    await caches.keys(),
  ]);
  expect(kept.map((names) => names.toSorted((a, b) => a.localeCompare(b)))).toEqual([
    ['bytes-today', 'consent'],
    [],
    ['zeusdrive'],
    [],
  ]);
});

test('a server that has forgotten its draw, as a restart makes it, is asked for another; the driver sees nothing of it', async ({
  page,
  join,
}) => {
  let forgets = true;
  await page.route('**/self-test', async (route) => {
    const isForgotten = forgets && route.request().method() === 'POST';
    if (isForgotten) forgets = false;
    const answer = isForgotten && (route.request().postDataJSON() as SelfTestAnswer);
    await route.continue(answer ? { postData: JSON.stringify({ ...answer, ticket: 'A'.repeat(43) }) } : {});
  });
  await join();
  const writes = writesOf(page);
  await enable(page);
  await expect(sign(page)).toContainText('Ready');
  const tested = 'POST /api/devices/N/self-test';
  expect(writes).toEqual(['POST /api/devices', tested, tested, 'PUT /api/devices/N/consent']);
});

test('a phone that computes wrongly is told so: no consent, no work, no conviction; and it may try again', async ({
  page,
  join,
  server,
}) => {
  // One bit of one digest, before the page hears of it, as bad memory would.
  await page.addInitScript(() => {
    window.computesWrongly = true;
    const HonestWorker = Worker;
    globalThis.Worker = class extends HonestWorker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({ data }: MessageEvent<{ digests?: { hash: number }[] }>) => {
          const digest = window.computesWrongly ? data.digests?.[17] : undefined;
          if (digest) digest.hash = (digest.hash ^ 1) >>> 0;
        });
      }
    };
  });
  await join();
  const writes = writesOf(page);
  await enable(page);
  await expect(page.getByText('This phone computes differently')).toBeVisible();
  await expect(page.getByText('it gets no work, and no blame')).toBeVisible();
  await expectAccessible(page);
  expect(writes).toEqual(['POST /api/devices', 'POST /api/devices/N/self-test']);
  const [phone, ...others] = phonesOf(server);
  expect(others).toEqual([]);
  expect(phone).toMatchObject({ chunk_ms: 0, convictions: 0, consent_version: 0 });
  expect(await server.store.evidenceOf(phone!.id)).toEqual([]);
  expect(await server.store.pendingOf(phone!.id)).toEqual([]);
  expect(server.coordinator.holds(phone!.id)).toBe(0);
  expect(await server.store.lastConsent(phone!.id)).toBeUndefined();

  await page.evaluate(() => (window.computesWrongly = false));
  await page.getByRole('button', { name: 'Test again' }).click();
  await expect(sign(page)).toContainText('Ready');
  expect(phonesOf(server)).toMatchObject([{ id: phone!.id, consent_version: 1 }]);
});

test('without a network, and without WebAssembly: said, with a next step, and still off', async ({ page, join }) => {
  await join();
  await page.context().setOffline(true);
  await enable(page);
  await expect(page.getByText('No answer from us')).toBeVisible();
  await expect(page.getByText('Shared Compute is still off. Nothing runs.')).toBeVisible();
  await page.context().setOffline(false);
  await page.evaluate(() => Reflect.deleteProperty(globalThis, 'WebAssembly'));
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Lockdown Mode turns it off')).toBeVisible();
  await page.getByRole('button', { name: 'Not Now' }).click();
  await expect(sign(page)).toContainText(/Off|Not on this phone/);
});

test('what is not the kernel we published is never run', async ({ page, join }) => {
  await join();
  await page.route('**/kernels/*.wasm', (route) =>
    route.fulfill({ body: 'not a kernel', contentType: 'application/wasm' }),
  );
  const writes = writesOf(page);
  await enable(page);
  await expect(page.getByText('not what we published, so none of it was run')).toBeVisible();
  expect(writes).toEqual(['POST /api/devices']);
  await page.unroute('**/kernels/*.wasm');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(sign(page)).toContainText('Ready');
});

test('not now during the test is not now: nothing is agreed to', async ({ page, join, server }) => {
  await join();
  const release = await holdKernel(page);
  const asked = page.waitForRequest('**/kernels/*.wasm');
  await enable(page);
  await asked;
  await page.getByRole('button', { name: 'Not Now' }).click();
  await expect(sign(page)).toContainText('Off');
  const writes = writesOf(page);
  const loaded = page.waitForResponse('**/kernels/*.wasm');
  release();
  await loaded;
  // Tried again from Home it asks the whole question again.
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'Shared Compute (Optional)' })).toBeVisible();
  expect(writes).toEqual([]);
  expect(phonesOf(server)).toMatchObject([{ chunk_ms: 0, consent_version: 0 }]);
});
