/**
 * A chunk's search: kick the tour (swap two neighbouring stretches of up to 50 stops), repair it with 3-opt, keep it or
 * take it back. What was tried and what it gave: `../README.md`.
 */
import { nextBelow, nextU32 } from '../../../lib/assembly/pcg32';
import { RNG_AT, best, pos, tour } from './state';
import { chunkOps, n, round } from './prepare';
import { keepJournal, redo, swapTwo, undo, wrap } from './path';
import { addDelta, delta, dist, improveNext, push, resetDelta, resetQueue, waiting } from './improve';
import { OPS_PER_KICK, OPS_PER_MOVE, resetWork, spend, spent } from './work';

const MAX_STRETCH = 50;

/** How much longer than the best the tour is; the best lies in `best` while this is above 0. */
let excess = 0;
/** Before the first local optimum there is nothing to go back to. */
let descending = true;
/** A mean edge's share for each op left: heat = this × ops left. */
let heatPerOp: f64 = 0;
/** Kicks fall on stops windowAt … windowAt + windowSize - 1 (in Hilbert order, so: on one neighbourhood). */
let windowAt = 0;
let windowSize = 0;

export function beginSearch(index: u32, ops: i32): void {
  resetWork();
  spend(ops);
  excess = 0;
  descending = true;
  keepJournal(false);
  resetDelta();
  resetQueue();
  let length = 0;
  for (let i = 0; i < n; i++) {
    length += dist(tour[i], tour[wrap(i + 1)]);
    push(tour[i]);
  }
  heatPerOp = (chooseStyle(index & 3) * <f64>length) / <f64>n / <f64>chunkOps;
}

/**
 * Four kinds of chunk, because no one of them wins every round: over the whole tour, almost cold; and, from the second
 * round on, warm on a half or an eighth of the stops, or hot on an eighth. In trials on 1,000 stops (12 units in 6
 * rounds) whole-tour chunks found nothing shorter in some 30 rounds; the others did in 17 of those. Hot on a third, in
 * the place of warm on a half, found less from 2 of 4 late tours and as much from the others. Returns the heat at the
 * start, in mean edges.
 */
function chooseStyle(style: i32): f64 {
  windowAt = nextBelow(RNG_AT, n);
  const part = round == 0 || style == 0 ? 1 : style == 2 ? 2 : 8;
  windowSize = max(n / part, 1);
  if (style == 0) return 0.03;
  if (round == 0) return style == 1 ? 0.1 : style == 2 ? 0.3 : 1.0;
  return style == 1 ? 1.0 : 0.3;
}

export function opsLeft(): i32 {
  return max(chunkOps - spent, 0);
}

/** Works until about `budgetOps` are spent, or the chunk's own. Where it stops changes nothing. */
export function search(budgetOps: i32): void {
  const end = <i32>min<i64>(<i64>spent + budgetOps, chunkOps);
  while (spent < end) {
    if (waiting == 0) {
      settle();
      kick();
    } else {
      improveNext();
    }
  }
}

/**
 * Keeps the tour or takes back what was done since the last one kept. A longer one is kept if it is longer by at most
 * heat times a number drawn as 0, 1, 2, … with chances 1/2, 1/4, 1/8, … (the leading zeros of a random number): simulated
 * annealing's rule without a logarithm, on which engines would differ.
 */
function settle(): void {
  if (delta > 0 && !descending) {
    const heat = heatPerOp * <f64>(chunkOps - spent);
    if (<f64>delta > heat * <f64>clz<u32>(nextU32(RNG_AT))) {
      undo();
    } else {
      if (excess == 0) saveBest();
      excess += delta;
    }
  } else {
    excess = descending ? 0 : max(excess + delta, 0);
  }
  descending = false;
  resetDelta();
  keepJournal(true);
}

/** The best tour is the one before the kick: back to it, copy, forward again. Rare enough to be cheap. */
function saveBest(): void {
  const undone = undo();
  for (let i = 0; i < n; i++) best[i] = tour[i];
  redo(undone);
  spend(n * OPS_PER_MOVE);
}

/** Leaves the best tour of the chunk in `tour`. */
export function finish(): void {
  if (descending) return;
  if (excess == 0 && delta > 0) undo();
  if (excess > 0 && excess + delta >= 0) for (let i = 0; i < n; i++) tour[i] = best[i];
}

/** Swaps two stretches somewhere in the window: a - b … c - d … e - f becomes a - d … e - b … c - f. */
function kick(): void {
  spend(OPS_PER_KICK);
  if (n < 5) return; // 3-opt finds the best of three tours itself
  const longest = min(MAX_STRETCH, (n - 2) >> 1);
  const place = pos[wrap(windowAt + nextBelow(RNG_AT, windowSize))];
  const first = 1 + nextBelow(RNG_AT, longest);
  const second = 1 + nextBelow(RNG_AT, longest);
  const a = tour[wrap(place - 1 + n)], b = tour[place];
  const c = tour[wrap(place + first - 1)], d = tour[wrap(place + first)];
  const e = tour[wrap(place + first + second - 1)], f = tour[wrap(place + first + second)];
  addDelta(dist(a, d) + dist(e, b) + dist(c, f) - dist(a, b) - dist(c, d) - dist(e, f));
  swapTwo(place, first, second);
  push(a);
  push(b);
  push(c);
  push(d);
  push(e);
  push(f);
}
