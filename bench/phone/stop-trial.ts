import { setTimeout as pause } from 'node:timers/promises';
import { stoppingOf, type Stopping, type ThreadLook } from './thread-log.ts';
import { threadMs, workerThreads, type TreeMeter } from './process-meter.ts';
import { waitForSign, type Phone } from './open-phone.ts';

const POLL_MS = 2;
/** Looking for threads that began reads every thread's name, which takes longer than a poll. */
const POLLS_PER_SEARCH = 50;
/** How long the worker must have done nothing. */
const QUIET_MS = 5_000;
/** The promise gives the link a second to close. */
const LINK_CLOSES_MS = 1_000;
const LONGEST_WAIT_MS = 90_000;
/** A touch of before rests the phone for five seconds. */
const AFTER_TOUCH_MS = 6_000;

export interface StopTrial extends Stopping {
  /** Bytes on links and for kernels later than a second after the touch. */
  readonly lateBytes: number;
}

/**
 * Taps Stop on Home as soon as a slice is seen to run, and watches worker threads every 2 ms for five seconds. The
 * scheduler's own count of a running thread is up to a tick late (1-4 ms), and so is what this says.
 */
export async function tryStop(phone: Phone, meter: TreeMeter): Promise<StopTrial> {
  const { page, devtools } = phone;
  await waitForSign(phone, 'Computing', LONGEST_WAIT_MS);
  await pause(AFTER_TOUCH_MS);
  await waitForSign(phone, 'Computing', LONGEST_WAIT_MS);
  const box = await page.getByRole('button', { name: 'Stop' }).boundingBox();
  if (!box) throw new Error('Home shows no button “Stop”.');
  await page.evaluate(() => {
    const heard = (event: Event): void => {
      Object.assign(globalThis, { touchedAt: Date.now() - (performance.now() - event.timeStamp) });
    };
    addEventListener('pointerdown', heard, { capture: true, once: true });
  });

  meter.look();
  const looks: ThreadLook[] = [];
  const timer = setInterval(() => looks.push(lookAgain(looks, meter.pids)), POLL_MS);
  try {
    const deadline = Date.now() + LONGEST_WAIT_MS;
    while (!isAtWork(looks.slice(-2)) && Date.now() < deadline) await pause(1);
    const tap = { x: box.x + box.width / 2, y: box.y + box.height / 2, button: 'left', clickCount: 1 } as const;
    await devtools.send('Input.dispatchMouseEvent', { ...tap, type: 'mousePressed' });
    await devtools.send('Input.dispatchMouseEvent', { ...tap, type: 'mouseReleased' });
    await pause(LINK_CLOSES_MS);
    const bytesBefore = lentBytes(phone);
    await pause(QUIET_MS - LINK_CLOSES_MS);
    const lateBytes = lentBytes(phone) - bytesBefore;
    const touchedAt = await page.evaluate(() => (globalThis as unknown as { readonly touchedAt: number }).touchedAt);
    await waitForSign(phone, 'Off', LONGEST_WAIT_MS);
    return { ...stoppingOf(looks, touchedAt), lateBytes };
  } finally {
    clearInterval(timer);
  }
}

function lentBytes({ wire }: Phone): number {
  const { link, kernel } = wire.bytes();
  return link + kernel;
}

/** One tap: the text of this version was read before. */
export async function turnOn({ page }: Phone): Promise<void> {
  await page.getByRole('button', { name: 'Turn on' }).click();
}

function lookAgain(looks: readonly ThreadLook[], pids: readonly number[]): ThreadLook {
  if (looks.length % POLLS_PER_SEARCH === 0) return { at: Date.now(), threads: workerThreads(pids) };
  const threads = new Map<string, number>();
  for (const folder of looks.at(-1)?.threads.keys() ?? []) {
    const ms = threadMs(folder);
    if (ms !== undefined) threads.set(folder, ms);
  }
  return { at: Date.now(), threads };
}

/** Any thread has had CPU between two looks. */
function isAtWork([before, after]: readonly ThreadLook[]): boolean {
  return [...(after?.threads ?? [])].some(([folder, ms]) => ms > (before?.threads.get(folder) ?? ms));
}
