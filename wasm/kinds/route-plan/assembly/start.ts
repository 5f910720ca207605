/** Where a chunk begins: the round's tour, or one of its own. */
import { nextBelow } from '../../../lib/assembly/pcg32';
import { DIST_AT, EDGES_AT, RNG_AT, ends, links, pos, start, tour } from './state';
import { edgeCount, n, round } from './prepare';

/** Of 16 edges that fit, this many are left out at random: what makes one chunk's start differ from another's. */
const SKIP_OF_16 = 1;

/** Fills the tour; returns the ops it took. */
export function beginTour(): i32 {
  const work = round == 0 ? greedyTour() : copyTour();
  for (let i = 0; i < n; i++) pos[tour[i]] = i;
  return work;
}

function copyTour(): i32 {
  for (let i = 0; i < n; i++) tour[i] = start[i];
  return n;
}

/** Greedy edges (Bentley 1992) with some left out, then the fragments joined end to nearest end. */
function greedyTour(): i32 {
  for (let a = 0; a < n; a++) {
    links[2 * a] = -1;
    links[2 * a + 1] = -1;
    ends[a] = a;
  }
  for (let i = 0; i < edgeCount; i++) {
    const edge = load<u64>(EDGES_AT + (<usize>i << 3));
    const a = <i32>((edge >> 10) & 1023), b = <i32>(edge & 1023);
    // both still an end, and not of one fragment
    if (links[2 * a + 1] >= 0 || links[2 * b + 1] >= 0 || ends[a] == b) continue;
    if (nextBelow(RNG_AT, 16) < SKIP_OF_16) continue;
    link(a, b);
    link(b, a);
    const endA = ends[a], endB = ends[b];
    ends[endA] = endB;
    ends[endB] = endA;
  }
  return edgeCount + joinFragments();
}

function link(a: i32, b: i32): void {
  if (links[2 * a] < 0) links[2 * a] = b;
  else links[2 * a + 1] = b;
}

/** Walks a fragment to its end, hops to the nearest end of one not yet walked, and on. */
function joinFragments(): i32 {
  let free = 0;
  for (let a = 0; a < n; a++) if (links[2 * a + 1] < 0) ends[free++] = a;
  let work = 0;
  let at = ends[nextBelow(RNG_AT, free)];
  let before = -1;
  for (let i = 0; i < n; i++) {
    tour[i] = at;
    const first = links[2 * at], second = links[2 * at + 1];
    const isEnd = second < 0;
    const next = first != before && first >= 0 ? first : second != before ? second : -1;
    before = at;
    if (isEnd) for (let k = 0; k < free; k++) if (ends[k] == at) { ends[k] = ends[--free]; break; }
    if (next >= 0) {
      at = next;
      continue;
    }
    let nearest = i32.MAX_VALUE;
    for (let k = 0; k < free; k++) {
      const d = load<i32>(DIST_AT + (<usize>(before * n + ends[k]) << 2));
      if (d < nearest) {
        nearest = d;
        at = ends[k];
      }
    }
    work += free;
    before = -1;
  }
  return work;
}
