/**
 * The server's clock, in milliseconds since 1970: the wall clock at start, then the processor's own count. Somebody who
 * sets the machine's clock back an hour while we run changes nothing; the next start takes the new time.
 */
export function monotoneClock(
  wall: () => number = () => Date.now(),
  count: () => number = () => performance.now(),
): () => number {
  const startedAt = wall() - count();
  return () => Math.floor(startedAt + count());
}
