import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CDPSession } from '@playwright/test';
import { must } from '../../shared/assert.ts';
import { chromiumArgs, findChromium } from '../../house/setup/chromium.mjs';
import { openRealBrowser, type RealBrowser } from '../../web/compute/testing/real-browser.ts';

/** A browser of its own, of a phone's size, that another tool may join by its debugging port. */
export interface OwnBrowser extends RealBrowser {
  readonly devtools: CDPSession;
  readonly debugPort: number;
}

/** Compute Pressure says nominal: what else this machine does is no load of the phone. */
export async function openBrowser(profile: string): Promise<OwnBrowser> {
  const executablePath = findChromium();
  const args = [...chromiumArgs(), '--disable-sync', '--window-size=390,844', '--lang=en-US', '--accept-lang=en-US'];
  const browser = await openRealBrowser({ args, ...(executablePath && { executablePath }) }, profile);
  try {
    const devtools = await browser.context.newCDPSession(browser.page);
    const source = { source: 'cpu' } as const;
    const enabled = { enabled: true, metadata: { available: true } };
    await devtools.send('Emulation.setPressureSourceOverrideEnabled', { ...source, ...enabled });
    await devtools.send('Emulation.setPressureStateOverride', { ...source, state: 'nominal' });
    const [port] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n');
    return { ...browser, devtools, debugPort: Number(must(port, 'a port')) };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
