/** The route kernel: exports, and the life of a chunk. Bytes in `../README.md`, memory in `state.ts`. */
import { fnv1a } from '../../../lib/assembly/hash';
import { abiVersion } from '../../../lib/assembly/layout';
import { mix64, seedPcg32 } from '../../../lib/assembly/pcg32';
import { isPrepared, n, openInput, prepareSome, round, seed, chunkOps } from './prepare';
import { beginSearch, opsLeft, search, finish } from './search';
import { beginTour } from './start';
import { DIGEST_AT, DIST_AT, RESULT_AT, RNG_AT, order, result, tour } from './state';

let chunk: u32 = 0;
let begun = false;
let closed = true;

export function abi(): i32 {
  return abiVersion();
}

export function inputAt(jobLength: i32, roundLength: i32): usize {
  closed = true;
  begun = true;
  return openInput(jobLength, roundLength);
}

export function prepare(budgetOps: i32): i32 {
  return prepareSome(budgetOps);
}

export function startChunk(index: u32): void {
  if (!isPrepared()) unreachable();
  seedPcg32(RNG_AT, mix64(seed ^ mix64((<u64>round << 32) | index)));
  chunk = index;
  begun = false;
  closed = false;
}

export function step(budgetOps: i32): i32 {
  if (closed) return 0;
  if (!begun) {
    if (budgetOps <= 0) return chunkOps;
    beginSearch(chunk, beginTour());
    begun = true;
  }
  search(budgetOps);
  if (opsLeft() > 0) return opsLeft();
  finish();
  writeResult();
  closed = true;
  return 0;
}

/** One form per tour: input numbers from stop 0 on, in the direction in which the second is below the last. */
function writeResult(): void {
  let at = 0;
  while (order[tour[at]] != 0) at++;
  const next = order[tour[(at + 1) % n]], last = order[tour[(at + n - 1) % n]];
  const by = next < last ? 1 : n - 1;
  let length = 0;
  for (let i = 0; i < n; i++) {
    result[i] = order[tour[at]];
    const then = (at + by) % n;
    length += load<i32>(DIST_AT + (<usize>(tour[at] * n + tour[then]) << 2));
    at = then;
  }
  store<u32>(DIGEST_AT, length);
  store<u32>(DIGEST_AT + 4, fnv1a(RESULT_AT, 2 * n));
}

export function digestAt(): usize {
  return DIGEST_AT;
}

export function resultAt(): usize {
  return RESULT_AT;
}

export function resultLen(): i32 {
  return 2 * n;
}
