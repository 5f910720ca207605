import type { Page } from '@playwright/test';
import { manifestHere } from '../../../server/adapters/kernel-manifest.ts';
import { developmentKey, signManifest } from '../../../server/adapters/kernel-signing.ts';
import { MANIFEST_PATH, type KernelManifest } from '../../../shared/protocol/kernel-manifest.ts';

/** For pages that no server of ours stands behind: the manifest that one would have signed. */
export async function publishManifest(
  page: Page,
  manifest: KernelManifest = manifestHere(),
  key = developmentKey(),
): Promise<void> {
  const body = JSON.stringify(signManifest(manifest, key));
  await page.unroute(`**${MANIFEST_PATH}`);
  await page.route(`**${MANIFEST_PATH}`, (route) => route.fulfill({ body, contentType: 'application/json' }));
}
