import { type Observable, writable } from './observable.ts';

/** Whether the server can be reached, and since when not. */
export type ConnectionView = { readonly isOnline: true } | { readonly isOnline: false; readonly since: number };

export interface Connection extends Observable<ConnectionView> {
  /** A reply came, whatever it said. */
  reached(): void;
  /** Nothing came. */
  missed(): void;
}

/**
 * The browser's own word counts at once when it says offline; when it says online it only means that there is some
 * network, so the server must be heard from first.
 */
export function openConnection(now: () => number = Date.now): Connection {
  const view = writable<ConnectionView>(navigator.onLine ? { isOnline: true } : { isOnline: false, since: now() });
  const reached = (): void => {
    if (!view.read().isOnline) view.write({ isOnline: true });
  };
  const missed = (): void => {
    if (view.read().isOnline) view.write({ isOnline: false, since: now() });
  };
  addEventListener('offline', missed);
  return { read: view.read, subscribe: view.subscribe, reached, missed };
}
