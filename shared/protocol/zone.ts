/** A clock's zone on the wire: minutes east of UTC, shifted by a day so that it is never negative. */
const SHIFT = 1440;
/** Kiribati is 14 hours ahead, Baker Island 12 behind. */
const MOST_MINUTES = 14 * 60;

export const zoneOnWire = (minutes: number): number =>
  SHIFT + Math.max(-MOST_MINUTES, Math.min(MOST_MINUTES, Math.round(minutes) || 0));

/** Minutes east of UTC; nothing for what is no zone on Earth. */
export function readZone(onWire: number): number | undefined {
  const minutes = onWire - SHIFT;
  return Math.abs(minutes) <= MOST_MINUTES ? minutes : undefined;
}
