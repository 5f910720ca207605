import { below, type Rng } from '../../shared/rng.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import { between, happens } from './chance.ts';
import type { Personality } from './personality.ts';

/** What happens to a phone's page. `open` also brings a hidden, closed or opted-out one back. */
export type PageEvent = 'open' | 'hide' | 'kill' | 'opt_out' | 'busy' | 'free';

/** A driver's day: shifts, and what interrupts them. Days shorter than a shift begin sooner. */
export function* planDay(
  personality: Personality,
  startAt: number,
  endAt: number,
  rng: Rng,
): Iterable<{ readonly at: number; readonly event: PageEvent }> {
  const everyMs = personality === 'sleepy' ? 8 * MINUTE : 90 * MINUTE;
  let at = startAt + between(rng, 0, Math.min(7 * HOUR, (endAt - startAt) / 3));
  while (at < endAt) {
    yield { at, event: 'open' };
    const shiftEnd = at + between(rng, 40 * MINUTE, 5 * HOUR);
    for (;;) {
      at += between(rng, 10_000, 2 * everyMs);
      if (at >= shiftEnd || at >= endAt) break;
      const awayMs = happens(rng, 0.3) ? between(rng, 200, 5_000) : between(rng, 5_000, 15 * MINUTE);
      if (happens(rng, 0.3)) {
        yield { at, event: 'busy' };
        yield { at: (at += awayMs), event: 'free' };
        continue;
      }
      const draw = below(rng, 10);
      yield { at, event: draw < 6 ? 'hide' : draw < 9 ? 'kill' : 'opt_out' };
      yield { at: (at += awayMs), event: 'open' };
    }
    at = Math.max(at, shiftEnd);
    yield { at, event: happens(rng, 0.5) ? 'hide' : 'kill' };
    at += between(rng, 30 * MINUTE, 9 * HOUR);
  }
}
