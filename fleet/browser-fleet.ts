import { chromium, type Browser, type BrowserServer, type Page } from '@playwright/test';
import { chromiumArgs, findChromium } from '../house/setup/chromium.mjs';
import { makeCheat, type Cheat } from './cheat.ts';
import { processTree, threadCpuMs } from './thread-cpu.ts';

export interface FleetOptions {
  readonly url: string;
  readonly devices: number;
  /** A new invite's code, one for each device: each is a driver of its own. */
  readonly invite: () => Promise<string>;
  /** Full speed instead of the promised share. */
  readonly isBench: boolean;
  /** How many of the devices, the first ones, lie about their work. */
  readonly cheats: number;
  readonly cheat: Cheat;
  readonly say: (line: string) => void;
}

/** Real headless Chromium devices, each in a browser context of its own: own storage, own key, own account. */
export interface Fleet {
  readonly devices: readonly FleetDevice[];
  /** CPU time the devices' Web Workers have had, by the operating system's count. */
  workerCpuMs(): number;
  /** Kills the browser, as a phone's system does. */
  kill(): void;
  close(): Promise<void>;
}

export interface FleetDevice {
  readonly page: Page;
  readonly isCheat: boolean;
  readonly name: string;
}

/** Comes in by invite, opts in by clicking, and stays on the home screen. */
export async function openFleet(options: FleetOptions): Promise<Fleet> {
  const server = await launch();
  const browser = await chromium.connect(server.wsEndpoint());
  const pid = server.process().pid ?? 0;
  const devices: FleetDevice[] = [];
  for (let i = 0; i < options.devices; i++) devices.push(await openDevice(browser, i, options));
  return {
    devices,
    workerCpuMs: () => threadCpuMs(processTree(pid), 'DedicatedWorker'),
    kill: () => void server.process().kill('SIGKILL'),
    async close() {
      await browser.close().catch(() => undefined);
      await server.close().catch(() => undefined);
    },
  };
}

function launch(): Promise<BrowserServer> {
  const executablePath = findChromium();
  return chromium.launchServer({
    ...(executablePath && { executablePath }),
    args: [
      ...chromiumArgs(),
      // One renderer for each device: phones do not share a process.
      '--process-per-tab',
    ],
  });
}

async function openDevice(browser: Browser, index: number, options: FleetOptions): Promise<FleetDevice> {
  const isCheat = index < options.cheats;
  const name = `Driver ${index + 1}`;
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  if (isCheat) await makeCheat(context, options.cheat);
  const page = await context.newPage();
  await page.goto(`${options.url}/join/${await options.invite()}${options.isBench ? '?bench' : ''}`);
  await page.getByLabel('Your name').fill(name);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Enable' }).click();
  await page.waitForURL(`${options.url}/`);
  options.say(`${name} has opted in${isCheat ? ' and will cheat' : ''}`);
  return { page, isCheat, name };
}
