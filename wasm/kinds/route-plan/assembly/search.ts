/**
 * Iterated local search: kick (swap two neighbouring stretches of at most 50 stops), repair with 2-opt and or-opt over
 * the nearest K, keep the tour unless it got longer. Strategy and figures: `../README.md`.
 */
import { nextBelow, nextU32 } from '../../../lib/assembly/pcg32';
import {
  best, DIST_AT, JOURNAL_MAX, K, QUEUE_MASK, RNG_AT, journal, near, pos, queue, queued, tour,
} from './state';
import { chunkOps, n, nearCount } from './prepare';

let nearCount2 = 5;

const MAX_STRETCH = 50;
const HEAT = 0.05;

let ops = 0;
let head = 0;
let waiting = 0;
let flips = 0;
/** Change of length since the last tour that was kept. */
let delta = 0;
/** Before the first kick nothing is undone. */
let descending = true;

export let evals: i64 = 0;
export let moves: i64 = 0;
export let kicks: i64 = 0;
export let looks: i64 = 0;

export function beginSearch(spent: i32): void {
  ops = spent;
  head = 0;
  waiting = 0;
  flips = 0;
  delta = 0;
  descending = true;
  excess = 0;
  let length = 0;
  for (let i = 0; i < n; i++) length += dist(tour[i], tour[i + 1 == n ? 0 : i + 1]);
  coldness = HEAT * <f64>length / <f64>n / <f64>chunkOps;
  nearCount2 = min(nearCount, 5);
  for (let i = 0; i < n; i++) queued[i] = 0;
  for (let i = 0; i < n; i++) push(tour[i]);
}

export function opsLeft(): i32 {
  return max(chunkOps - ops, 0);
}

/** Works until about `budgetOps` are spent or the chunk's are. */
export function search(budgetOps: i32): void {
  const end = <i32>min<i64>(<i64>ops + budgetOps, chunkOps);
  while (ops < end) {
    if (waiting == 0) {
      settle();
      kick();
    } else {
      improve(pop());
    }
  }
}

/**
 * Keeps the tour or takes back what was done since the last one kept. A longer one is kept when it is longer by less
 * than an exponential variate (leading zeros of a random number) times a heat that falls to nothing over the chunk.
 */
function settle(): void {
  if (delta > 0 && !descending) {
    const heat = coldness * <f64>(chunkOps - ops);
    if (<f64>delta > heat * <f64>clz<u32>(nextU32(RNG_AT))) {
      undo();
    } else if (excess == 0) {
      undo();
      for (let i = 0; i < n; i++) best[i] = tour[i];
      for (let i = 0; i < flips2; i++) flip(journal[2 * i], journal[2 * i + 1]);
      excess = delta2;
    } else excess += delta;
  } else {
    excess += delta;
    if (excess < 0) excess = 0;
  }
  flips = 0;
  delta = 0;
  descending = false;
}

let excess = 0;
let flips2 = 0;
let delta2 = 0;
let coldness: f64 = 0;

function undo(): void {
  flips2 = flips;
  delta2 = delta;
  while (flips > 0) {
    flips--;
    flip(journal[2 * flips], journal[2 * flips + 1]);
  }
}

export function finish(): void {
  if (descending) return;
  if (excess == 0) {
    if (delta > 0) undo();
  } else if (excess + delta >= 0) {
    for (let i = 0; i < n; i++) tour[i] = best[i];
  }
}

function kick(): void {
  kicks++;
  ops += 40;
  if (n < 8) return;
  const longest = min(MAX_STRETCH, (n - 2) >> 1);
  const p = nextBelow(RNG_AT, n);
  const first = 1 + nextBelow(RNG_AT, longest);
  const second = 1 + nextBelow(RNG_AT, longest);
  const a = tour[wrap(p - 1 + n)], b = tour[p];
  const c = tour[wrap(p + first - 1)], d = tour[wrap(p + first)];
  const e = tour[wrap(p + first + second - 1)], f = tour[wrap(p + first + second)];
  delta += dist(a, d) + dist(e, b) + dist(c, f) - dist(a, b) - dist(c, d) - dist(e, f);
  record(p, first);
  record(wrap(p + first), second);
  record(p, first + second);
  push(a);
  push(b);
  push(c);
  push(d);
  push(e);
  push(f);
}

// @ts-ignore: decorator
@inline
function wrap(p: i32): i32 {
  return p >= n ? p - n : p;
}

// @ts-ignore: decorator
@inline
function dist(a: i32, b: i32): i32 {
  return load<i32>(DIST_AT + (<usize>(a * n + b) << 2));
}

function push(stop: i32): void {
  if (queued[stop] != 0) return;
  queued[stop] = 1;
  queue[(head + waiting++) & QUEUE_MASK] = stop;
}

function pop(): i32 {
  const stop = queue[head];
  head = (head + 1) & QUEUE_MASK;
  waiting--;
  queued[stop] = 0;
  return stop;
}

/** A flip that can be taken back. */
function record(p: i32, length: i32): void {
  if (!descending) {
    journal[2 * flips] = p;
    journal[2 * flips + 1] = length;
    flips++;
  }
  flip(p, length);
}

/** Turns round the `length` stops from place p on. */
function flip(p: i32, length: i32): void {
  ops += length;
  moves += length;
  let i = p, j = p + length - 1;
  if (j >= n) j -= n;
  for (let left = length >> 1; left > 0; left--) {
    const a = tour[i], b = tour[j];
    tour[i] = b;
    pos[b] = i;
    tour[j] = a;
    pos[a] = j;
    if (++i == n) i = 0;
    if (--j < 0) j = n - 1;
  }
}

/**
 * Turns round the way from stop `from` to stop `to`, met in that order when walking in direction `dir`; or the rest of
 * the tour, if that is shorter. Returns the direction in which the tour then reads as asked.
 */
function turn(from: i32, to: i32, dir: i32): i32 {
  const p = dir == 0 ? pos[from] : pos[to], q = dir == 0 ? pos[to] : pos[from];
  let length = q - p + 1;
  if (length <= 0) length += n;
  if (2 * length <= n) {
    record(p, length);
    return dir;
  }
  record(wrap(q + 1), n - length);
  return 1 - dir;
}

/** The stop after x when walking in direction `dir`. */
// @ts-ignore: decorator
@inline
function after(x: i32, dir: i32): i32 {
  const p = pos[x];
  return dir == 0 ? tour[p + 1 == n ? 0 : p + 1] : tour[p == 0 ? n - 1 : p - 1];
}

/**
 * The best sequential 3-opt move (2-opt and or-opt are among them) that gives stop c = t2 an edge to one of its nearest
 * instead of one it has; made at once if it shortens the tour. Walking so that t1 comes right before t2:
 *
 *   A   t1 | t2 … t4 | t3 …            becomes  t1 t4 … t2 t3 …                   (2-opt)
 *   A3  that, then with t4 in the place of t2 and t5, t6 in the place of t3, t4
 *   B1  t1 | t2 … t5 | t6 … t3 | t4 …  becomes  t1 t6 … t3 t2 … t5 t4 …           (stretches swapped, none turned)
 *   B2  t1 | t2 … t6 | t5 … t3 | t4 …  becomes  t1 t6 … t2 t3 … t5 t4 …           (both turned in place)
 */
function improve(t2: i32): void {
  looks++;
  let top = 0, kind = 0, b1 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0, bestDir = 0;
  let count = 0;
  const p2 = pos[t2];
  for (let dir = 0; dir < 2; dir++) {
    const t1 = after(t2, 1 - dir);
    const t2next = after(t2, dir);
    const d12 = dist(t1, t2);
    for (let k = 0; k < nearCount; k++) {
      count++;
      const g1 = d12 - near[2 * (K * t2 + k) + 1];
      if (g1 <= 0) break;
      const t3 = near[2 * (K * t2 + k)];
      if (t3 == t2next) continue;
      let rel3 = dir == 0 ? pos[t3] - p2 : p2 - pos[t3];
      if (rel3 < 0) rel3 += n;

      // A
      let t4 = after(t3, 1 - dir);
      let g2 = g1 + dist(t3, t4);
      let gain = g2 - dist(t4, t1);
      if (gain > top) {
        top = gain; kind = 1; bestDir = dir; b1 = t1; b3 = t3; b4 = t4;
      }
      for (let m = 0; m < nearCount2; m++) {
        count++;
        const g3 = g2 - near[2 * (K * t4 + m) + 1];
        if (g3 <= top) break;
        const t5 = near[2 * (K * t4 + m)];
        if (t5 == t1 || t5 == t3) continue;
        let rel5 = dir == 0 ? pos[t5] - p2 : p2 - pos[t5];
        if (rel5 < 0) rel5 += n;
        const t6 = after(t5, rel5 < rel3 ? dir : 1 - dir);
        if (t6 == t4) continue;
        gain = g3 + dist(t5, t6) - dist(t6, t1);
        if (gain > top) {
          top = gain; kind = 2; bestDir = dir; b1 = t1; b3 = t3; b4 = t4; b5 = t5; b6 = t6;
        }
      }

      // B
      t4 = after(t3, dir);
      g2 = g1 + dist(t3, t4);
      for (let m = 0; m < nearCount2; m++) {
        count++;
        const g3 = g2 - near[2 * (K * t4 + m) + 1];
        if (g3 <= top) break;
        const t5 = near[2 * (K * t4 + m)];
        if (t5 == t3) continue;
        let rel5 = dir == 0 ? pos[t5] - p2 : p2 - pos[t5];
        if (rel5 < 0) rel5 += n;
        if (rel5 > rel3) continue;
        let t6 = after(t5, dir);
        gain = g3 + dist(t5, t6) - dist(t6, t1);
        if (gain > top) {
          top = gain; kind = 3; bestDir = dir; b1 = t1; b3 = t3; b4 = t4; b5 = t5; b6 = t6;
        }
        if (t5 == t2) continue;
        t6 = after(t5, 1 - dir);
        gain = g3 + dist(t5, t6) - dist(t6, t1);
        if (gain > top) {
          top = gain; kind = 4; bestDir = dir; b1 = t1; b3 = t3; b4 = t4; b5 = t5; b6 = t6;
        }
      }
    }
  }
  evals += count;
  ops += count;
  if (kind == 0) return;
  if (flips + 3 > JOURNAL_MAX) return;
  delta -= top;
  if (kind <= 2) {
    const dir = turn(t2, b4, bestDir);
    if (kind == 2) turn(b4, b6, dir);
  } else if (kind == 3) {
    swap(b1, t2, b5, b6, b3, b4, bestDir);
  } else {
    const dir = turn(t2, b6, bestDir);
    turn(b5, b3, dir);
  }
  push(b1);
  push(t2);
  push(b3);
  push(b4);
  if (kind >= 2) {
    push(b5);
    push(b6);
  }
}

/** Three stretches make up the tour: P = t2 … t5, Q = t6 … t3, R = t4 … t1. Swaps two, whichever leave the longest alone. */
function swap(t1: i32, t2: i32, t5: i32, t6: i32, t3: i32, t4: i32, dir: i32): void {
  let p: i32, q: i32, r: i32, a: i32, b: i32;
  // in places, walking upwards
  if (dir == 0) {
    p = pos[t2]; q = pos[t6]; r = pos[t4];
  } else {
    p = pos[t1]; q = pos[t3]; r = pos[t5];
    // upwards: R reversed is t1 … t4, then Q reversed t3 … t6, then P reversed t5 … t2
  }
  let lp = q - p, lq = r - q;
  if (lp < 0) lp += n;
  if (lq < 0) lq += n;
  const lr = n - lp - lq;
  if (lr >= lp && lr >= lq) { a = lp; b = lq; }
  else if (lp >= lq) { p = q; a = lq; b = lr; }
  else { p = r; a = lr; b = lp; }
  record(p, a);
  record(wrap(p + a), b);
  record(p, a + b);
}
