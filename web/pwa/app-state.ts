import { writable } from '../data/observable.ts';

/**
 * A newer app on this phone. `waiting`: stored, and the driver decides when. `after_part`: decided, and applied when the part
 * being computed is done. `taken_over`: another tab applied it; this page is the older one until it loads again.
 */
export type AppUpdate = 'none' | 'waiting' | 'after_part' | 'taken_over';

/**
 * Whether the app opens without a network. `no_support`, `refused`: no service worker here (an old browser, a private window);
 * `no_room`: its files did not fit. The app works all the same.
 */
export type AppKept = 'opening' | 'kept' | 'no_support' | 'refused' | 'no_room';

export const appUpdate = writable<AppUpdate>('none');
export const appKept = writable<AppKept>('opening');

/** Chromium's, and no standard: https://wicg.github.io/manifest-incubations/#beforeinstallpromptevent-interface */
export interface InstallPrompt {
  prompt(): Promise<unknown>;
  readonly userChoice: Promise<{ readonly outcome: 'accepted' | 'dismissed' }>;
}

export const installPrompt = writable<InstallPrompt | undefined>(undefined);

/** From the first moment on: the browser offers once, and not again to a page that was not listening. */
export function holdInstallPrompt(): void {
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault(); // no banner over a car mount: a row says it
    installPrompt.write(event as unknown as InstallPrompt);
  });
  addEventListener('appinstalled', () => installPrompt.write(undefined));
}
