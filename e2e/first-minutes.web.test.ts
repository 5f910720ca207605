import { expect, expectAccessible, test } from './app/app-test.ts';
import { POLICY } from '../shared/model/policy.ts';
import { DAY } from '../shared/time.ts';

test('a driver’s first minutes: invite, name, the question word for word, enabled, home', async ({ page, join }) => {
  await join();
  for (const sentence of [
    'Help speed up AI for everyone!',
    'When you opt-in:',
    "ZeusDrive uses 1-2% of your phone's CPU when idle",
    'You get faster AI responses',
    'Earn compute credits',
    'Uses ~0.5MB data per day',
    'Your privacy is protected:',
    'Only CPU processing shared',
    'No personal data collected',
    'Throttles automatically',
  ]) {
    await expect(page.getByText(sentence, { exact: true })).toBeVisible();
  }
  const enable = page.getByRole('button', { name: 'Enable' });
  const [yes, no] = [await enable.boundingBox(), await page.getByRole('button', { name: 'Not Now' }).boundingBox()];
  expect([yes?.width, yes?.height]).toEqual([no?.width, no?.height]);
  await expectAccessible(page);

  await page.getByRole('link', { name: 'Learn More' }).click();
  for (const sentence of [
    'By enabling Shared Compute, you agree to:',
    "ZeusDrive may use your device's CPU when idle",
    'Usage is monitored and throttled',
    'No personal data is processed on your device',
    'You may disable at any time',
    'Participation is entirely voluntary',
    'Estimated impact of Shared Compute:',
    '<1% drain per hour',
    '~0.5MB per day (WiFi preferred)',
    'Minimal (automatic throttle if hot)',
  ]) {
    await expect(page.getByText(sentence, { exact: true })).toBeVisible();
  }
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Back' }).click();

  const consented = page.waitForResponse((reply) => reply.url().endsWith('/consent'));
  await enable.click();
  const { deviceId, consent } = (await (await consented).json()) as { deviceId: number; consent: unknown };
  expect(consent).toMatchObject({ isGranted: true, version: POLICY.consentVersion });
  await expect(page.locator('.sign-top')).toContainText('Ready');
  await expect(page.getByText('Nothing to do right now.').first()).toBeVisible();
  expect(deviceId).toBeGreaterThan(0);
  await expectAccessible(page);

  // Opened again tomorrow: no question, and it computes by itself.
  await page.reload();
  await expect(page.locator('.sign-top')).toContainText('Ready');
});

test('not now is an answer: nothing enrols, nothing asks again', async ({ page, join }) => {
  const writes: string[] = [];
  await join();
  page.on('request', (request) => void (request.method() !== 'GET' && writes.push(request.url())));
  await page.getByRole('button', { name: 'Not Now' }).click();
  await expect(page.locator('.sign-top')).toContainText('Off');
  await page.reload();
  await expect(page.locator('.sign-top')).toContainText('Off');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(writes).toEqual([]);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByRole('heading', { name: 'Shared Compute (Optional)' })).toBeVisible();
});

test('an invite that is unknown or used, and a name that is none, are said beside the field', async ({
  page,
  server,
  join,
}) => {
  await page.goto('/');
  await expect(page.getByText('Sign in, or come in with an invite.')).toBeVisible();
  await page.getByLabel('Invite link or code').fill('https://example.com/join/nonsense');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('This cannot be a name:')).toBeVisible();
  await page.getByLabel('Your name').fill('Ana');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('This invite does not exist, or has run out:')).toBeVisible();
  await expectAccessible(page);

  const code = await server.people.invite('driver', DAY);
  await page.request.post('/api/accounts', { data: { invite: code, name: 'Ben' } });
  await page.context().clearCookies();
  await page.goto(`/?invite=${code}`);
  await page.getByLabel('Your name').fill('Ana');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('This invite has been used already.')).toBeVisible();

  await join('Ana');
  await page.goto('/join/anything');
  await expect(page.locator('.sign-top')).toContainText('Off');
});

test('the theme follows the system until the driver chooses one', async ({ page, join }) => {
  await join();
  await page.goto('/settings');
  const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(theme).toBe('dark');
  await page.getByRole('button', { name: 'Light' }).click();
  expect(await theme()).toBe('light');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Light' })).toHaveAttribute('aria-pressed', 'true');
  expect(await theme()).toBe('light');
});
