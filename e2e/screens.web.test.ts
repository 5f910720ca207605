import { expect, test } from './app/app-test.ts';
import { cutOff } from './app/page-checks.ts';
import { openStage, showScene } from './app/stage.ts';
import type { Page } from '@playwright/test';
import type { JobId } from '../shared/ids.ts';
import { OPERATOR } from '../server/core/found.ts';
import type { RunningServer } from '../server/serve.ts';
import { HOSTILE, SCENES } from './app/scenes.ts';
import type { Scene } from './states/scene.ts';

const open = async (page: Page, scene: Scene): Promise<void> => {
  await openStage(page);
  await showScene(page, '', scene);
};

/** The founding text, as it was signed off: a changed letter is another agreement, and asks everybody again. */
const TERMS = [
  'Shared Compute',
  'By enabling Shared Compute, you agree to:',
  "ZeusDrive may use your device's CPU when idle",
  'Usage is monitored and throttled',
  'No personal data is processed on your device',
  'You may disable at any time',
  'Participation is entirely voluntary',
];
const ENERGY = [
  'Estimated impact of Shared Compute:',
  'Battery',
  '<1% drain per hour',
  'Data',
  '~0.5MB per day (WiFi preferred)',
  'Heat',
  'Minimal (automatic throttle if hot)',
];

test('the agreement is word for word, with its version, and its two answers are of one size', async ({ page }) => {
  await open(page, SCENES['learn-more']!);
  const lines = async (nth: number): Promise<string[]> =>
    (await page.locator('.doc').nth(nth).innerText())
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  expect(await lines(0)).toEqual(['Terms of Service 8.5', ...TERMS]);
  expect((await lines(1))[0]).toBe('What it covers');
  expect(await lines(2)).toEqual(['Energy disclosure', ...ENERGY]);
  await expect(page.getByText('What a determined peer could learn')).toBeVisible();
  await expect(page.getByText('Version 1 of this agreement')).toBeVisible();
  const [enable, notNow] = await Promise.all(
    ['Enable', 'Not Now'].map((name) => page.getByRole('button', { name }).boundingBox()),
  );
  expect([enable?.width, enable?.height]).toEqual([notNow?.width, notNow?.height]);
});

test('hostile names and labels break no layout and run nothing', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const name of HOSTILE) {
    const me = { ...(SCENES['settings']!.me as object), name } as NonNullable<Scene['me']>;
    await open(page, { ...SCENES['settings']!, me });
    await expect(page.getByText('Signed in as')).toBeVisible();
    expect(await page.evaluate(cutOff)).toEqual([]);
    await open(page, { ...SCENES['feedback']!, draft: name.slice(0, 2_000) });
    expect(await page.evaluate(cutOff)).toEqual([]);
    for (const asked of Object.values({ csv: `lat,lon,${name}\n1,2,${name}\n`, json: `{"${name}":[]}` })) {
      await open(page, { ...SCENES['ask-route']!, asked });
      await expect(page.locator('.err')).toBeVisible();
      expect(await page.evaluate(cutOff)).toEqual([]);
    }
    expect(await page.title()).not.toContain('owned');
  }
});

test('90 kB in the stops field are a sentence, and the page goes on answering', async ({ page, join }) => {
  await join();
  await page.goto('/ask/route');
  const field = page.getByLabel('Your stops');
  const paste = (text: string): Promise<void> =>
    field.evaluate((area, pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', pasted);
      (area as HTMLTextAreaElement).select();
      area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, text);
  const kilobytes = (line: string, count: number): string => line.repeat(Math.ceil((count * 1_000) / line.length));
  for (const [text, code] of [
    [`x,y\n${kilobytes('1.25,2.5\n', 90)}`, 'too_many_stops'],
    [kilobytes('no stops at all ', 90), 'bad_shape'],
    [`[${kilobytes('[1,2],', 90)}`, 'bad_json'],
    [kilobytes('1,2\n', 300), 'file_too_large'],
  ] as const) {
    await paste(text);
    await expect(page.locator('.err')).toHaveAttribute('data-code', code);
    await expect(page.locator('.err b')).not.toBeEmpty();
  }
  await paste(`x,y\n${kilobytes('1.25,2.5\n', 8)}`);
  await expect(page.getByText(/\d+ stops/)).toBeVisible();
  expect(await page.evaluate(cutOff)).toEqual([]);
});

/** So many requests of the operator's that the mainframe does not come to what is asked after them. */
async function keepBusy(server: RunningServer, request: string): Promise<readonly JobId[]> {
  const filed = Array.from({ length: 30 }, (_, i) =>
    server.p2p.submit(OPERATOR, { kind: 'route-plan', placement: 'pool', request, idempotencyKey: `busy-${i}` }),
  );
  return (await Promise.all(filed)).flatMap((one) =>
    one.ok && one.value.placement === 'pool' ? [one.value.jobId] : [],
  );
}

test('a request is cancelled with one tap, and asked again with the same stops; without them the form says so', async ({
  page,
  join,
  server,
}) => {
  await join();
  const stops = `x,y\n${Array.from({ length: 300 }, (_, i) => `${i % 20},${Math.floor(i / 20)}`).join('\n')}\n`;
  const ahead = await keepBusy(server, stops);
  await page.goto('/ask/route');
  await page.getByLabel('Your stops').fill(stops);
  await page.getByRole('button', { name: 'Plan my route' }).click();
  await page.getByRole('button', { name: 'Cancel this request' }).click();
  await expect(page.getByText('You cancelled this')).toBeVisible();
  for (const jobId of ahead) await server.coordinator.cancelJob(OPERATOR, jobId);
  await expect(page.getByText(/of your day’s allowance .* yours again/)).toBeVisible();
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByLabel('Your stops')).toHaveValue(stops);

  await page.goto('/ask'); // a new page: its stops are nowhere any more
  await page.getByRole('link', { name: 'Earlier answers' }).first().click();
  await expect(page.getByRole('heading', { name: 'Today' })).toBeVisible();
  await page.getByRole('link', { name: /cancelled/ }).click();
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByText('The stops of that request are gone')).toBeVisible();
  await expect(page.getByLabel('Your stops')).toHaveValue('');
});

test('feedback written offline outlives the page, goes out later, and takes along what was shown', async ({
  page,
  join,
  server,
}) => {
  await join('Writer');
  await page.goto('/settings/feedback');
  const field = page.getByLabel('What should we know?');
  await page.getByRole('button', { name: 'An idea' }).click();
  await field.fill('Larger letters at night.');
  await page.route('**/api/feedback', (route) => route.abort());
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText('It is not sent.')).toBeVisible();
  await page.unroute('**/api/feedback');
  await page.reload();
  await expect(field).toHaveValue('Larger letters at night.');
  const shown = await page.locator('.attached dd').allInnerTexts();
  expect(shown[1]).toBe('chromium');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByText(/It is message \d+/)).toBeVisible();
  await expect(field).toHaveValue('');
  const rows = server.store.database.prepare('SELECT kind, text, attached FROM feedback').all();
  const kept = rows.at(-1) as { readonly kind: string; readonly text: string; readonly attached: string };
  expect([kept.kind, kept.text]).toEqual(['idea', 'Larger letters at night.']);
  expect(Object.values(JSON.parse(kept.attached) as object).map(String)).toEqual(shown);
});

test('signing out stops computing first, forgets what was asked here, and keeps the phone’s key', async ({
  page,
  join,
  server,
}) => {
  await join('Leaver');
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(page.locator('.sign-top')).toContainText('Ready');
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.route('**/api/session', (route) => route.abort());
  await page.getByRole('button', { name: 'Sign out and lose it' }).click();
  await expect(page.getByText('You are still signed in')).toBeVisible();
  await page.unroute('**/api/session');
  await expect.poll(async () => (await server.p2p.health()).links).toBe(1); // it computes on
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Sign in, or come in with an invite.')).toBeVisible();
  await expect.poll(async () => (await server.p2p.health()).links).toBe(0);
  expect(await page.evaluate(async () => (await fetch('/api/me')).status)).toBe(401);
  const keys = await page.evaluate(
    () =>
      new Promise((resolve) => {
        indexedDB.open('zeusdrive', 1).addEventListener('success', ({ target }) => {
          const all = (target as IDBOpenDBRequest).result.transaction('device').objectStore('device').count();
          all.addEventListener('success', () => resolve(all.result));
        });
      }),
  );
  expect(keys).toBe(1);
});
