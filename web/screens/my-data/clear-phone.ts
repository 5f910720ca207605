import { deviceStore } from '../../compute/device-store.ts';

/** Everything this app keeps in this browser: the key, what was decided, limits, counters, the battery's study. */
export async function clearPhone(): Promise<void> {
  await deviceStore()
    .forget()
    .catch(() => undefined); // a browser that keeps nothing has nothing to forget
  try {
    localStorage.clear();
    sessionStorage.clear();
  } catch {
    // No storage allowed: nothing was kept.
  }
}
