import { concatBytes, viewOf } from '../../../shared/bytes.ts';
import type { Effort, RoundOutcome, RoundPlan } from '../../kind.ts';

/** Equal shares of the units a round; every round after the first starts from the best tour so far. */
export function planRoute(effort: Effort, outcomes: readonly RoundOutcome[]): RoundPlan | undefined {
  const rounds = Math.min(Math.max(effort.rounds, 1), effort.units);
  const round = outcomes.length;
  if (round >= rounds) return undefined;
  const taskCount = Math.floor((effort.units * (round + 1)) / rounds) - Math.floor((effort.units * round) / rounds);
  const best = bestOutcome(outcomes);
  return { taskCount, roundInput: best ? roundInputOf(round, best.candidate) : new Uint8Array(0) };
}

export function bestOutcome(outcomes: readonly RoundOutcome[]): RoundOutcome | undefined {
  let best: RoundOutcome | undefined;
  for (const outcome of outcomes) if (!best || outcome.score < best.score) best = outcome;
  return best;
}

/** u32 round, so that equal chunks of two rounds draw different numbers; then the tour. */
function roundInputOf(round: number, tour: Uint8Array): Uint8Array {
  const header = new Uint8Array(4);
  viewOf(header).setUint32(0, round, true);
  return concatBytes(header, tour);
}
