import type { Page } from '@playwright/test';
import { expect, test } from './app/app-test.ts';

const lang = (page: Page) => page.evaluate(() => document.documentElement.lang);

/** Every text that was in the page at any time since it opened. */
async function watchWords(page: Page): Promise<() => Promise<string>> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => seen.push(document.body?.innerText ?? '')).observe(document, {
      childList: true,
      subtree: true,
      characterData: true,
    });
  });
  return () => page.evaluate(() => (window as unknown as { seen: string[] }).seen.join('\n'));
}

test('a driver switches to Spanish and Filipino in Settings, by keyboard, and a reload keeps it', async ({
  page,
  join: signUp,
}) => {
  await signUp();
  await page.goto('/settings');
  expect(await lang(page)).toBe('en');
  await page.evaluate(() => Object.assign(window, { isSamePage: true }));
  const group = page.getByRole('group', { name: 'Language' });
  await expect(group.getByRole('button', { pressed: true })).toHaveText('English');
  await group.getByRole('button', { name: 'Español' }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ajustes');
  await expect(page.getByRole('status')).toHaveText('La app ahora habla español.');
  expect(await lang(page)).toBe('es');
  await expect(page).toHaveTitle('Ajustes · ZeusDrive');
  await expect(page.getByRole('button', { name: 'Español' })).toBeFocused();
  await expect(page.getByRole('button', { name: 'Español' })).toHaveAttribute('aria-pressed', 'true');
  // A screen that was not open before has its words, too.
  await page.getByRole('link', { name: 'Créditos' }).click();
  await expect(page.getByText('Aún no hay créditos')).toBeVisible();
  expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);

  const words = await watchWords(page);
  await page.goto('/');
  await expect(page.getByText('Puedes pedir sin activarlo')).toBeVisible();
  expect(await lang(page)).toBe('es');
  // Never a word of English before.
  expect(await words()).not.toMatch(/Opening|Asking|Settings|Turn on/);

  await page.goto('/settings');
  await page.getByRole('button', { name: 'Filipino' }).click();
  await expect(page.getByRole('status')).toHaveText('Filipino na ang wika ng app.');
  await page.reload();
  await expect(page.getByText('Wika', { exact: true })).toBeVisible();
  expect(await lang(page)).toBe('fil');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  await expect(page.getByRole('status')).toHaveText('The app now speaks English.');
});

for (const [locale, language, sentence] of [
  ['es-MX', 'es', 'Entra, o ven con una invitación.'],
  ['tl-PH', 'fil', 'Mag-sign in, o pumasok gamit ang imbitasyon.'],
  ['fil', 'fil', 'Mag-sign in, o pumasok gamit ang imbitasyon.'],
  ['de-DE', 'en', 'Sign in, or come in with an invite.'],
] as const) {
  test.describe(`on a phone in ${locale}`, () => {
    test.use({ locale });
    test('the app speaks the phone’s language, or English', async ({ page }) => {
      const later: string[] = [];
      page.on('request', (request) => void later.push(new URL(request.url()).pathname));
      await page.goto('/');
      await expect(page.getByText(sentence)).toBeVisible();
      expect(await lang(page)).toBe(language);
      // Of the later strings one language's alone.
      expect(
        later.filter((path) => path.includes('/later-') && path.endsWith('.js') && !path.includes('icon')),
      ).toHaveLength(1);
    });
  });
}

test('a text of the law shows its English text first, with a translation beneath', async ({ page, join: signUp }) => {
  await signUp();
  await page.evaluate(() => localStorage.setItem('language', 'es'));
  await page.goto('/opt-in');
  await expect(page.getByText('Translation. The English')).toHaveCount(0);
  await expect(page.getByText('Traducción. El texto que vale es el inglés.')).toBeVisible();
  const point = page.getByRole('listitem').filter({ hasText: 'Earn compute credits' });
  await expect(point.locator('[lang=en]')).toHaveText('Earn compute credits');
  await expect(point.locator('.translated')).toHaveText('Ganas créditos de cómputo');
  await page.goto('/opt-in/more');
  const term = page.getByRole('listitem').filter({ hasText: 'You may disable at any time' });
  await expect(term.locator('.translated')).toHaveText('Puedes desactivarlo en cualquier momento');
});

test('a language file that is missing or broken: English, a sentence in Settings, and the language once it loads', async ({
  page,
  join: signUp,
}) => {
  await signUp();
  await page.evaluate(() => localStorage.setItem('language', 'es'));
  let isBroken = true;
  // A file that was cut short.
  await page.route(/\/assets\/first-[\w-]+\.js$/, (route) =>
    isBroken ? route.fulfill({ contentType: 'text/javascript', body: 'export const {' }) : route.continue(),
  );
  await page.goto('/settings');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
  expect(await lang(page)).toBe('en');
  await expect(page.getByRole('status')).toHaveText(
    'Español did not load, so the app speaks English for now. It tries again when you open it.',
  );
  isBroken = false;
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Ajustes');
  expect(await lang(page)).toBe('es');
});

test('later strings that do not load make the whole app English, until it is opened again', async ({
  page,
  join: signUp,
}) => {
  await signUp();
  await page.evaluate(() => localStorage.setItem('language', 'fil'));
  // The first file of later strings that is asked for is Filipino's, the second English's. Home wants them at once.
  let asked = 0;
  await page.route(/\/assets\/later-(?!icon)[\w-]+\.js$/, (route) =>
    asked++ === 0 ? route.abort() : route.continue(),
  );
  await page.goto('/');
  await page.getByRole('link', { name: 'Settings' }).click();
  await expect(page.getByRole('status')).toContainText('Filipino did not load');
  expect(await lang(page)).toBe('en');
  await page.reload();
  await expect(page.getByText('Wika', { exact: true })).toBeVisible();
  expect(await lang(page)).toBe('fil');
});
