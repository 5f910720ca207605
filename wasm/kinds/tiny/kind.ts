import { assert, must } from '../../../shared/assert.ts';
import { fnv1a, viewOf } from '../../../shared/bytes.ts';
import { CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import type { Effort, RoundOutcome, RoundPlan, TaskKind } from '../../kind.ts';
import { blindTiny, columnCountOf, originalColumn } from './blind.ts';
import { type TinyAnswer, type TinySpec, tinyAnswerCodec, tinySpecCodec } from './codec.ts';
import { readTiny } from './read.ts';

/**
 * Which of 64 × units columns has the smallest sum? Documentation of what a kind is, and the simulator's favourite: a
 * chunk takes a microsecond. Ties go to the lowest column in shuffled order.
 */
export const tiny: TaskKind<TinySpec, TinyAnswer> = {
  name: 'tiny',
  version: 1,
  class: 'normal',
  spec: tinySpecCodec,
  answer: tinyAnswerCodec,
  read: readTiny,
  size: (spec) => spec.units,
  fitsPhone: () => false, // it exists to show the pool at work
  blind: blindTiny,
  plan: planTiny,

  certify(spec, key, candidate) {
    if (candidate.length !== 4) return undefined;
    const column = viewOf(candidate).getUint32(0, true);
    if (column >= columnCountOf(spec)) return undefined;
    return { hash: fnv1a(candidate), value: sumOf(spec, originalColumn(key, column)) };
  },

  merge(spec, key, outcomes) {
    assert(outcomes.length > 0, 'expected at least one outcome');
    const best = outcomes.reduce((a, b) => (b.score < a.score ? b : a));
    const column = originalColumn(key, viewOf(best.candidate).getUint32(0, true));
    return { column, sum: sumOf(spec, column) };
  },
};

/** The units are the spec's own; the effort says only over how many rounds. A round's input is its first column. */
function planTiny(spec: TinySpec, effort: Effort, outcomes: readonly RoundOutcome[]): RoundPlan | undefined {
  const rounds = Math.min(Math.max(effort.rounds, 1), spec.units);
  const round = outcomes.length;
  if (round >= rounds) return undefined;
  const firstUnit = Math.floor((spec.units * round) / rounds);
  const endUnit = Math.floor((spec.units * (round + 1)) / rounds);
  const roundInput = new Uint8Array(round === 0 ? 0 : 4);
  if (round > 0) viewOf(roundInput).setUint32(0, firstUnit * CHUNKS_PER_TASK, true);
  return { taskCount: endUnit - firstUnit, roundInput };
}

function sumOf(spec: TinySpec, column: number): number {
  let sum = 0;
  for (let i = column; i < spec.numbers.length; i += columnCountOf(spec)) sum += must(spec.numbers[i], 'a number');
  return sum;
}
