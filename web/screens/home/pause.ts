import { limitsHere } from '../../data/limits-here.ts';
import { midnightAfter } from '../../data/limits.ts';

/** Pauses until the driver's midnight, or ends that pause. */
export const togglePause = (isPaused: boolean): void =>
  void limitsHere.change({ pausedUntil: isPaused ? undefined : midnightAfter(Date.now()) });
