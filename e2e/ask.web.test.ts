import { join as joinPath } from 'node:path';
import { expect, expectAccessible, test } from './app/app-test.ts';
import type { Page } from '@playwright/test';

const FIXTURES = joinPath(import.meta.dirname, '../wasm/kinds/route-plan/fixtures');

async function openForm(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Not Now' }).click();
  await page.getByRole('link', { name: 'Ask', exact: true }).click();
  await page.getByRole('link', { name: /Plan my route/ }).click();
}

/** All that a page can keep on a phone, as text. */
const stored = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    const cached = await caches.keys();
    return JSON.stringify([
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      names,
      cached,
      document.cookie,
    ]);
  });

test('a small route is answered on this phone: nothing is sent, nothing is kept', async ({ page, join }) => {
  await join();
  await openForm(page);
  const writes: string[] = [];
  page.on('request', (request) => void (request.method() !== 'GET' && writes.push(request.url())));
  await page.getByRole('button', { name: 'Use a sample' }).click();
  await expect(page.getByText('150 stops')).toBeVisible();
  await page.getByRole('button', { name: 'Plan my route' }).click();

  await expect(page.getByText('Answered on this phone')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Your route, 150 stops' })).toBeFocused();
  const saved = await page.locator('.save .v').innerText();
  expect(parseInt(saved, 10)).toBeGreaterThan(30);
  await expect(page.getByRole('img', { name: /150 stops joined in the new order/ })).toBeVisible();
  await expectAccessible(page);
  expect(writes).toEqual([]);
  expect(await stored(page)).not.toMatch(/40\.7|stops/);

  await page.getByRole('link', { name: 'Back' }).click();
  await expect(page.getByRole('link', { name: /Route, 150 stops.*on this phone/ })).toBeVisible();
  await page.getByRole('link', { name: /Route, 150 stops/ }).click();
  await page.getByRole('button', { name: 'Ask again' }).click();
  await expect(page.getByLabel('Your stops')).toHaveValue(/^lat,lon/);
});

test('a large route goes to the pool: progress by parts, then the answer with its receipt', async ({ page, join }) => {
  await join();
  await openForm(page);
  await page.getByLabel('File of stops').setInputFiles(joinPath(FIXTURES, 'a280.tsp'));
  await expect(page.getByText('280 stops')).toBeVisible();
  await page.getByRole('button', { name: 'Plan my route' }).click();
  await expect(page.getByRole('heading', { name: 'Planning your route' })).toBeVisible();
  await expect(page.getByRole('progressbar')).toHaveAttribute('aria-valuemax', '4');
  await expectAccessible(page);

  await expect(page.getByRole('heading', { name: 'Your route, 280 stops' })).toBeVisible();
  await expect(page.getByText('The mainframe alone')).toBeVisible();
  await expect(page.getByText('4 units of your day’s allowance')).toBeVisible();
  await expect(page.getByText('In 2 rounds')).toBeVisible();
  await expect(page.getByRole('img', { name: /280 stops/ })).toBeVisible();
  await expectAccessible(page);
  expect(await stored(page)).not.toMatch(/280|tour|stops/);

  // Another day: the answer is the server's to keep; the stops were never kept here.
  await page.reload();
  await expect(page.getByText('The order', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Back' }).click();
  await expect(page.getByRole('link', { name: /Route, 280 stops/ })).toBeVisible();
  await expectAccessible(page);
});

test('what is wrong with the stops stands beside them, by its code, before anything is sent', async ({
  page,
  join,
}) => {
  await join();
  await openForm(page);
  const field = page.getByLabel('Your stops');
  const cases: readonly (readonly [string, string])[] = [
    ['lat,lon\n', 'empty_file'],
    ['hello', 'bad_shape'],
    ['[[1,2', 'bad_json'],
    ['x,y\n1,2\n3,four\n', 'not_a_number'],
    ['x,y\n1,2\n', 'too_few_stops'],
    [`x,y\n${'1,2\n'.repeat(1001)}`, 'too_many_stops'],
    ['lat,lon\n91,0\n1,1\n', 'latitude_out_of_range'],
    ['lat,lon\n1,181\n1,1\n', 'longitude_out_of_range'],
    ['{"stops":[[1,2],[3,4]],"colour":"red"}', 'unknown_field'],
  ];
  for (const [text, code] of cases) {
    await field.fill(text);
    await expect(page.locator('.err')).toHaveAttribute('data-code', code);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
  }
  await page.getByRole('button', { name: 'Plan my route' }).click();
  await expect(field).toBeFocused();
  await field.fill('[[0,0],[3,4],[6,0]]');
  await expect(page.getByText('3 stops')).toBeVisible();
});

test('where this phone cannot compute, the pool is offered and answers', async ({ page, join }) => {
  await join();
  await openForm(page);
  // Bytes that are not what the server's list names: none of them may run.
  await page.route('**/kernels/*.wasm', (route) =>
    route.fulfill({ body: 'not a kernel', contentType: 'application/wasm' }),
  );
  await page.getByLabel('Your stops').fill('x,y\n0,0\n3,4\n6,0\n1,9\n');
  await page.getByRole('button', { name: 'Plan my route' }).click();
  await expect(page.getByText(/not what we published/)).toBeVisible();
  await page.getByRole('button', { name: 'Ask the pool instead' }).click();
  await expect(page.getByRole('heading', { name: 'Your route, 4 stops' })).toBeVisible();
});

test('credits: nothing yet, in words', async ({ page, join }) => {
  await join();
  await page.getByRole('button', { name: 'Not Now' }).click();
  await page.getByRole('link', { name: 'Credits' }).click();
  await expect(page.getByText('No credits yet')).toBeVisible();
  await expect(page.getByText('They appear here when a result is verified, usually within a minute.')).toBeVisible();
});
