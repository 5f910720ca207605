/**
 * The smallest kernel that is a kernel: chunk i sums one column of numbers. It exists to be read, and to be run hundreds
 * of thousands of times by the simulator. The bytes it reads are tabled in `../README.md`.
 */
import { fnv1a } from '../../../lib/assembly/hash';
import { STATE_AT, abiVersion, reach } from '../../../lib/assembly/layout';

const HEADER_BYTES = 8;
const NUMBER_BYTES = 3;
const MAX_INPUT_BYTES = 16384;
const MAX_NUMBER = 1 << 20;
const CHUNKS_PER_TASK = 64;

const DIGEST_AT = STATE_AT;
const CANDIDATE_AT = STATE_AT + 8;
const INPUT_AT = STATE_AT + 64;

let jobBytes = 0;
let roundBytes = 0;
let columnCount = 0;
let numberCount = 0;
/** Numbers seen to be in range so far; the header counts as one more op. */
let prepared = 0;

let firstColumn = 0;
let column = 0;
/** Where the next addend stands. At or past the end: one op is left, the one that writes the digest, unless `closed`. */
let position = 0;
let closed = true;
let sum: u32 = 0;

export function abi(): i32 {
  return abiVersion();
}

export function inputAt(jobLength: i32, roundLength: i32): usize {
  if (jobLength < HEADER_BYTES || jobLength > MAX_INPUT_BYTES) return 0;
  if (roundLength != 0 && roundLength != 4) return 0;
  jobBytes = jobLength;
  roundBytes = roundLength;
  numberCount = (jobLength - HEADER_BYTES) / NUMBER_BYTES;
  prepared = -1;
  closed = true;
  reach(INPUT_AT + jobLength + roundLength);
  return INPUT_AT;
}

/** One op reads the header or checks one number. */
export function prepare(budgetOps: i32): i32 {
  let budget = budgetOps;
  if (prepared < 0 && budget > 0) {
    columnCount = load<i32>(INPUT_AT);
    if (columnCount < CHUNKS_PER_TASK || columnCount > 64 * CHUNKS_PER_TASK) return -1;
    if (load<i32>(INPUT_AT + 4) != numberCount || jobBytes != HEADER_BYTES + numberCount * NUMBER_BYTES) return -1;
    firstColumn = roundBytes == 0 ? 0 : load<i32>(INPUT_AT + jobBytes);
    if (firstColumn < 0 || firstColumn >= columnCount) return -1;
    prepared = 0;
    budget--;
  }
  while (prepared < numberCount && budget > 0) {
    if (numberAt(prepared) >= MAX_NUMBER) return -1;
    prepared++;
    budget--;
  }
  return numberCount - prepared;
}

export function startChunk(index: u32): void {
  // the round has no such chunk, or nothing is prepared: a trap is "no result", never a wrong one
  if (prepared != numberCount || index >= <u32>(columnCount - firstColumn)) unreachable();
  column = firstColumn + <i32>index;
  position = column;
  sum = 0;
  closed = false;
}

/** One op adds one number, the last one writes the digest. */
export function step(budgetOps: i32): i32 {
  let budget = budgetOps;
  while (position < numberCount && budget > 0) {
    sum += <u32>numberAt(position);
    position += columnCount;
    budget--;
  }
  if (position >= numberCount && budget > 0 && !closed) {
    store<u32>(CANDIDATE_AT, <u32>column);
    store<u32>(DIGEST_AT, sum);
    store<u32>(DIGEST_AT + 4, fnv1a(CANDIDATE_AT, 4));
    closed = true;
  }
  return closed ? 0 : 1 + (position < numberCount ? (numberCount - 1 - position) / columnCount + 1 : 0);
}

export function digestAt(): usize {
  return DIGEST_AT;
}

export function resultAt(): usize {
  return CANDIDATE_AT;
}

export function resultLen(): i32 {
  return 4;
}

function numberAt(i: i32): i32 {
  const at = INPUT_AT + HEADER_BYTES + i * NUMBER_BYTES;
  return <i32>load<u16>(at) | (<i32>load<u8>(at + 2) << 16);
}
