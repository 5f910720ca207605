import type { CDPSession, Page } from '@playwright/test';
import { DAY } from '../shared/time.ts';
import { expect, test } from './app/app-test.ts';
import { comeIn, keepHere, keepPasskeys } from './app/passkeys.ts';

/** Passkeys are made for a name: the numbers of this machine have none. */
test.use({ baseURL: ({ server }, use) => use(`http://localhost:${server.port}`) });

async function signOut(page: Page): Promise<void> {
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByRole('button', { name: 'Sign out now' }).click();
  await expect(page.getByText('Not signed in')).toBeVisible();
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
}

const accountIn = (page: Page): Promise<{ readonly accountId: number; readonly name: string }> =>
  page.evaluate(async () => (await fetch('/api/me')).json() as Promise<{ accountId: number; name: string }>);

test('a passkey is made, and brings its owner back; what is dangerous asks for it again', async ({
  page,
  server,
  codeSaid,
}) => {
  const cdp = await keepPasskeys(page);
  await comeIn(page, await server.people.invite('driver', DAY), 'Maria');
  const before = await accountIn(page);
  await keepHere(page);
  await signOut(page);
  expect((await page.context().cookies()).map(({ name }) => name)).not.toContain('zeus_session');

  const { finger } = cdp as CDPSession & { readonly finger: string };
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: finger, isUserVerified: false });
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText('No passkey was shown.')).toBeVisible();
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId: finger, isUserVerified: true });
  await signIn(page);
  expect(await accountIn(page)).toMatchObject({ accountId: before.accountId, name: 'Maria' });
  const cookie = (await page.context().cookies()).find(({ name }) => name === 'zeus_session');
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', path: '/' });

  // A day later, on a phone left open.
  server.store.database.exec("UPDATE auth_session SET proven_at = '2020-01-01T00:00:00.000Z'");
  await page.goto('/settings/account');
  await page.getByRole('button', { name: 'Remove the passkey' }).click();
  await page.getByRole('button', { name: 'Show my passkey' }).click();
  const lastWay = page.getByText('This is the only way back to the account: add another one first.');
  await expect(lastWay).toBeVisible();

  // An address is added behind a proof, and then the passkey may go.
  server.store.database.exec("UPDATE auth_session SET proven_at = '2020-01-01T00:00:00.000Z'");
  await page.getByRole('button', { name: 'Add an email address' }).click();
  await page.getByLabel('Email').fill('maria@example.org');
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByRole('button', { name: 'Show my passkey' }).click();
  await page.getByLabel('Code').fill(await codeSaid('maria@example.org'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('The email address is kept')).toBeVisible();
  await page.getByRole('button', { name: 'Remove the passkey' }).click();
  await expect(page.getByText('The passkey opens nothing now.')).toBeVisible();

  // The end of it all is behind a proof, too: the code alone brings it now.
  server.store.database.exec("UPDATE auth_session SET proven_at = '2020-01-01T00:00:00.000Z'");
  await page.goto('/settings/data/mine');
  await page.getByRole('button', { name: 'Erase my data' }).click();
  await page.getByLabel(/Type your name/).fill('Maria');
  await page.getByRole('button', { name: 'Erase everything' }).click();
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByLabel('Code').fill(await codeSaid('maria@example.org'));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Not signed in')).toBeVisible();
  expect(server.store.database.prepare('SELECT id FROM auth_user WHERE email = ?').all('maria@example.org')).toEqual(
    [],
  );
});

test('a shared phone: who signs out computes no more, and the next has a device of their own', async ({
  page,
  server,
}) => {
  await keepPasskeys(page);
  const devices = (): unknown[] =>
    server.store.database
      .prepare("SELECT id, account_id FROM device WHERE executor = 'peer' ORDER BY id DESC LIMIT 2")
      .all();
  const enable = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Enable' }).click();
    await expect.poll(async () => (await server.p2p.health()).links).toBe(1);
  };
  await comeIn(page, await server.people.invite('driver', DAY), 'Ana');
  const ana = (await accountIn(page)).accountId;
  await keepHere(page);
  await enable();
  const [first] = devices();
  await signOut(page);
  await expect.poll(async () => (await server.p2p.health()).links).toBe(0);

  await comeIn(page, await server.people.invite('driver', DAY), 'Ben');
  const ben = (await accountIn(page)).accountId;
  await page.getByRole('button', { name: 'Not now' }).click();
  await enable();
  const [second, before] = devices();
  expect([ana === ben, before, second]).toEqual([false, first, expect.objectContaining({ account_id: ben })]);

  // Ben has no way back: signing out would lose the account, and says so.
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByText('You could not come back')).toBeVisible();
  await page.getByRole('link', { name: 'Add a way back first' }).click();
  await expect(page.getByRole('heading', { name: 'Signing in' })).toBeFocused();
});

test('a lost phone: the old invite leads to signing in, the code brings all of it back, and the lost one is out', async ({
  page,
  browser,
  server,
  codeSaid,
}) => {
  const invite = await server.people.invite('driver', DAY);
  await keepPasskeys(page);
  await comeIn(page, invite, 'Ernesto');
  const { accountId } = await accountIn(page);
  await page.getByRole('button', { name: 'Add an email address' }).click();
  await page.getByLabel('Email').fill('ernesto@example.org');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Code')).toBeFocused();
  await page.keyboard.type(await codeSaid('ernesto@example.org'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').filter({ hasText: 'The email address is kept' })).toBeFocused();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Enable' }).click();
  await expect.poll(async () => (await server.p2p.health()).links).toBe(1);

  const other = await (await browser.newContext({ baseURL: `http://localhost:${server.port}` })).newPage();
  await other.goto(`/join/${invite}`);
  await other.getByLabel('Your name').fill('Ernesto');
  await other.getByRole('button', { name: 'Continue' }).click();
  await expect(other.getByText('If it was you, sign in')).toBeVisible();
  await other.getByRole('link', { name: 'Sign in instead' }).click();
  await other.getByLabel('Email').fill('ernesto@');
  await other.getByRole('button', { name: 'Send me a code' }).click();
  await expect(other.getByText('Write your email address')).toBeVisible();
  await other.getByLabel('Email').fill('ernesto@example.org');
  await other.getByRole('button', { name: 'Send me a code' }).click();
  await other.getByLabel('Code', { exact: true }).fill(await codeSaid('ernesto@example.org'));
  await other.getByRole('button', { name: 'Continue', exact: true }).click();
  await expect(other.getByRole('navigation', { name: 'Main' })).toBeVisible();
  expect((await accountIn(other)).accountId).toBe(accountId);
  await other.goto('/settings/account');
  await other.getByRole('button', { name: 'Sign out everywhere else' }).click();
  await expect(other.getByRole('status').filter({ hasText: 'Signed out everywhere else.' })).toBeFocused();
  await other.context().close();

  // Whatever the lost page asks next, it hears that nobody is signed in on it.
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(page.getByText('This phone was signed out.')).toBeVisible();
  await expect.poll(async () => (await server.p2p.health()).links).toBe(0);
  expect(await server.store.verifyLedger()).toMatchObject({ balancesMatch: true });
});
