/**
 * Everything the route kernel holds, at fixed addresses (a constant address is folded into the load; a global is read
 * each time). Stops are renumbered along a Hilbert curve, so that stops near each other on the road lie near each other
 * in memory; `ORDER` leads back to the numbers of the input.
 *
 * | what      | bytes      | holds                                                             |
 * |-----------|------------|-------------------------------------------------------------------|
 * | RNG       | 8          | PCG32 state of the chunk                                          |
 * | DIGEST    | 8          | u32 score, u32 hash                                               |
 * | ORDER     | 4 n        | input number of stop i                                            |
 * | RANK      | 4 n        | stop of input number i                                              |
 * | X, Y      | 8 n each   | coordinates as f64                                                |
 * | NEAR      | 8 n K      | the K nearest stops of each, nearest first: i32 stop, i32 distance  |
 * | TOUR, POS | 4 n each   | stop at a place, place of a stop                                  |
 * | QUEUE     | 4 × 1,024  | ring of stops worth a look; QUEUED says who is in it               |
 * | JOURNAL   | 8 × 2,048  | flips since the last kick: place, length                          |
 * | EDGES     | 8 n K      | candidate edges by length, u64: distance, 10 bits a, 10 bits b; before that the Hilbert keys |
 * | LINKS     | 8 n        | greedy start: the two neighbours of a stop, -1 = none              |
 * | ENDS      | 4 n        | greedy start: the other end of a fragment; then the list of ends   |
 * | START     | 2 n        | the round's tour, renumbered                                      |
 * | RESULT    | 2 n        | the candidate                                                     |
 * | BEST      | 4 n        | the chunk's best tour, while the one being worked on is longer     |
 * | INPUT     | 24 + 8 n …  | as written by the host                                            |
 * | DIST      | 4 n²       | all distances, i32: 4 MB at 1,000 stops                           |
 */
import { F64s, I32s, U16s } from '../../../lib/assembly/arrays';
import { STATE_AT } from '../../../lib/assembly/layout';

export const MAX_STOPS = 1000;
export const K = 8;
export const QUEUE_MASK = 1023;
export const JOURNAL_MAX = 2048;

export const RNG_AT = STATE_AT;
export const DIGEST_AT = RNG_AT + 8;
const ORDER_AT = STATE_AT + 64;
const RANK_AT = ORDER_AT + 4096;
const X_AT = RANK_AT + 4096;
const Y_AT = X_AT + 8192;
const NEAR_AT = Y_AT + 8192;
export const TOUR_AT = NEAR_AT + 8 * 1024 * K;
const POS_AT = TOUR_AT + 4096;
const QUEUE_AT = POS_AT + 4096;
const QUEUED_AT = QUEUE_AT + 4096;
const JOURNAL_AT = QUEUED_AT + 4096;
export const EDGES_AT = JOURNAL_AT + 8 * JOURNAL_MAX;
const LINKS_AT = EDGES_AT + 8 * 1024 * K;
const ENDS_AT = LINKS_AT + 8192;
const START_AT = ENDS_AT + 4096;
export const RESULT_AT = START_AT + 2048;
const BEST_AT = RESULT_AT + 2048;
export const INPUT_AT = BEST_AT + 4096;
export const DIST_AT = INPUT_AT + 12288;

export const order = changetype<I32s>(ORDER_AT);
export const rank = changetype<I32s>(RANK_AT);
export const xs = changetype<F64s>(X_AT);
export const ys = changetype<F64s>(Y_AT);
export const near = changetype<I32s>(NEAR_AT);
export const tour = changetype<I32s>(TOUR_AT);
export const pos = changetype<I32s>(POS_AT);
export const queue = changetype<I32s>(QUEUE_AT);
export const queued = changetype<I32s>(QUEUED_AT);
export const journal = changetype<I32s>(JOURNAL_AT);
export const links = changetype<I32s>(LINKS_AT);
export const ends = changetype<I32s>(ENDS_AT);
export const start = changetype<U16s>(START_AT);
export const result = changetype<U16s>(RESULT_AT);
export const best = changetype<I32s>(BEST_AT);
