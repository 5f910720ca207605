/** Whether the screen stays on now. */
type Told = (isHeld: boolean) => void;

/**
 * Keeps the screen on while wanted. A browser may refuse, and takes the lock back whenever the page is hidden: it is asked
 * for again when the page is shown. Returns how to let go.
 */
export function holdScreen(tell: Told): () => void {
  // Safari before 16.4, Firefox before 126; an installed app on iOS before 18.4 refuses.
  const wakeLock = navigator.wakeLock as WakeLock | undefined;
  let held: WakeLockSentinel | undefined;
  let isWanted = true;

  async function ask(): Promise<void> {
    if (!wakeLock || held || document.visibilityState !== 'visible') return tell(held !== undefined);
    try {
      const lock = await wakeLock.request('screen');
      if (!isWanted || held) return void lock.release();
      held = lock;
      lock.addEventListener('release', () => {
        held = undefined;
        if (isWanted) tell(false);
      });
      tell(true);
    } catch {
      if (isWanted) tell(false);
    }
  }
  const again = (): void => void ask();
  document.addEventListener('visibilitychange', again);
  again();
  return () => {
    isWanted = false;
    document.removeEventListener('visibilitychange', again);
    void held?.release();
  };
}
