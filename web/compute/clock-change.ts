import type { ClockChange } from '../../shared/model/hours.ts';
import { DAY, MINUTE } from '../../shared/time.ts';

/** How far ahead of UTC a clock is at an instant, in minutes. */
type ZoneAt = (wall: number) => number;

const browserZoneAt: ZoneAt = (wall) => -new Date(wall).getTimezoneOffset();

/** Farther than the longest rest by hours: a day of 25 hours, and some. */
const AHEAD_MS = 2 * DAY;

/** The next time that this zone's clock is set, as far as two days ahead. Found by halving: browsers do not say. */
export function clockChangeAfter(
  wall: number,
  zoneAt: ZoneAt,
): { readonly inMs: number; readonly minutes: number } | undefined {
  const zone = zoneAt(wall);
  let [before, after] = [wall, wall + AHEAD_MS];
  if (zoneAt(after) === zone) return undefined;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (zoneAt(middle) === zone) before = middle;
    else after = middle;
  }
  return { inMs: after - wall, minutes: zoneAt(after) - zone };
}

/**
 * The same on the page's clock. Asked at every look at the rules, so what was found is kept for a minute, while the zone is
 * the same one.
 */
export function clockChanges(
  wallNow: () => number,
  pageNow: () => number,
  zoneAt: ZoneAt = browserZoneAt,
): () => ClockChange | undefined {
  let known: { readonly minute: number; readonly zone: number; readonly change: ClockChange | undefined } | undefined;
  return () => {
    const wall = wallNow();
    const [minute, zone] = [Math.floor(wall / MINUTE), zoneAt(wall)];
    if (known?.minute === minute && known.zone === zone) return known.change;
    const found = clockChangeAfter(wall, zoneAt);
    const change = found && { at: pageNow() + found.inMs, minutes: found.minutes };
    known = { minute, zone, change };
    return change;
  };
}
