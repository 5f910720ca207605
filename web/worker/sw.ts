/**
 * The app without a network: the shell of one build, kept whole, so that a reload and a deep link open offline and no two
 * builds are ever mixed. It keeps nothing else: no reply of the API, no frame of a link, nothing of a task. Kernels stay with
 * the browser's own cache, which holds what never changes under an address.
 *
 * installing → waiting: the shell is stored (storage full: the install fails, and the page goes on without)
 * waiting → active: on the driver's tap alone, by the page's message; at once where there was none before
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute, setCatchHandler } from 'workbox-routing';
import { CacheFirst } from 'workbox-strategies';

/** Written in by the build (house/pwa). */
declare const __SHELL__: {
  readonly now: { url: string; revision: string | null }[];
  readonly onUse: readonly string[];
};

const scope = self as unknown as ServiceWorkerGlobalScope;
const ON_USE = 'on-use';
const { now, onUse } = __SHELL__;

// What was evicted comes from the network, and so does everything where the storage itself refuses.
precacheAndRoute(now, { cleanURLs: false });
cleanupOutdatedCaches();
setCatchHandler(({ request }) => fetch(request));

// A page's address gets the app's page; what has a file's name, or is the server's own, does not.
registerRoute(
  new NavigationRoute(createHandlerBoundToURL('/index.html'), {
    denylist: [/^\/(api|link|kernels|assets)(\/|$)/, /\/[^/?]*\.[^/]*$/],
  }),
);

// Languages: kept once they were used. One that is not here offline is the page's to do without.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && onUse.includes(url.pathname),
  new CacheFirst({ cacheName: ON_USE }),
);

/** Chromium's: requests that never wake this worker, told beforehand. Elsewhere they pass through it untouched. */
interface RoutedInstall extends ExtendableEvent {
  addRoutes?(rules: readonly object[]): Promise<void>;
}

scope.addEventListener('install', (event: RoutedInstall) => {
  const toNetwork = (pathname: string): object => ({ condition: { urlPattern: { pathname } }, source: 'network' });
  event.addRoutes?.([toNetwork('/api/*'), toNetwork('/kernels/*')]).catch(() => undefined);
});

scope.addEventListener('message', ({ data }: ExtendableMessageEvent) => {
  if ((data as { readonly type?: unknown } | null)?.type === 'apply') void scope.skipWaiting();
});

scope.addEventListener('activate', (event) => event.waitUntil(Promise.all([scope.clients.claim(), tidy()])));

/** Languages of builds before this one. */
async function tidy(): Promise<void> {
  try {
    const cache = await caches.open(ON_USE);
    const old = (await cache.keys()).filter(({ url }) => !onUse.includes(new URL(url).pathname));
    await Promise.all(old.map((request) => cache.delete(request)));
  } catch {
    // Storage that refuses holds nothing that could be tidied.
  }
}
