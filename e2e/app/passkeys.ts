import type { CDPSession, Page } from '@playwright/test';
import { expect } from './app-test.ts';

/** A phone that keeps passkeys behind a finger, which is there. */
export async function keepPasskeys(page: Page): Promise<CDPSession> {
  // What the browser offers by itself would sign in before anybody taps: the virtual finger never waits.
  await page.addInitScript(() => {
    if ('PublicKeyCredential' in window)
      Object.defineProperty(PublicKeyCredential, 'isConditionalMediationAvailable', { value: undefined });
  });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return Object.assign(cdp, { finger: authenticatorId });
}

export async function comeIn(page: Page, invite: string, name: string): Promise<void> {
  await page.goto(`/join/${invite}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Keep this account' })).toBeVisible();
}

export async function keepHere(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('The passkey is kept')).toBeVisible();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { name: 'Shared Compute (Optional)' })).toBeVisible();
}
