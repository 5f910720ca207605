import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { CONSENT_TEXTS } from '../shared/model/consent-texts.ts';
import { deviceId } from '../shared/ids.ts';
import { readSetOf } from '../server/core/read-set.ts';
import { Asker, tiny } from '../server/http/testing/test-server.ts';
import { expect, expectAccessible, test } from './app/app-test.ts';

async function enable(page: Page): Promise<number> {
  const consented = page.waitForResponse((reply) => reply.url().endsWith('/consent'));
  await page.getByRole('button', { name: 'Enable' }).click();
  const reply = (await (await consented).json()) as { readonly deviceId: number };
  await expect(page.locator('.sign-top')).toContainText('Ready');
  return reply.deviceId;
}

const openSettings = async (page: Page, row: RegExp): Promise<void> => {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: row }).click();
};

test('what is asked is the stored text, word for word; what was agreed to is shown, and narrowed by a switch', async ({
  page,
  join,
  server,
}) => {
  await join();
  const shown = await page.locator('main, body').first().innerText();
  for (const { lines } of CONSENT_TEXTS[0]!.sections.slice(0, 3))
    for (const line of lines) expect(shown).toContain(line);
  const id = deviceId(await enable(page));
  await openSettings(page, /What you agreed to/);
  await expect(page.getByText('Version 1, agreed to on')).toBeVisible();
  await expect(page.getByText('Participation is entirely voluntary')).toBeVisible();

  await page.getByRole('switch', { name: 'Routes and demand' }).press('Space');
  await expect(page.getByRole('switch', { name: 'Routes and demand' })).toHaveCount(0);
  expect((await server.store.lastConsent(id))?.scope.classes).toEqual(['speed_critical', 'high_value']);
  await page.getByRole('switch', { name: 'Any network' }).click();
  await expect(page.getByRole('switch', { name: 'Any network' })).toHaveCount(0);
  const kept = await page.evaluate(() => localStorage.getItem('consent'));
  expect(JSON.parse(kept ?? '{}'), 'the rules on this phone keep it').toMatchObject({ scope: { networks: 'wifi' } });
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(page.locator('[data-sign]')).toContainText('You agreed to Wi-Fi only.'); // this browser does not say what it is on
  // More is asked for: by the text, and only then.
  await openSettings(page, /What you agreed to/);
  await page.getByRole('link', { name: 'Read it' }).click();
  await enable(page);
  expect((await server.store.lastConsent(id))?.scope).toEqual({
    classes: ['speed_critical', 'high_value', 'normal'],
    hours: undefined,
    networks: 'any',
  });
});

test('hours are agreed to by two fields and a button, hold on both sides at once, and only the text makes them more', async ({
  page,
  join,
  server,
}) => {
  await join();
  const id = deviceId(await enable(page));
  const toAgreed = (): Promise<void> => openSettings(page, /What you agreed to/);
  await toAgreed();
  await page.getByRole('button', { name: 'Set hours' }).press('Enter');
  // Hours that are over and not yet begun, whatever the time is.
  const hour = await page.evaluate(() => new Date().getHours());
  const at = (later: number): string => `${String((hour + later) % 24).padStart(2, '0')}:00`;
  await page.getByLabel('From').fill(at(2));
  await page.getByLabel('To', { exact: true }).fill(at(4));
  await expectAccessible(page);
  expect((await server.store.lastConsent(id))?.scope.hours, 'fields alone agree to nothing').toBeUndefined();
  await page.getByRole('button', { name: 'Agree to these hours only' }).click();
  const fewer = page.getByRole('button', { name: 'Fewer hours' });
  await expect(fewer).toBeVisible();
  const hours = { from: ((hour + 2) % 24) * 60, to: ((hour + 4) % 24) * 60 };
  expect((await server.store.lastConsent(id))?.scope.hours).toEqual(hours);

  await fewer.click();
  await page.getByLabel('From').fill(at(1));
  await expect(page.getByText('That is more than you agreed to')).toBeVisible();
  const agree = page.getByRole('button', { name: 'Agree to these hours only' });
  await expect(agree).toHaveAttribute('aria-disabled', 'true');
  await agree.click({ force: true });
  expect((await server.store.lastConsent(id))?.scope.hours).toEqual(hours);

  // Work waits, and this phone is linked: it rests, says why and until when, and gets none of it.
  await page.getByRole('link', { name: 'Home' }).click();
  const sign = page.locator('[data-sign]');
  await expect(sign).toContainText('Outside the hours you agreed to.');
  const opens = await page.evaluate((from) => {
    const time = new Date(2026, 0, 15, 0, from);
    return time.toLocaleTimeString('en', { hour: 'numeric', minute: '2-digit' });
  }, hours.from);
  await expect(sign).toContainText(new RegExp(`Back at ${opens.replace(/\s/g, '\\s')}`));
  const { id: askerId } = await server.coordinator.openAccount('Cleo', 'driver');
  const asker = new Asker(server.url, await server.auth.openSession(askerId));
  await asker.settled((await asker.submit(tiny(4))).body.jobId); // by our own machine
  const unitsEver = async (): Promise<number | undefined> =>
    (await server.store.load({ ...readSetOf([]), devices: new Set([id]) })).devices.get(id)?.throttle.unitsEver;
  expect(await unitsEver()).toBe(0);
  await page.reload();
  await expect(sign).toContainText('Outside the hours you agreed to.');
  await openSettings(page, /^Shared Compute/);
  await expect(page.getByText(/You agreed to .*: that holds, on or off/)).toBeVisible();

  await page.goto('/');
  await toAgreed();
  await page.getByRole('link', { name: 'Read it' }).click();
  await enable(page);
  expect((await server.store.lastConsent(id))?.scope.hours).toBeUndefined();
});

test('an export is a file that opens and says what is stored; an erasure leaves neither account nor anything on the phone', async ({
  page,
  join,
  server,
}) => {
  await join('Erika Erased');
  const id = deviceId(await enable(page));
  await openSettings(page, /My data/);
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download everything' }).click();
  const file = await coming;
  expect(file.suggestedFilename()).toBe('zeusdrive-my-data.json');
  const text = readFileSync(await file.path(), 'utf8');
  expect(text.slice(0, 400)).toContain('This is everything ZeusDrive stores about you.');
  const { tables } = JSON.parse(text) as {
    readonly tables: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  };
  expect(tables['account']?.[0]).toMatchObject({ name: 'Erika Erased' });
  expect(tables['device']?.map((row) => row['id'])).toEqual([id]);
  expect(tables['consent']).toHaveLength(1);
  await expect(page.getByText('It is among your downloads.')).toBeVisible();

  const open = page.getByRole('button', { name: 'Erase my data' });
  await open.click();
  await expect(page.getByRole('dialog')).toContainText('1 phone stops at once');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await expect(open).toBeFocused();

  await open.click();
  const erase = page.getByRole('button', { name: 'Erase everything' });
  await expect(erase).toHaveAttribute('aria-disabled', 'true');
  const name = page.getByLabel(/Type your name/);
  await name.fill('Erika');
  await name.press('Enter');
  await expect(page.getByText('This is not your name as it stands here')).toBeVisible();
  await expect(name).toBeFocused();
  await name.fill('Erika Erased');
  await erase.click();
  await expect(page.getByText('Your data is erased.')).toBeVisible();
  expect(new URL(page.url()).pathname).toBe('/');

  const left = await page.evaluate(async () => {
    const rows = await new Promise<unknown>((resolve, reject) => {
      const opening = indexedDB.open('zeusdrive', 1);
      opening.addEventListener('error', () => reject(new Error('closed')));
      opening.addEventListener('success', () => {
        const asked = opening.result.transaction('device').objectStore('device').getAll();
        asked.addEventListener('success', () => resolve(asked.result));
      });
    });
    return { rows, keys: Object.keys(localStorage) };
  });
  expect(left).toEqual({ rows: [], keys: [] });
  const [account] = server.store.database.prepare(`SELECT id FROM account WHERE name = 'Erika Erased'`).all();
  expect(account).toBeUndefined();
  expect(await server.store.verifyLedger()).toMatchObject({ balancesMatch: true });
});
