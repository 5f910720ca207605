import type { CDPSession, Page } from '@playwright/test';
import { chromiumArgs, findChromium } from '../../house/setup/chromium.mjs';
import { openRealBrowser, type RealBrowser } from '../../web/compute/testing/real-browser.ts';
import type { Wire } from './wire.ts';

/** A browser of its own with the app in front, signed in as a driver of its own. */
export interface Phone extends RealBrowser {
  readonly devtools: CDPSession;
  readonly wire: Wire;
}

export interface PhoneOptions {
  readonly wire: Wire;
  readonly profile: string;
  /** Public key of the wires' certificate, as `--ignore-certificate-errors-spki-list` takes it. */
  readonly spki: string;
}

/**
 * Real visibility and focus (`openRealBrowser`). Compute Pressure says nominal from the start, because other programs of this
 * machine are no load of the phone; both phones have the same flags and the same override.
 */
export async function openPhone({ wire, profile, spki }: PhoneOptions): Promise<Phone> {
  const executablePath = findChromium();
  const args = [
    ...chromiumArgs(),
    '--disable-sync',
    '--window-size=390,844',
    '--lang=en-US',
    '--accept-lang=en-US',
    `--ignore-certificate-errors-spki-list=${spki}`,
  ];
  const browser = await openRealBrowser({ args, ...(executablePath && { executablePath }) }, profile);
  try {
    const devtools = await browser.context.newCDPSession(browser.page);
    const source = { source: 'cpu' } as const;
    await devtools.send('Emulation.setPressureSourceOverrideEnabled', {
      ...source,
      enabled: true,
      metadata: { available: true },
    });
    await devtools.send('Emulation.setPressureStateOverride', { ...source, state: 'nominal' });
    return { ...browser, devtools, wire };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** Comes in by invite, up to the question whether to lend. */
export async function join({ page, wire }: Phone, invite: string, name: string): Promise<void> {
  await page.goto(`${wire.url}/join/${invite}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Enable' }).waitFor();
}

export async function answer({ page, wire }: Phone, word: 'Enable' | 'Not Now'): Promise<void> {
  await page.getByRole('button', { name: word }).click();
  await page.waitForURL(`${wire.url}/`);
}

const sign = (page: Page) => page.locator('.sign-top');

/** What Home's sign says: its word, and why where it says why. */
export const signOf = ({ page }: Phone): Promise<string> =>
  page.evaluate(() => {
    const top = [...(document.querySelector('.sign-top')?.childNodes ?? [])];
    const word = top.filter((node) => node instanceof Text).map((node) => node.data);
    const why = document.querySelector('.sign-big')?.textContent;
    return word.join('') + (why ? `: ${why}` : '');
  });

/** Throws, with what the sign says instead, when it does not come to say `word`. */
export async function waitForSign(phone: Phone, word: string, timeoutMs: number): Promise<void> {
  await sign(phone.page)
    .filter({ hasText: word })
    .waitFor({ timeout: timeoutMs })
    .catch(async () => {
      throw new Error(`Home should say “${word}” within ${timeoutMs / 1000} s; it says “${await signOf(phone)}”.`);
    });
}
