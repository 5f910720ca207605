import puppeteer from 'puppeteer-core';
import { must } from '../../shared/assert.ts';
import { findChromium } from '../../house/setup/chromium.mjs';
import type { Engine } from './engine.ts';

type Launch = NonNullable<Parameters<typeof puppeteer.launch>[0]>;

async function start(launch: Launch): ReturnType<Engine['start']> {
  const browser = await puppeteer.launch({ headless: true, ...launch });
  const page = await browser.newPage();
  // The machine's own load is no warmth of the phone's: only Chromium measures it, and only Chromium has the switch.
  if (launch.browser !== 'firefox') {
    const session = await page.createCDPSession();
    const metadata = { available: true };
    await session.send('Emulation.setPressureSourceOverrideEnabled', { source: 'cpu', enabled: true, metadata });
    await session.send('Emulation.setPressureStateOverride', { source: 'cpu', state: 'nominal' });
  }
  return {
    version: await browser.version(),
    async open(url) {
      await page.goto(url);
    },
    evaluate: <T>(expression: string) => page.evaluate(expression) as Promise<T>,
    close: () => browser.close(),
  };
}

/** By its own protocol (CDP): the engine every other test runs in, for reference. */
export const chromium: Engine = {
  name: 'chromium',
  packages: ['chromium'],
  programs: ['chromium'],
  start: () =>
    start({
      executablePath: must(findChromium(), 'Chromium'),
      // Chromium refuses its sandbox to root, and only to root.
      args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    }),
};

/** By WebDriver BiDi, without geckodriver: Playwright's own Firefox is a download, and it does not drive this one. */
export const firefox: Engine = {
  name: 'firefox',
  packages: ['firefox-esr'],
  programs: ['firefox-esr'],
  start: () => start({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr' }),
};
