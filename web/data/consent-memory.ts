import type { ScopeView } from '../../shared/protocol/app.ts';

/**
 * What the driver decided on this browser, so that the app can say it at once and offline. The server's row is what counts
 * for leases; this is its echo, and the place where an opt-out waits that could not be told yet.
 */
export interface Decision {
  readonly accountId: number;
  readonly version: number;
  readonly isGranted: boolean;
  readonly at: number;
  /** An opt-out the server has not heard of. It counts here from the moment it was made. */
  readonly isUnsent: boolean;
  /** Of a consent: what it covers, as the server last said. The rules on this phone keep its hours and networks. */
  readonly scope?: ScopeView | undefined;
}

export interface ConsentMemory {
  read(): Decision | undefined;
  write(decision: Decision): void;
}

export const CONSENT_KEY = 'consent';

/** Where the browser keeps nothing: it holds until this page is closed. */
let unkept: Decision | undefined;

export function browserConsentMemory(): ConsentMemory {
  return {
    read() {
      if (unkept) return unkept;
      try {
        return (JSON.parse(localStorage.getItem(CONSENT_KEY) ?? 'null') as Decision | null) ?? undefined;
      } catch {
        return undefined;
      }
    },
    write(decision) {
      try {
        localStorage.setItem(CONSENT_KEY, JSON.stringify(decision));
        unkept = undefined;
      } catch {
        unkept = decision; // it asks again next time: off is the default
      }
      // As other tabs hear of it: the limits of this page do, too.
      dispatchEvent(new StorageEvent('storage', { key: CONSENT_KEY }));
    },
  };
}
