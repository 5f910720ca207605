/** All tabs of this browser share the device and its key; the one that holds this lock computes. */
const LOCK = 'zeus-compute';

/**
 * Waits for this tab's turn. `granted` when it has come; `waiting` before, if another tab has it now. The function it
 * returns gives the turn up, or stops waiting for it.
 *
 * A tab that rests gives its turn up too: the visible one takes over, and a page without locks may be frozen or kept for
 * the back button, which one with them may not.
 */
export function takeTurn(
  locks: Pick<LockManager, 'request'> | undefined,
  hears: { readonly granted: () => void; readonly waiting: () => void },
): () => void {
  if (!locks) {
    hears.granted();
    return () => undefined;
  }
  const given = new AbortController();
  const { signal } = given;
  const untilGivenUp = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  const hold = (): Promise<void> | undefined => {
    if (signal.aborted) return undefined;
    hears.granted();
    return untilGivenUp;
  };

  async function take(from: Pick<LockManager, 'request'>): Promise<void> {
    const isFree = await from.request(LOCK, { ifAvailable: true }, async (lock) => {
      if (lock) await hold();
      return lock !== null;
    });
    if (isFree || signal.aborted) return;
    hears.waiting();
    await from.request(LOCK, { signal }, async () => hold());
  }
  take(locks).catch(() => undefined); // aborted while waiting
  return () => given.abort();
}
