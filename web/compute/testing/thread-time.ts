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
  const threads = await workerThreads(browser);
  return { threads: threads.length, cpuMs: cpuMsOf(threads) };
}

async function workerThreads(browser: Browser): Promise<readonly string[]> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo
    .filter(({ type }) => type === 'renderer')
    .flatMap(({ id }) => threadsOf(id))
    .filter((thread) => readOr(`${thread}/comm`, '').startsWith('DedicatedWorker'));
}

const cpuMsOf = (threads: readonly string[]): number =>
  threads.reduce((sum, thread) => sum + Number(readOr(`${thread}/schedstat`, '0').split(' ')[0]) / 1e6, 0);

/** What the worker threads that live now have taken since each instant of the wall clock, to some 10 ms. */
export interface CpuLog {
  /** Between two instants; until now, without the second. */
  cpuMs(from: number, until?: number): number;
  stop(): void;
}

const LOGGED_EACH_MS = 10;

export async function logCpu(browser: Browser): Promise<CpuLog> {
  const threads = await workerThreads(browser);
  const samples: { readonly at: number; readonly cpuMs: number }[] = [];
  const look = (): void => void samples.push({ at: Date.now(), cpuMs: cpuMsOf(threads) });
  look();
  const timer = setInterval(look, LOGGED_EACH_MS);
  /** At the first look from then on: what was taken before it is not charged to what follows. */
  const at = (instant: number): number =>
    (samples.find((sample) => sample.at >= instant) ?? samples.at(-1))?.cpuMs ?? 0;
  return {
    cpuMs(from, until) {
      look();
      return at(until ?? Infinity) - at(from);
    },
    stop: () => clearInterval(timer),
  };
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
