import type { Browser, Page } from '@playwright/test';
import { DAY } from '../shared/time.ts';
import type { RunningServer } from '../server/serve.ts';
import { expect, test } from './app/app-test.ts';
import { comeIn, keepHere, keepPasskeys } from './app/passkeys.ts';

/** Passkeys are made for a name: the numbers of this machine have none. */
test.use({ baseURL: ({ server }, use) => use(`http://localhost:${server.port}`) });

const DESK = { width: 1280, height: 800 };

/** An admin on a machine of their own, who came in a day ago: whatever is dangerous asks for the passkey first. */
async function admin(browser: Browser, server: RunningServer, name: string): Promise<Page> {
  const baseURL = `http://localhost:${server.port}`;
  const page = await (await browser.newContext({ baseURL, viewport: DESK })).newPage();
  await keepPasskeys(page);
  await comeIn(page, await server.people.invite('admin', DAY), name);
  await keepHere(page);
  server.store.database.exec("UPDATE auth_session SET proven_at = '2020-01-01T00:00:00.000Z'");
  return page;
}

const showPasskey = (page: Page): Promise<void> => page.getByRole('button', { name: 'Show my passkey' }).click();

test('two admins change a role, a price and a driver’s credits, the log names both, and a driver finds nothing', async ({
  browser,
  page: driver,
  server,
}) => {
  test.slow();
  const joined = await driver.request.post('/api/accounts', {
    data: { invite: await server.people.invite('driver', DAY), name: 'Dora' },
  });
  expect(joined.status()).toBe(200);
  const ada = await admin(browser, server, 'Ada');
  const ben = await admin(browser, server, 'Ben');

  // Ada proposes a role. The safe button has the focus, Esc closes, and the focus is back where it was.
  await ada.goto('/admin/people');
  const change = ada.getByRole('button', { name: 'Change role: Dora' });
  await change.press('Enter');
  await expect(ada.getByRole('button', { name: 'Keep the role' })).toBeFocused();
  await ada.keyboard.press('Escape');
  await expect(ada.getByRole('dialog')).toBeHidden();
  await expect(change).toBeFocused();
  await change.click();
  await ada.getByLabel('New role').selectOption('tester');
  await ada.getByRole('button', { name: 'Propose' }).click();
  await showPasskey(ada);
  const proposed = ada.getByRole('table', { name: 'Proposed roles' });
  await expect(proposed.getByRole('row', { name: 'Dora' })).toContainText('another admin approves');

  // And a price.
  await ada.getByRole('link', { name: 'Policy' }).click();
  await ada.getByRole('button', { name: 'Change: Price of a unit' }).click();
  await ada.getByLabel('New value').fill('40000');
  await ada.getByLabel('Why, for the audit log').fill('Pilot in Fresno');
  await ada.getByRole('button', { name: 'Propose' }).click();
  await expect(ada.getByRole('row', { name: 'Pilot in Fresno' })).toContainText('Proposed');
  await expect(ada.getByRole('button', { name: 'Approve' })).toBeHidden();

  // And credits: what they become is said before.
  await ada.getByRole('link', { name: 'Credits' }).click();
  await ada.getByLabel('Search by name or number').fill('dor');
  await ada.getByRole('button', { name: 'Adjust credits: Dora' }).click();
  await ada.getByLabel(/^Dollars/).fill('80.5');
  await expect(ada.getByRole('dialog')).toContainText('Posted now: $0.00. Then: $80.50.');
  await expect(ada.getByRole('dialog')).toContainText('Nothing moves until another admin approves');
  await ada.getByRole('button', { name: 'Take', exact: true }).click();
  await expect(ada.getByRole('dialog')).toContainText('No more than that can be taken');
  await ada.getByRole('button', { name: 'Give', exact: true }).click();
  await ada.getByLabel('Why; Dora reads it').fill('A phone of ours was late');
  await ada.getByRole('button', { name: 'Give credits' }).click();
  await expect(ada.getByRole('row', { name: 'A phone of ours was late' })).toContainText('Proposed');
  await driver.goto('/credits');
  await expect(driver.getByText('No credits yet')).toBeVisible();

  // Ben approves all three, and the driver sees the credits come by themselves.
  await ben.goto('/settings');
  await ben.getByRole('link', { name: 'Admin desk' }).click();
  await ben.getByRole('link', { name: 'People' }).click();
  const people = ben.getByRole('table', { name: 'People', exact: true });
  await expect(people.getByRole('row', { name: 'Dora' })).toContainText('Driver');
  await ben.getByRole('button', { name: 'Approve the role of Dora' }).click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await showPasskey(ben);
  await expect(people.getByRole('row', { name: 'Dora' })).toContainText('Tester');
  await ben.getByRole('link', { name: 'Policy' }).click();
  await ben.getByRole('button', { name: 'Approve' }).click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await expect(ben.getByRole('row', { name: 'Pilot in Fresno' })).toContainText('by Ben');
  await expect(ben.getByRole('row', { name: /^Price of a unit/ })).toContainText('$0.04');

  await ben.getByRole('link', { name: 'Credits' }).click();
  await ben.getByRole('button', { name: 'Approve the adjustment for Dora' }).click();
  await expect(ben.getByRole('dialog')).toContainText('Then: $80.50.');
  await ben.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await expect(ben.getByRole('row', { name: 'A phone of ours was late' })).toContainText('with Ben');
  await expect(driver.getByText('Adjusted by us: A phone of ours was late')).toBeVisible();
  await expect(driver.getByRole('region', { name: 'Balance' })).toContainText('$80.50');

  // A role is rejected.
  await ben.getByRole('link', { name: 'People' }).click();
  await ben.getByRole('button', { name: 'Change role: Dora' }).click();
  await ben.getByLabel('New role').selectOption('admin');
  await ben.getByRole('button', { name: 'Propose' }).click();
  await ben.getByRole('button', { name: 'Reject the role of Dora' }).click();
  await expect(ben.getByRole('table', { name: 'Proposed roles' })).toBeHidden();

  // What is shown once is shown, and taken back.
  await ben.getByRole('link', { name: 'People' }).click();
  await ben.getByRole('button', { name: 'Make a link' }).click();
  await expect(ben.getByText(/\/join\/\S+$/)).toBeVisible();
  await ben.getByRole('table', { name: 'Invites' }).getByRole('button', { name: 'Revoke' }).first().click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(ben.getByRole('table', { name: 'Invites' }).getByRole('button', { name: 'Revoke' })).toHaveCount(0);
  await ben.getByLabel('A key of mine, for').fill('Nightly export');
  await ben.getByRole('button', { name: 'Make a key' }).click();
  await expect(ben.getByText('Shown this once: keep it like a password.')).toBeVisible();
  await ben.getByRole('button', { name: 'Revoke the key Nightly export' }).click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(ben.getByRole('table', { name: 'API keys' })).toBeHidden();

  // The log says who did what, and holds.
  await ben.getByRole('link', { name: 'Audit log' }).click();
  await expect(ben.getByText(/^Chain of \d+ records holds$/)).toBeVisible();
  const log = ben.getByRole('table', { name: 'Audit log' });
  await expect(log.getByRole('row', { name: 'role_proposed' }).last()).toContainText('Ada');
  await expect(log.getByRole('row', { name: 'credits_adjusted' })).toContainText('Ben');
  await expect(log.getByRole('row', { name: 'role_rejected' })).toContainText('Ben');
  await expect(log.getByRole('row', { name: 'role_changed' })).toContainText('Ben');
  await ben.getByLabel('Action, as written in the log').fill('policy_changed');
  await ben.getByRole('button', { name: 'Show' }).click();
  await expect(log.getByRole('row', { name: 'role_proposed' })).toHaveCount(0);
  await expect(log.getByRole('row', { name: 'policy_changed' })).toContainText('Ben');

  // Whoever is no admin finds no such place.
  await driver.goto('/admin/people');
  await expect(driver.getByRole('navigation', { name: 'Main' })).toBeVisible();
  await expect(driver).toHaveURL('/');
  for (const place of ['people', 'policy', 'adjustments', 'audit-log', 'nowhere'])
    expect((await driver.request.get(`/api/admin/${place}`)).status(), place).toBe(404);
  for (const one of [ada, ben]) await one.context().close();
});
