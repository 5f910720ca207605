/**
 * The kernel's measure of work. One op is about a nanosecond on a server core; a chunk ends after the number of them
 * that its input says. The weights come from a fit over 11 instances of 50 to 1,000 stops (README), so
 * that a chunk takes the same time whatever the number of stops.
 */
/** One stop considered as the end of a new edge. */
export const OPS_PER_LOOK = 4;
/** Taking a stop from the queue; and 1 more for each 64 stops there are, as the distances leave the nearer caches. */
export const OPS_PER_VISIT = 5;
export const STOPS_PER_VISIT_OP_LOG2 = 6;
/** One stop given another place in the tour. */
export const OPS_PER_MOVE = 1;
/** One kick and the decision about it. Its flips and visits count by themselves. */
export const OPS_PER_KICK = 10;

export let spent = 0;

export function resetWork(): void {
  spent = 0;
}

// @ts-ignore: decorator
@inline
export function spend(ops: i32): void {
  spent += ops;
}
