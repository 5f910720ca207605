/** What all chunks of a round share: the stops in Hilbert order, their distances, their neighbours, the short edges. */
import {
  DIST_AT, EDGES_AT, INPUT_AT, K, MAX_STOPS, ends, near, order, rank, start, xs, ys,
} from './state';
import { reach } from '../../../lib/assembly/layout';

const HEADER_BYTES = 24;

export let n = 0;
export let chunkOps = 0;
export let seed: u64 = 0;
export let round: u32 = 0;
export let edgeCount = 0;
/** Neighbours a stop has: K, or all others where there are fewer. */
export let nearCount = 0;

let jobBytes = 0;
let roundBytes = 0;
/** Rows of distances done; -1 = nothing read yet, n + 1 = everything done. */
let row = -1;

export function openInput(jobLength: i32, roundLength: i32): usize {
  row = -1;
  if (jobLength < HEADER_BYTES || jobLength > HEADER_BYTES + 8 * MAX_STOPS) return 0;
  if (roundLength < 0 || roundLength > 4 + 2 * MAX_STOPS) return 0;
  jobBytes = jobLength;
  roundBytes = roundLength;
  n = (jobLength - HEADER_BYTES) >> 3;
  reach(DIST_AT + ((<usize>n * n) << 2));
  return INPUT_AT;
}

export function isPrepared(): bool {
  return row == n + 1;
}

/** A distance is 4 ops, so that an op is as long as in the search. Ops left, 0 = done, -1 = the bytes are no input. */
export function prepareSome(budgetOps: i32): i32 {
  let budget = budgetOps;
  while (budget > 0 && row <= n) {
    if (row < 0) {
      if (!readHeader()) return -1;
      sortStops();
      if (!readRound()) return -1;
      budget -= 64 * n;
    } else if (row < n) {
      measureRow(row);
      budget -= 4 * n;
    } else {
      edgeCount = roundBytes == 0 ? sortEdges() : 0;
      budget -= 256 * n;
    }
    row++;
  }
  return row < 0 ? 320 * n + 4 * n * n : row <= n ? 256 * n + 4 * (n - row) * n : 0;
}

function readHeader(): bool {
  chunkOps = load<i32>(INPUT_AT);
  seed = load<u64>(INPUT_AT + 8);
  nearCount = min(K, n - 1);
  const scale = load<f64>(INPUT_AT + 16);
  return load<i32>(INPUT_AT + 4) == n && n >= 2 && jobBytes == HEADER_BYTES + 8 * n && chunkOps >= 1 && scale > 0;
}

/** A round's input is u32 round ≥ 1 and a tour in input numbers; a first round has none. */
function readRound(): bool {
  round = 0;
  if (roundBytes == 0) return true;
  const at = INPUT_AT + jobBytes;
  round = load<u32>(at);
  if (round == 0 || roundBytes != 4 + 2 * n) return false;
  for (let i = 0; i < n; i++) ends[i] = 0;
  for (let i = 0; i < n; i++) {
    const input = <i32>load<u16>(at + 4 + 2 * i);
    if (input >= n || ends[input] != 0) return false;
    ends[input] = 1;
    start[i] = rank[input];
  }
  return true;
}

/** Numbers the stops along a Hilbert curve over their bounding square, 2^15 cells a side; ties by input number. */
function sortStops(): void {
  let minX = i32.MAX_VALUE, minY = i32.MAX_VALUE, maxX = i32.MIN_VALUE, maxY = i32.MIN_VALUE;
  for (let i = 0; i < n; i++) {
    const x = load<i32>(INPUT_AT + HEADER_BYTES + 8 * i), y = load<i32>(INPUT_AT + HEADER_BYTES + 8 * i + 4);
    minX = min(minX, x);
    minY = min(minY, y);
    maxX = max(maxX, x);
    maxY = max(maxY, y);
  }
  const side = max(<i64>maxX - minX, <i64>maxY - minY) + 1;
  for (let i = 0; i < n; i++) {
    const x = <i64>load<i32>(INPUT_AT + HEADER_BYTES + 8 * i) - minX;
    const y = <i64>load<i32>(INPUT_AT + HEADER_BYTES + 8 * i + 4) - minY;
    const key = hilbert(<i32>((x << 15) / side), <i32>((y << 15) / side));
    store<u64>(EDGES_AT + (<usize>i << 3), (<u64>key << 10) | i);
  }
  heapSort(n);
  for (let i = 0; i < n; i++) {
    const input = <i32>(load<u64>(EDGES_AT + (<usize>i << 3)) & 1023);
    order[i] = input;
    rank[input] = i;
    xs[i] = <f64>load<i32>(INPUT_AT + HEADER_BYTES + 8 * input);
    ys[i] = <f64>load<i32>(INPUT_AT + HEADER_BYTES + 8 * input + 4);
  }
}

function hilbert(cellX: i32, cellY: i32): u32 {
  let x = cellX, y = cellY, key: u32 = 0;
  for (let s = 1 << 14; s > 0; s >>= 1) {
    const rx = (x & s) != 0 ? 1 : 0, ry = (y & s) != 0 ? 1 : 0;
    key = (key << 2) | <u32>((3 * rx) ^ ry);
    if (ry == 0) {
      if (rx == 1) {
        x = 0x7fff - x;
        y = 0x7fff - y;
      }
      const held = x;
      x = y;
      y = held;
    }
  }
  return key;
}

/** Distances from stop a to all, and its nearest by insertion (ties: the lower stop). */
function measureRow(a: i32): void {
  const scale = load<f64>(INPUT_AT + 16);
  const ax = xs[a], ay = ys[a];
  const mine = 2 * K * a;
  const at = DIST_AT + ((<usize>a * n) << 2);
  let held = 0;
  for (let b = 0; b < n; b++) {
    const dx = xs[b] - ax, dy = ys[b] - ay;
    const d = <i32>(sqrt<f64>(dx * dx + dy * dy) * scale + 0.5);
    store<i32>(at + (<usize>b << 2), d);
    if (b == a || (held == nearCount && d >= near[mine + 2 * held - 1])) continue;
    let k = held < nearCount ? held++ : held - 1;
    while (k > 0 && near[mine + 2 * k - 1] > d) {
      near[mine + 2 * k] = near[mine + 2 * k - 2];
      near[mine + 2 * k + 1] = near[mine + 2 * k - 1];
      k--;
    }
    near[mine + 2 * k] = b;
    near[mine + 2 * k + 1] = d;
  }
}

/** Every edge between a stop and one of its nearest, once, shortest first. */
function sortEdges(): i32 {
  let count = 0;
  for (let a = 0; a < n; a++) {
    for (let k = 0; k < nearCount; k++) {
      const b = near[2 * (K * a + k)];
      if (b < a && isNear(b, a)) continue;
      const edge = (<u64>near[2 * (K * a + k) + 1] << 20) | (<u64>a << 10) | b;
      store<u64>(EDGES_AT + ((<usize>(count++)) << 3), edge);
    }
  }
  heapSort(count);
  return count;
}

function isNear(a: i32, b: i32): bool {
  for (let k = 0; k < nearCount; k++) if (near[2 * (K * a + k)] == b) return true;
  return false;
}

/** Sorts `count` u64 at EDGES_AT, ascending, in place: no key occurs twice, so the order is one. */
function heapSort(count: i32): void {
  for (let i = (count >> 1) - 1; i >= 0; i--) siftDown(i, count);
  for (let end = count - 1; end > 0; end--) {
    const last = load<u64>(EDGES_AT + (<usize>end << 3));
    store<u64>(EDGES_AT + (<usize>end << 3), load<u64>(EDGES_AT));
    store<u64>(EDGES_AT, last);
    siftDown(0, end);
  }
}

function siftDown(from: i32, count: i32): void {
  const value = load<u64>(EDGES_AT + (<usize>from << 3));
  let i = from;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= count) break;
    if (child + 1 < count && load<u64>(EDGES_AT + (<usize>child << 3), 8) > load<u64>(EDGES_AT + (<usize>child << 3))) child++;
    const larger = load<u64>(EDGES_AT + (<usize>child << 3));
    if (larger <= value) break;
    store<u64>(EDGES_AT + (<usize>i << 3), larger);
    i = child;
  }
  store<u64>(EDGES_AT + (<usize>i << 3), value);
}
