/**
 * The tour as an array of stops and its inverse. Every change is a flip: a stretch turned round in place. What was done
 * since the last tour worth keeping stands in a journal, so it can be taken back, or done again.
 */
import { JOURNAL_MAX, TOUR_AT, journal, pos, tour } from './state';
import { n } from './prepare';
import { OPS_PER_MOVE, spend } from './work';

export let flips = 0;
let journaling = false;

export function keepJournal(on: boolean): void {
  journaling = on;
  flips = 0;
}

/** No move makes more than three flips. */
export function journalIsFull(): bool {
  return flips + 3 > JOURNAL_MAX;
}

/** Takes back everything since the journal was begun; returns how many flips `redo` would make. */
export function undo(): i32 {
  const undone = flips;
  while (flips > 0) {
    flips--;
    flip(journal[2 * flips], journal[2 * flips + 1]);
  }
  return undone;
}

export function redo(undone: i32): void {
  for (let i = 0; i < undone; i++) flip(journal[2 * i], journal[2 * i + 1]);
}

/** A place counted on past the end of the tour. */
// @ts-ignore: decorator
@inline
export function wrap(place: i32): i32 {
  return place >= n ? place - n : place;
}

/** The stop after `stop` when walking up (direction 0) or down (1) the array. */
// @ts-ignore: decorator
@inline
export function after(stop: i32, direction: i32): i32 {
  const p = pos[stop];
  return direction == 0 ? tour[p + 1 == n ? 0 : p + 1] : tour[p == 0 ? n - 1 : p - 1];
}

/** Turns round the `length` stops from `place` on, and notes it. */
export function record(place: i32, length: i32): void {
  if (journaling) {
    journal[2 * flips] = place;
    journal[2 * flips + 1] = length;
    flips++;
  }
  flip(place, length);
}

function flip(place: i32, length: i32): void {
  spend(length * OPS_PER_MOVE);
  const size = n;
  let i = place, j = place + length - 1, left = length >> 1;
  if (j >= size) {
    j -= size;
  } else if (ASC_FEATURE_SIMD) {
    // four from either end at a time; where a stop now lies is still written one by one
    for (; left >= 4; left -= 4) {
      const low = reversed(i), high = reversed(j - 3);
      put(high, i);
      put(low, j - 3);
      i += 4;
      j -= 4;
    }
  } else {
    for (; left > 0; left--) swap(i++, j--);
    return;
  }
  for (; left > 0; left--) {
    swap(i, j);
    if (++i == size) i = 0;
    if (--j < 0) j = size - 1;
  }
}

// @ts-ignore: decorator
@inline
function swap(i: i32, j: i32): void {
  const a = tour[i], b = tour[j];
  tour[i] = b;
  pos[b] = i;
  tour[j] = a;
  pos[a] = j;
}

/** The four stops from `place` on, the other way round. */
// @ts-ignore: decorator
@inline
function reversed(place: i32): v128 {
  const four = v128.load(TOUR_AT + (<usize>place << 2));
  return v128.shuffle<i32>(four, four, 3, 2, 1, 0);
}

// @ts-ignore: decorator
@inline
function put(four: v128, place: i32): void {
  v128.store(TOUR_AT + (<usize>place << 2), four);
  pos[i32x4.extract_lane(four, 0)] = place;
  pos[i32x4.extract_lane(four, 1)] = place + 1;
  pos[i32x4.extract_lane(four, 2)] = place + 2;
  pos[i32x4.extract_lane(four, 3)] = place + 3;
}

/**
 * Turns round the way from stop `from` to stop `to`, met in that order when walking in `direction`; or the rest of the
 * tour, if that is shorter. Returns the direction in which the tour then reads as asked.
 */
export function turn(from: i32, to: i32, direction: i32): i32 {
  const first = direction == 0 ? pos[from] : pos[to], last = direction == 0 ? pos[to] : pos[from];
  let length = last - first + 1;
  if (length <= 0) length += n;
  if (2 * length <= n) {
    record(first, length);
    return direction;
  }
  record(wrap(last + 1), n - length);
  return 1 - direction;
}

/**
 * The tour is three stretches, beginning (walking up) at places a, b, c. Swaps two neighbours, none turned round: any
 * two give the same round trip, so the longest is left alone.
 */
export function swapStretches(a: i32, b: i32, c: i32): void {
  let ab = b - a, bc = c - b;
  if (ab < 0) ab += n;
  if (bc < 0) bc += n;
  const ca = n - ab - bc;
  if (ca >= ab && ca >= bc) swapTwo(a, ab, bc);
  else if (ab >= bc) swapTwo(b, bc, ca);
  else swapTwo(c, ca, ab);
}

/** The `first` stops from `place` on change places with the `second` behind them. */
export function swapTwo(place: i32, first: i32, second: i32): void {
  record(place, first);
  record(wrap(place + first), second);
  record(place, first + second);
}
