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
}

export interface ConsentMemory {
  read(): Decision | undefined;
  write(decision: Decision): void;
}

const KEY = 'consent';

export function browserConsentMemory(): ConsentMemory {
  return {
    read() {
      try {
        return (JSON.parse(localStorage.getItem(KEY) ?? 'null') as Decision | null) ?? undefined;
      } catch {
        return undefined;
      }
    },
    write(decision) {
      try {
        localStorage.setItem(KEY, JSON.stringify(decision));
      } catch {
        // A browser that keeps nothing asks again next time: off is the default.
      }
    },
  };
}

export const AGREED_KEY = 'agreed-wifi-only';

/** The driver has agreed to Wi-Fi alone, or again to any network. The limits of this page hear of it, too. */
export function agreeToWifiOnly(isWifiOnly: boolean): void {
  if (isWifiOnly) localStorage.setItem(AGREED_KEY, '1');
  else localStorage.removeItem(AGREED_KEY);
  dispatchEvent(new StorageEvent('storage', { key: AGREED_KEY }));
}
