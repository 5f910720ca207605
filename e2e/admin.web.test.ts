import type { Browser, Page } from '@playwright/test';
import { AuditedActs } from '../server/store/sqlite/audited-acts.ts';
import { DAY } from '../shared/time.ts';
import type { RunningServer } from '../server/serve.ts';
import { expect, test } from './app/app-test.ts';
import { comeIn, keepHere, keepPasskeys } from './app/passkeys.ts';

/** Passkeys are made for a name: the numbers of this machine have none. */
test.use({ baseURL: ({ server }, use) => use(`http://localhost:${server.port}`) });

const DESK = { width: 1280, height: 800 };

type CodeSaid = (email: string) => Promise<string>;

/** Whoever comes in on a machine of their own. */
async function comer(browser: Browser, server: RunningServer): Promise<Page> {
  const baseURL = `http://localhost:${server.port}`;
  return (await browser.newContext({ baseURL, viewport: DESK })).newPage();
}

/** What was proven is proven no more: it was yesterday. */
const forgetProofs = (server: RunningServer): void =>
  void server.store.database.exec("UPDATE auth_session SET proven_at = '2020-01-01T00:00:00.000Z'");

/** An admin who comes back by a passkey. */
async function adminByPasskey(browser: Browser, server: RunningServer, name: string): Promise<Page> {
  const page = await comer(browser, server);
  await keepPasskeys(page);
  await comeIn(page, await server.people.invite('admin', DAY), name);
  await keepHere(page);
  return page;
}

/** An admin who comes back by a code. */
async function adminByCode(browser: Browser, server: RunningServer, name: string, said: CodeSaid): Promise<Page> {
  const page = await comer(browser, server);
  const email = `${name.toLowerCase()}@example.org`;
  const join = { invite: await server.people.invite('admin', DAY), name };
  expect((await page.request.post('/api/accounts', { data: join })).status()).toBe(200);
  expect((await page.request.post('/api/account/email', { data: { email } })).status()).toBe(200);
  const code = await said(email);
  expect((await page.request.put('/api/account/email', { data: { email, code } })).status()).toBe(200);
  return page;
}

const showPasskey = (page: Page): Promise<void> => page.getByRole('button', { name: 'Show my passkey' }).click();

async function showCode(page: Page, email: string, said: CodeSaid): Promise<void> {
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByLabel('Code').fill(await said(email));
  await page.getByRole('button', { name: 'Continue' }).click();
}

const go = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Admin' }).getByRole('link', { name }).click();

/** Fills the open dialog's reason in, and does it. */
async function explain(page: Page, why: string, act: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Why, for the audit log').fill(why);
  await dialog.getByRole('button', { name: act }).click();
  await expect(dialog).toBeHidden();
}

/** What the books say a price means for what is unspent. */
async function paysAt({ store, coordinator }: RunningServer, priceMicros: number): Promise<string> {
  const free = (await store.balance('budget')) ?? 0;
  const [now, then] = [coordinator.policy.priceMicros, priceMicros].map((price) =>
    Math.floor(free / price).toLocaleString('en-US'),
  );
  return `pays ${now} units now, ${then} then`;
}

async function changeNumber(page: Page, name: string, value: string): Promise<void> {
  await page.getByRole('button', { name: `Change: ${name}` }).click();
  await page.getByLabel('New value').fill(value);
}

test('two admins, one by code and one by passkey: role, lever, prices, credits, invites, keys and the log of it all', async ({
  browser,
  page: driver,
  server,
  codeSaid,
}) => {
  test.slow();
  const came = await driver.request.post('/api/accounts', {
    data: { invite: await server.people.invite('driver', DAY), name: 'Dora' },
  });
  expect(came.status()).toBe(200);
  const { accountId: dora } = (await came.json()) as { readonly accountId: number };
  const ada = await adminByCode(browser, server, 'Ada', codeSaid);
  const ben = await adminByPasskey(browser, server, 'Ben');
  forgetProofs(server);

  // Ben looks at the overview all the while.
  await ben.goto('/settings');
  await ben.getByRole('link', { name: 'Admin desk' }).click();
  await expect(ben.getByRole('heading', { name: /^How many phones are here/ })).toBeVisible();
  await expect(ben.getByText('2 changes of policy wait')).toBeHidden();

  // Ada finds Dora, and proposes a role. The safe button has the focus, Esc closes, and the focus is back where it was.
  await ada.goto('/admin/people');
  await ada.getByLabel('Search by name').fill('dor');
  await expect(ada).toHaveURL(/search=dor$/);
  const people = ada.getByRole('table', { name: 'People', exact: true });
  await expect(people.getByRole('row')).toHaveCount(2);
  await people.getByRole('link', { name: 'Dora' }).click();
  await expect(ada.getByRole('heading', { level: 1, name: 'Dora' })).toBeFocused();
  await expect(ada.getByText('None. A phone stands here once it has passed its self-test.')).toBeVisible();
  const change = ada.getByRole('button', { name: 'Change role' });
  await change.press('Enter');
  await expect(ada.getByRole('button', { name: 'Keep the role' })).toBeFocused();
  await ada.keyboard.press('Escape');
  await expect(ada.getByRole('dialog')).toBeHidden();
  await expect(change).toBeFocused();
  await change.click();
  await ada.getByLabel('New role').selectOption('tester');
  await ada.getByRole('button', { name: 'Propose' }).click();
  await showCode(ada, 'ada@example.org', codeSaid);
  await expect(ada.getByText('Show that it is you')).toBeHidden();
  await go(ada, 'People');
  const proposed = ada.getByRole('table', { name: 'Proposed roles' });
  await expect(proposed.getByRole('row', { name: 'Dora' })).toContainText('another admin approves');

  // A lever, with a reason, and back again. It says whom it reaches before.
  await go(ada, 'Policy');
  await ada.getByRole('button', { name: 'Set the target' }).click();
  await expect(ada.getByRole('dialog')).toContainText(/\d+ phones? ha(s|ve) an open link/);
  await ada.getByLabel('Percent of the phone’s CPU').fill('0.75');
  await explain(ada, 'A heat wave', 'Set the target');
  const levers = ada.getByRole('list', { name: 'Changes of the levers' });
  await expect(levers.getByRole('listitem').first()).toContainText(/On, target 0.75.%A heat wave.*Ada/);
  await ada.getByRole('button', { name: 'Undo the change of the lever' }).click();
  await expect(ada.getByRole('dialog')).toContainText(/On, target 1\.5.%\./);
  await explain(ada, 'It is over', 'Set it back');
  await expect(levers.getByRole('listitem').first()).toContainText('It is over');

  // A price, previewed from the books as it is typed; a budget; and a number that moves no money, and is undone.
  await changeNumber(ada, 'Price of a unit', '40000');
  const dialog = ada.getByRole('dialog');
  await expect(dialog).toContainText(await paysAt(server, 40_000));
  await ada.getByLabel('New value').fill('25000');
  await expect(dialog).toContainText(await paysAt(server, 25_000));
  await explain(ada, 'Pilot in Fresno', 'Propose');
  await expect(ada.getByRole('row', { name: 'Pilot in Fresno' })).toContainText('Proposed');
  await changeNumber(ada, 'Budget of the phase', '1000000');
  await expect(dialog).toContainText(/Unspent: \$[\d,.]+ now/);
  await explain(ada, 'Too little', 'Propose');
  await changeNumber(ada, 'Requests at once', '7');
  await expect(dialog).toContainText(/People who can ask no more today: \d+ now, \d+ then/);
  await explain(ada, 'A flood', 'Change');
  const flood = ada.getByRole('row', { name: 'A flood' });
  await expect(flood).toContainText('by Ada');
  await flood.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog).toContainText('Requests at once: 50');
  await explain(ada, 'It is over', 'Set it back');
  await expect(ada.getByRole('row', { name: 'Requests at once: 50' })).toContainText('by Ada');
  await expect(ada.getByRole('button', { name: 'Approve' })).toBeHidden();

  // And credits: what they become is said before.
  await go(ada, 'Credits');
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

  // What waits has come to Ben's overview by itself; he approves the role and the price, and rejects the budget.
  await expect(ben.getByText('2 changes of policy wait')).toBeVisible();
  await ben.getByRole('link', { name: '1 role waits' }).click();
  await ben.getByRole('button', { name: 'Approve the role of Dora' }).click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await showPasskey(ben);
  const everybody = ben.getByRole('table', { name: 'People', exact: true });
  await expect(everybody.getByRole('row', { name: 'Dora' })).toContainText('Tester');
  await go(ben, 'Policy');
  const tooLittle = ben.getByRole('row', { name: 'Too little' });
  await tooLittle.getByRole('button', { name: 'Reject' }).click();
  await expect(tooLittle).toContainText('by Ben');
  await ben.getByRole('row', { name: 'Pilot in Fresno' }).getByRole('button', { name: 'Approve' }).click();
  await expect(ben.getByRole('dialog')).toContainText(await paysAt(server, 25_000));
  await ben.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
  await expect(ben.getByRole('row', { name: 'Pilot in Fresno' })).toContainText('by Ben');
  await expect(ben.getByRole('row', { name: /^Price of a unit/ })).toContainText('$0.025');

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
  await go(ben, 'People');
  await ben.getByRole('button', { name: 'Make a link' }).click();
  await expect(ben.getByText(/\/join\/\S+$/)).toBeVisible();
  const invites = ben.getByRole('table', { name: 'Invites' });
  await invites.getByRole('button', { name: 'Revoke' }).first().click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(invites.getByRole('button', { name: 'Revoke' })).toHaveCount(0);
  await ben.getByLabel('A key of mine, for').fill('Nightly export');
  await ben.getByRole('button', { name: 'Make a key' }).click();
  await expect(ben.getByText('Shown this once: keep it like a password.')).toBeVisible();
  await ben.getByRole('button', { name: 'Revoke the key Nightly export' }).click();
  await ben.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(ben.getByRole('table', { name: 'API keys' })).toBeHidden();

  // The log says who did what, and holds. Its address keeps the filter.
  await go(ben, 'Audit log');
  await expect(ben.getByText(/^Chain of \d+ records holds$/)).toBeVisible();
  const log = ben.getByRole('table', { name: 'Audit log' });
  await expect(log.getByRole('row', { name: 'role_proposed' }).last()).toContainText('Ada');
  await expect(log.getByRole('row', { name: 'credits_adjusted' })).toContainText('Ben');
  await expect(log.getByRole('row', { name: 'role_rejected' })).toContainText('Ben');
  await expect(log.getByRole('row', { name: 'role_changed' })).toContainText('Ben');
  await ben.getByLabel('Action', { exact: true }).selectOption('programme_changed');
  await expect(log.getByRole('row')).toHaveCount(3);
  await expect(log.getByRole('row', { name: 'A heat wave' })).toContainText('Ada');
  await ben.reload();
  await expect(ben).toHaveURL(/action=programme_changed$/);
  await expect(log.getByRole('row')).toHaveCount(3);
  await ben.getByRole('button', { name: 'Show all' }).click();
  await expect(log.getByRole('row', { name: 'role_changed' })).toBeVisible();
  await ben.getByRole('button', { name: 'Read it again' }).click();
  await expect(ben.getByText(/^Every record was read/)).toBeVisible();

  // Pages by number: what is written meanwhile moves none of them.
  const acts = new AuditedActs(server.store.database, Date.now, () => undefined);
  const tell = (i: number): void =>
    acts.commit((note) => note({ actorId: null, action: 'tried', target: 'nothing', detail: { i } }));
  for (let i = 0; i < 60; i++) tell(i);
  await ben.goto('/admin/audit-log');
  await ben.getByRole('button', { name: 'Older' }).click();
  const first = log.getByRole('row').nth(1);
  await expect(first).toContainText('i=9');
  tell(60);
  await ben.reload();
  await expect(first).toContainText('i=9');
  await ben.getByRole('button', { name: 'Newer' }).click();
  await expect(first).toContainText('i=59');
  await ben.getByRole('button', { name: 'Newest' }).click();
  await expect(first).toContainText('i=60');

  // Whoever is no admin finds no such place: neither the tester that Dora is now, nor a driver.
  const stranger = await comer(browser, server);
  await stranger.request.post('/api/accounts', {
    data: { invite: await server.people.invite('driver', DAY), name: 'Emil' },
  });
  for (const other of [driver, stranger]) {
    await other.goto(`/admin/people/${dora}`);
    await expect(other.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await expect(other).toHaveURL('/');
    for (const place of [
      'overview',
      'people',
      `people/${dora}`,
      'names?ids=2',
      'policy',
      'adjustments',
      'audit-log',
      'nowhere',
    ])
      expect((await other.request.get(`/api/admin/${place}`)).status(), place).toBe(404);
    const look = await other.request.post('/api/admin/policy/preview', { data: { changes: { priceMicros: 1 } } });
    expect(look.status()).toBe(404);
  }
  for (const one of [ada, ben, stranger]) await one.context().close();
});
