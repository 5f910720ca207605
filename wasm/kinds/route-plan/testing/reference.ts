/**
 * The route kernel again in plain TypeScript, written to be fast there: what the differential test compares bit for bit
 * and the bench races. Comments on the search stand in `../assembly`; this file follows it function by function. One
 * instance, module-level state: not reentrant.
 */
import { fnv1a, viewOf } from '../../../../shared/bytes.ts';
import type { ChunkResult } from '../../../runtime/run-chunk.ts';

const K = 8;
const THIRD_EDGE_NEAR = 5;
const MAX_STRETCH = 50;
const JOURNAL_MAX = 2048;

const order = new Int32Array(1024);
const rank = new Int32Array(1024);
const near = new Int32Array(2 * K * 1024);
const tour = new Int32Array(1024);
const pos = new Int32Array(1024);
const best = new Int32Array(1024);
const start = new Int32Array(1024);
const queue = new Int32Array(1024);
const queued = new Int32Array(1024);
const journal = new Int32Array(2 * JOURNAL_MAX);
const links = new Int32Array(2048);
const ends = new Int32Array(1024);
let dists = new Int32Array(0);
let edges = new Float64Array(0);

let n = 0;
let chunkOps = 0;
let seed = 0n;
let round = 0;
let nearCount = 0;

let spent = 0;
let flips = 0;
let journaling = false;
let delta = 0;
let waiting = 0;
let head = 0;
let excess = 0;
let descending = true;
let heatPerOp = 0;
let windowAt = 0;
let windowSize = 0;

/** Reads the inputs and computes what all chunks share. */
export function prepareReference(jobInput: Uint8Array, roundInput: Uint8Array): void {
  const view = viewOf(jobInput);
  chunkOps = view.getInt32(0, true);
  n = view.getInt32(4, true);
  seed = view.getBigUint64(8, true);
  const scale = view.getFloat64(16, true);
  nearCount = Math.min(K, n - 1);
  const xs = Int32Array.from({ length: n }, (_, i) => view.getInt32(24 + 8 * i, true));
  const ys = Int32Array.from({ length: n }, (_, i) => view.getInt32(28 + 8 * i, true));
  sortStops(xs, ys);
  dists = new Int32Array(n * n);
  for (let a = 0; a < n; a++) measureRow(a, xs, ys, scale);
  round = roundInput.length === 0 ? 0 : viewOf(roundInput).getUint32(0, true);
  if (round === 0) edges = sortedEdges();
  else for (let i = 0; i < n; i++) start[i] = rank[viewOf(roundInput).getUint16(4 + 2 * i, true)]!;
}

/** One chunk in one go. */
export function runReference(index: number): ChunkResult {
  seedRandom(mix64(seed ^ mix64((BigInt(round) << 32n) | BigInt(index))));
  const work = round === 0 ? greedyTour() : copyTour();
  for (let i = 0; i < n; i++) pos[tour[i]!] = i;
  beginSearch(index, work);
  while (spent < chunkOps) {
    if (waiting === 0) {
      settle();
      kick();
    } else {
      improveNext();
    }
  }
  if (!descending) {
    if (excess === 0 && delta > 0) undo();
    if (excess > 0 && excess + delta >= 0) tour.set(best.subarray(0, n));
  }
  return result();
}

function sortStops(xs: Int32Array, ys: Int32Array): void {
  const minX = Math.min(...xs);
  const minY = Math.min(...ys);
  const side = Math.max(Math.max(...xs) - minX, Math.max(...ys) - minY) + 1;
  const keys = Float64Array.from({ length: n }, (_, i) => {
    const key = hilbert(Math.floor(((xs[i]! - minX) * 32768) / side), Math.floor(((ys[i]! - minY) * 32768) / side));
    return key * 1024 + i;
  }).sort();
  keys.forEach((key, i) => {
    order[i] = key % 1024;
    rank[order[i]!] = i;
  });
}

function hilbert(cellX: number, cellY: number): number {
  let x = cellX;
  let y = cellY;
  let key = 0;
  for (let s = 1 << 14; s > 0; s >>= 1) {
    const rx = x & s ? 1 : 0;
    const ry = y & s ? 1 : 0;
    key = key * 4 + ((3 * rx) ^ ry);
    if (ry === 0) {
      if (rx === 1) {
        x = 0x7fff - x;
        y = 0x7fff - y;
      }
      [x, y] = [y, x];
    }
  }
  return key;
}

function measureRow(a: number, xs: Int32Array, ys: Int32Array, scale: number): void {
  const mine = 2 * K * a;
  let held = 0;
  for (let b = 0; b < n; b++) {
    const dx = xs[order[b]!]! - xs[order[a]!]!;
    const dy = ys[order[b]!]! - ys[order[a]!]!;
    const d = Math.floor(Math.sqrt(dx * dx + dy * dy) * scale + 0.5);
    dists[a * n + b] = d;
    if (b === a || (held === nearCount && d >= near[mine + 2 * held - 1]!)) continue;
    let k = held < nearCount ? held++ : held - 1;
    while (k > 0 && near[mine + 2 * k - 1]! > d) {
      near[mine + 2 * k] = near[mine + 2 * k - 2]!;
      near[mine + 2 * k + 1] = near[mine + 2 * k - 1]!;
      k--;
    }
    near[mine + 2 * k] = b;
    near[mine + 2 * k + 1] = d;
  }
}

function sortedEdges(): Float64Array<ArrayBuffer> {
  const keys: number[] = [];
  const isNear = (a: number, b: number): boolean => {
    for (let k = 0; k < nearCount; k++) if (near[2 * (K * a + k)] === b) return true;
    return false;
  };
  for (let a = 0; a < n; a++) {
    for (let k = 0; k < nearCount; k++) {
      const b = near[2 * (K * a + k)]!;
      if (!(b < a && isNear(b, a))) keys.push(near[2 * (K * a + k) + 1]! * 2 ** 20 + a * 1024 + b);
    }
  }
  return Float64Array.from(keys).sort();
}

function copyTour(): number {
  for (let i = 0; i < n; i++) tour[i] = start[i]!;
  return n;
}

function greedyTour(): number {
  for (let a = 0; a < n; a++) {
    links[2 * a] = -1;
    links[2 * a + 1] = -1;
    ends[a] = a;
  }
  for (const edge of edges) {
    const a = Math.floor(edge / 1024) % 1024;
    const b = edge % 1024;
    if (links[2 * a + 1]! >= 0 || links[2 * b + 1]! >= 0 || ends[a] === b) continue;
    if (nextBelow(16) < 1) continue;
    link(a, b);
    link(b, a);
    const endA = ends[a]!;
    const endB = ends[b]!;
    ends[endA] = endB;
    ends[endB] = endA;
  }
  return edges.length + joinFragments();
}

function link(a: number, b: number): void {
  if (links[2 * a]! < 0) links[2 * a] = b;
  else links[2 * a + 1] = b;
}

function joinFragments(): number {
  let free = 0;
  for (let a = 0; a < n; a++) if (links[2 * a + 1]! < 0) ends[free++] = a;
  let work = 0;
  let at = ends[nextBelow(free)]!;
  let before = -1;
  for (let i = 0; i < n; i++) {
    tour[i] = at;
    const first = links[2 * at]!;
    const second = links[2 * at + 1]!;
    const next = first !== before && first >= 0 ? first : second !== before ? second : -1;
    before = at;
    if (second < 0) {
      for (let k = 0; k < free; k++) {
        if (ends[k] === at) {
          ends[k] = ends[--free]!;
          break;
        }
      }
    }
    if (next >= 0) {
      at = next;
      continue;
    }
    let nearest = 0x7fff_ffff;
    for (let k = 0; k < free; k++) {
      const d = dists[before * n + ends[k]!]!;
      if (d < nearest) {
        nearest = d;
        at = ends[k]!;
      }
    }
    work += free;
    before = -1;
  }
  return work;
}

function beginSearch(index: number, ops: number): void {
  spent = ops;
  excess = 0;
  descending = true;
  journaling = false;
  flips = 0;
  delta = 0;
  head = 0;
  waiting = 0;
  queued.fill(0);
  let length = 0;
  for (let i = 0; i < n; i++) {
    length += dist(tour[i]!, tour[wrap(i + 1)]!);
    push(tour[i]!);
  }
  heatPerOp = (chooseStyle(index & 3) * length) / n / chunkOps;
}

function chooseStyle(style: number): number {
  windowAt = nextBelow(n);
  const part = round === 0 || style === 0 ? 1 : style === 2 ? 2 : 8;
  windowSize = Math.max(Math.floor(n / part), 1);
  if (style === 0) return 0.03;
  if (round === 0) return style === 1 ? 0.1 : style === 2 ? 0.3 : 1;
  return style === 1 ? 1 : 0.3;
}

function settle(): void {
  if (delta > 0 && !descending) {
    const heat = heatPerOp * (chunkOps - spent);
    if (delta > heat * Math.clz32(nextU32())) {
      undo();
    } else {
      if (excess === 0) saveBest();
      excess += delta;
    }
  } else {
    excess = descending ? 0 : Math.max(excess + delta, 0);
  }
  descending = false;
  delta = 0;
  journaling = true;
  flips = 0;
}

function saveBest(): void {
  const undone = undo();
  for (let i = 0; i < n; i++) best[i] = tour[i]!;
  for (let i = 0; i < undone; i++) flip(journal[2 * i]!, journal[2 * i + 1]!);
  spent += n;
}

function kick(): void {
  spent += 10;
  if (n < 5) return;
  const longest = Math.min(MAX_STRETCH, (n - 2) >> 1);
  const place = pos[wrap(windowAt + nextBelow(windowSize))]!;
  const first = 1 + nextBelow(longest);
  const second = 1 + nextBelow(longest);
  const a = tour[wrap(place - 1 + n)]!;
  const b = tour[place]!;
  const c = tour[wrap(place + first - 1)]!;
  const d = tour[wrap(place + first)]!;
  const e = tour[wrap(place + first + second - 1)]!;
  const f = tour[wrap(place + first + second)]!;
  delta += dist(a, d) + dist(e, b) + dist(c, f) - dist(a, b) - dist(c, d) - dist(e, f);
  swapTwo(place, first, second);
  push(a);
  push(b);
  push(c);
  push(d);
  push(e);
  push(f);
}

const dist = (a: number, b: number): number => dists[a * n + b]!;
const wrap = (place: number): number => (place >= n ? place - n : place);

function push(stop: number): void {
  if (queued[stop] !== 0) return;
  queued[stop] = 1;
  queue[(head + waiting) & 1023] = stop;
  waiting++;
}

function after(stop: number, direction: number): number {
  const p = pos[stop]!;
  return direction === 0 ? tour[p + 1 === n ? 0 : p + 1]! : tour[p === 0 ? n - 1 : p - 1]!;
}

function record(place: number, length: number): void {
  if (journaling) {
    journal[2 * flips] = place;
    journal[2 * flips + 1] = length;
    flips++;
  }
  flip(place, length);
}

function undo(): number {
  const undone = flips;
  while (flips > 0) {
    flips--;
    flip(journal[2 * flips]!, journal[2 * flips + 1]!);
  }
  return undone;
}

function flip(place: number, length: number): void {
  spent += length;
  let i = place;
  let j = wrap(place + length - 1);
  for (let left = length >> 1; left > 0; left--) {
    const a = tour[i]!;
    const b = tour[j]!;
    tour[i] = b;
    pos[b] = i;
    tour[j] = a;
    pos[a] = j;
    if (++i === n) i = 0;
    if (--j < 0) j = n - 1;
  }
}

function turn(from: number, to: number, direction: number): number {
  const first = direction === 0 ? pos[from]! : pos[to]!;
  const last = direction === 0 ? pos[to]! : pos[from]!;
  let length = last - first + 1;
  if (length <= 0) length += n;
  if (2 * length <= n) {
    record(first, length);
    return direction;
  }
  record(wrap(last + 1), n - length);
  return 1 - direction;
}

function swapStretches(a: number, b: number, c: number): void {
  let ab = b - a;
  let bc = c - b;
  if (ab < 0) ab += n;
  if (bc < 0) bc += n;
  const ca = n - ab - bc;
  if (ca >= ab && ca >= bc) swapTwo(a, ab, bc);
  else if (ab >= bc) swapTwo(b, bc, ca);
  else swapTwo(c, ca, ab);
}

function swapTwo(place: number, first: number, second: number): void {
  record(place, first);
  record(wrap(place + first), second);
  record(place, first + second);
}

let t1 = 0;
let t3 = 0;
let t4 = 0;
let t5 = 0;
let t6 = 0;
let direction = 0;
let gain = 0;

function improveNext(): void {
  const t2 = queue[head]!;
  head = (head + 1) & 1023;
  waiting--;
  queued[t2] = 0;
  const move = findMove(t2);
  if (move === 0 || flips + 3 > JOURNAL_MAX) return;
  delta -= gain;
  if (move === 3) {
    if (direction === 0) swapStretches(pos[t2]!, pos[t6]!, pos[t4]!);
    else swapStretches(pos[t1]!, pos[t3]!, pos[t5]!);
  } else if (move === 4) {
    turn(t5, t3, turn(t2, t6, direction));
  } else {
    const then = turn(t2, t4, direction);
    if (move === 2) turn(t4, t6, then);
  }
  push(t1);
  push(t2);
  push(t3);
  push(t4);
  if (move > 1) {
    push(t5);
    push(t6);
  }
}

let looks = 0;

function findMove(t2: number): number {
  looks = 0;
  direction = 0;
  let move = findInDirection(t2);
  if (move === 0) {
    direction = 1;
    move = findInDirection(t2);
  }
  spent += 5 + (n >> 6) + looks * 4;
  return move;
}

function findInDirection(t2: number): number {
  const third = Math.min(nearCount, THIRD_EDGE_NEAR);
  const p2 = pos[t2]!;
  t1 = after(t2, 1 - direction);
  const t2next = after(t2, direction);
  const d12 = dist(t1, t2);
  for (let k = 0; k < nearCount; k++) {
    looks++;
    const g1 = d12 - near[2 * (K * t2 + k) + 1]!;
    if (g1 <= 0) return 0;
    t3 = near[2 * (K * t2 + k)]!;
    if (t3 === t2next) continue;
    let rel3 = direction === 0 ? pos[t3]! - p2 : p2 - pos[t3]!;
    if (rel3 < 0) rel3 += n;

    t4 = after(t3, 1 - direction);
    let g2 = g1 + dist(t3, t4);
    gain = g2 - dist(t4, t1);
    if (gain > 0) return 1;
    for (let m = 0; m < third; m++) {
      looks++;
      const g3 = g2 - near[2 * (K * t4 + m) + 1]!;
      if (g3 <= 0) break;
      t5 = near[2 * (K * t4 + m)]!;
      if (t5 === t1 || t5 === t3) continue;
      let rel5 = direction === 0 ? pos[t5]! - p2 : p2 - pos[t5]!;
      if (rel5 < 0) rel5 += n;
      t6 = after(t5, rel5 < rel3 ? direction : 1 - direction);
      if (t6 === t4) continue;
      gain = g3 + dist(t5, t6) - dist(t6, t1);
      if (gain > 0) return 2;
    }

    t4 = after(t3, direction);
    g2 = g1 + dist(t3, t4);
    for (let m = 0; m < third; m++) {
      looks++;
      const g3 = g2 - near[2 * (K * t4 + m) + 1]!;
      if (g3 <= 0) break;
      t5 = near[2 * (K * t4 + m)]!;
      if (t5 === t3) continue;
      let rel5 = direction === 0 ? pos[t5]! - p2 : p2 - pos[t5]!;
      if (rel5 < 0) rel5 += n;
      if (rel5 > rel3) continue;
      t6 = after(t5, direction);
      gain = g3 + dist(t5, t6) - dist(t6, t1);
      if (gain > 0) return 3;
      if (t5 === t2) continue;
      t6 = after(t5, 1 - direction);
      gain = g3 + dist(t5, t6) - dist(t6, t1);
      if (gain > 0) return 4;
    }
  }
  return 0;
}

function result(): ChunkResult {
  let at = 0;
  while (order[tour[at]!] !== 0) at++;
  const by = order[tour[(at + 1) % n]!]! < order[tour[(at + n - 1) % n]!]! ? 1 : n - 1;
  const candidate = new Uint8Array(2 * n);
  let score = 0;
  for (let i = 0; i < n; i++) {
    viewOf(candidate).setUint16(2 * i, order[tour[at]!]!, true);
    const then = (at + by) % n;
    score += dist(tour[at]!, tour[then]!);
    at = then;
  }
  return { digest: { score, hash: fnv1a(candidate) }, candidate };
}

// PCG32 in 32-bit halves: BigInt would be a hundred times slower and the race unfair
let stateLow = 0;
let stateHigh = 0;
const MULTIPLIER_LOW = 0x4c957f2d;
const MULTIPLIER_HIGH = 0x5851f42d;

function advance(): void {
  const low = stateLow;
  const a0 = low & 0xffff;
  const a1 = low >>> 16;
  const b0 = MULTIPLIER_LOW & 0xffff;
  const b1 = MULTIPLIER_LOW >>> 16;
  const w1 = a1 * b0 + ((a0 * b0) >>> 16);
  const w2 = a0 * b1 + (w1 & 0xffff);
  const carried = a1 * b1 + (w1 >>> 16) + (w2 >>> 16);
  stateLow = (Math.imul(low, MULTIPLIER_LOW) + 1) | 0;
  const carry = stateLow === 0 ? 1 : 0;
  stateHigh = (carried + Math.imul(low, MULTIPLIER_HIGH) + Math.imul(stateHigh, MULTIPLIER_LOW) + carry) | 0;
}

function nextU32(): number {
  const low = stateLow;
  const high = stateHigh;
  advance();
  const mixedLow = ((low >>> 18) | (high << 14)) ^ low;
  const mixedHigh = (high >>> 18) ^ high;
  const xorshifted = (mixedLow >>> 27) | (mixedHigh << 5);
  const rotation = high >>> 27;
  return ((xorshifted >>> rotation) | (xorshifted << (-rotation & 31))) >>> 0;
}

const nextBelow = (bound: number): number => Math.floor((nextU32() * bound) / 0x1_0000_0000);

function seedRandom(value: bigint): void {
  const state = BigInt.asUintN(64, 1n + value);
  stateLow = Number(BigInt.asIntN(32, state));
  stateHigh = Number(BigInt.asIntN(32, state >> 32n));
  advance();
}

function mix64(value: bigint): bigint {
  const u64 = (x: bigint): bigint => BigInt.asUintN(64, x);
  let z = u64(value + 0x9e3779b97f4a7c15n);
  z = u64((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = u64((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}
