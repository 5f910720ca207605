/**
 * The page's side of the service worker. Its own chunk, loaded after the page: nothing here is needed to open the app, and
 * every failure leaves the app as it was.
 */
import type { Compute } from '../compute/view.ts';
import { trustedScript } from '../local/trusted-worker.ts';
import { afterPart } from './after-part.ts';
import { appKept, appUpdate } from './app-state.ts';

/** How often a page that stays open asks for a newer app; the browser asks by itself whenever one is opened. */
const ASK_EVERY_MS = 60 * 60 * 1000;
/** For the finished part to reach the server before the page goes. */
const HAND_BACK_MS = 1_000;

let registration: ServiceWorkerRegistration | undefined;
let isApplying = false;

export async function keepApp(): Promise<void> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container) return appKept.write('no_support');
  followController(container);
  try {
    // Under automation that blocks workers the promise holds nothing.
    const made: ServiceWorkerRegistration | undefined = await container.register(trustedScript('/sw.js'), {
      updateViaCache: 'none',
    });
    if (!made) return appKept.write('refused');
    registration = made;
    follow(made);
  } catch {
    appKept.write('refused');
  }
}

/** Which worker answers this page. The first one is no news; a second one is a newer app, applied here or in another tab. */
function followController(container: ServiceWorkerContainer): void {
  let isControlled = container.controller !== null;
  container.addEventListener('controllerchange', () => {
    if (isApplying) location.reload();
    else if (isControlled) appUpdate.write('taken_over');
    isControlled = true;
  });
}

function follow(made: ServiceWorkerRegistration): void {
  const look = (): void => {
    if (made.active) appKept.write('kept');
    if (made.active && made.waiting && appUpdate.read() === 'none') appUpdate.write('waiting');
  };
  const watch = (): void => {
    const worker = made.installing;
    worker?.addEventListener('statechange', () => {
      // Its files did not load or did not fit. An older worker stays as it is, and the next visit tries again.
      if (worker.state === 'redundant' && !made.active) appKept.write('no_room');
      look();
    });
  };
  made.addEventListener('updatefound', watch);
  watch();
  look();

  // The clock since the page opened: the phone's own may be wrong or set back.
  let askedAt = performance.now();
  const ask = (): void => {
    if (document.hidden || performance.now() - askedAt < ASK_EVERY_MS) return;
    askedAt = performance.now();
    made.update().catch(() => undefined); // no network: the next hour
  };
  setInterval(ask, ASK_EVERY_MS);
  document.addEventListener('visibilitychange', ask);
}

/** The driver said so. Nothing under way is thrown away for it. */
export function applyUpdate(compute: Compute): void {
  if (appUpdate.read() === 'after_part') return;
  appUpdate.write('after_part');
  let hasWaited = false;
  const takesOver = (): void => void (hasWaited ? setTimeout(takeOver, HAND_BACK_MS) : takeOver());
  hasWaited = afterPart(compute, takesOver);
}

function takeOver(): void {
  isApplying = true;
  const waiting = registration?.waiting;
  if (waiting) waiting.postMessage({ type: 'apply' });
  else location.reload(); // another tab was faster
}
