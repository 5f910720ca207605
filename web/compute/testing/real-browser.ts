import { spawn } from 'node:child_process';
import { chromium, type Browser, type BrowserContext, type LaunchOptions, type Page } from '@playwright/test';
import { must } from '../../../shared/assert.ts';

export interface RealBrowser {
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly page: Page;
  /** The browser's first process: all others are below it. */
  readonly pid: number;
  close(): Promise<void>;
}

/**
 * A Chromium whose pages are hidden when another tab is in front. Playwright's own keep every page visible and focused, so
 * it only joins this one (`noDefaults`). In the default context alone: a new one is emulated again.
 */
export async function openRealBrowser(options: LaunchOptions, profile: string): Promise<RealBrowser> {
  const flags = ['--headless', '--no-first-run', '--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const executable = must(options.executablePath ?? chromium.executablePath(), 'a Chromium');
  const child = spawn(executable, [...flags, ...(options.args ?? []), 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(options.env && { env: options.env }),
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const close = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  try {
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.once('exit', () => reject(new Error(`Chromium did not start:\n${said}`)));
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const [, found] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
        if (found) resolve(found);
      });
    });
    const browser = await chromium.connectOverCDP(address, { noDefaults: true });
    const context = must(browser.contexts()[0], 'the default context');
    return { browser, context, page: await context.newPage(), pid: must(child.pid, 'a process'), close };
  } catch (error) {
    await close();
    throw error;
  }
}
