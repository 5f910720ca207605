import { readdirSync, readFileSync } from 'node:fs';
import type { Browser } from '@playwright/test';

/** What the kernel of the operating system says of this browser's Web Worker threads. */
export interface ThreadTime {
  readonly threads: number;
  readonly cpuMs: number;
}

/** Linux only: elsewhere nothing can be read, and tests that ask skip. */
export const canReadThreadTime = process.platform === 'linux';

/** CPU time of every living worker thread of a browser, in nanosecond steps (schedstat; `stat` counts in 10 ms). */
export async function workerThreadTime(browser: Browser): Promise<ThreadTime> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  let threads = 0;
  let cpuMs = 0;
  for (const { id } of processInfo.filter(({ type }) => type === 'renderer')) {
    for (const thread of threadsOf(id)) {
      if (!readOr(`${thread}/comm`, '').startsWith('DedicatedWorker')) continue;
      threads++;
      cpuMs += Number(readOr(`${thread}/schedstat`, '0').split(' ')[0]) / 1e6;
    }
  }
  return { threads, cpuMs };
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  } catch {
    return []; // gone meanwhile
  }
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return otherwise;
  }
}
