import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { makeCheat } from '../fleet/cheat.ts';
import { closeAll, startServer, tiny, type TestServer } from '../server/http/testing/test-server.ts';
import { must } from '../shared/assert.ts';
import type { EvidenceView } from '../shared/protocol/app.ts';
import { DAY } from '../shared/time.ts';
import { expect, expectAccessible, test as base } from './app/app-test.ts';

/** A server without a mainframe: what is asked, phones compute. */
const test = base.extend<object, { readonly server: TestServer }>({
  server: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from this pattern.
    async ({}, use) => {
      const siteDir = must(process.env['E2E_SITE'], 'the built app');
      await use(await startServer({ siteDir, policy: { mainframeThreads: 0 } }));
      await closeAll();
    },
    { scope: 'worker' },
  ],
});

const sign = (page: Page) => page.locator('.sign-top');

/** This browser opts in, lies about half of the first unit it gets, and is found out. */
async function beFoundOut(page: Page, server: TestServer): Promise<void> {
  await makeCheat(page.context(), { honestUnits: 0, altered: 32 });
  await page.goto(`/join/${await server.people.invite('driver', DAY)}`);
  await page.getByLabel('Your name').fill('Maria');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(sign(page)).toContainText('Ready');
  const asker = await server.openAsker('Asker', 'driver');
  const { jobId } = (await asker.submit(tiny(1))).body;
  await expect(sign(page)).toContainText('Stopped');
  await server.coordinator.failJob(jobId as never, 'over');
}

/** As if it had been us who were wrong: the first build where the second is right. */
const blameUs = ({ store }: TestServer): unknown =>
  store.database.exec(
    `UPDATE evidence SET claimed_score = expected_score, claimed_hash = expected_hash WHERE appeal_at IS NULL`,
  );

test('a phone whose results did not match ours is stopped, told why, and has it checked again with one tap', async ({
  page,
  server,
}) => {
  await beFoundOut(page, server);
  await expect(page.locator('[data-sign]')).toHaveAttribute('data-sign', 'stop');
  await expect(page.getByText('This phone’s results did not match ours.').first()).toBeVisible();
  await expect(page.getByText('It may be the hardware')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Check it again' }).click();
  await expect(page.getByText('The second look found the same')).toBeVisible();
  await expect(sign(page)).toContainText('Stopped');

  // The same in Settings, and tomorrow; and the evidence to take along.
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: /Shared Compute/ }).click();
  await expect(page.getByText('The second look found the same')).toBeVisible();
  await page.reload();
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByRole('link', { name: 'What was found' }).click();
  await expect(page.getByText('We got another result')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Check it again' })).toHaveCount(0);
  await page.getByText('Technical details').click();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the evidence' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toMatch(/^evidence-\d+\.json$/);
  const evidence = JSON.parse(readFileSync(await download.path(), 'utf8')) as EvidenceView;
  expect(evidence).toMatchObject({ kind: 'tiny', ruling: 'fraud', wrongChunks: 32, appeal: { outcome: 'upheld' } });
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Back' }).click();
  await page.getByRole('link', { name: /a spot check found a different result/ }).click();
  await expect(page.getByText('We got another result')).toBeVisible();
});

test('a phone that was right after all is paid, and works again', async ({ page, server }) => {
  await beFoundOut(page, server);
  blameUs(server);
  await page.getByRole('button', { name: 'Check it again' }).click();
  await expect(page.getByText('This phone was right')).toBeVisible();
  await expect(page.getByText('We were wrong, and we are sorry. $0.05 is posted.')).toBeVisible();
  await expect(page.getByText('This phone may work again')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Go on' }).click();
  await expect(sign(page)).toContainText('Ready');
  await page.getByRole('link', { name: 'Credits' }).click();
  await expect(page.getByText(/checked again: it was right/)).toBeVisible();
  await expect(page.locator('.bal .v')).toHaveText('$0.05');
  await expectAccessible(page);
});

test('whoever is stopped can still turn it off, and on again only finds the same', async ({ page, server }) => {
  await beFoundOut(page, server);
  await page.getByRole('button', { name: 'Turn off' }).click();
  await expect(sign(page)).toContainText('Off');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(sign(page)).toContainText('Stopped');
});
