import type { Page } from '@playwright/test';
import type { RunningServer } from '../server/serve.ts';
import { expect, expectAccessible, test } from './app/app-test.ts';

const sign = (page: Page) => page.locator('.sign-top');

const pull = (server: RunningServer, isOn: boolean): Promise<unknown> =>
  server.coordinator.setProgramme({ isOn, targetPercent: 1.5, reason: 'to see' });

test('when operators turn the programme off every open phone says so, and goes on when it is back', async ({
  page,
  join,
  server,
}) => {
  await join();
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect(sign(page)).toContainText('Ready');
  await pull(server, false);
  try {
    await expect(page.getByText('We stopped everything for now.', { exact: true })).toBeVisible();
    await expectAccessible(page);
    await page.reload();
    await expect(page.getByText('We stopped everything for now.', { exact: true })).toBeVisible();
  } finally {
    await pull(server, true);
  }
  await expect(sign(page)).toContainText('Ready');
});
