import { useEffect, useState } from 'react';
import { type Age, ageOf } from './age.ts';

/** The longest a timer waits at once: a phone that slept is right again a minute after it woke, and when it is shown. */
const LOOK_MS = 60_000;

/** How old something is. Draws its own component again when that changes, at most once a minute, and never while hidden. */
export function useAge(at: number): Age {
  const [now, setNow] = useState(Date.now);
  const age = ageOf(at, now);
  const { changesInMs } = age;
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) setNow(Date.now());
    };
    const timer = setTimeout(look, Math.min(changesInMs, LOOK_MS));
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
    // `now` too: a look that found nothing changed must be followed by another.
  }, [changesInMs, now]);
  return age;
}
