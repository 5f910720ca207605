import { must } from '../../shared/assert.ts';
import { equalBytes } from '../../shared/bytes.ts';
import type { Job, Round, StoredResult } from '../../shared/model/job.ts';
import type { Micros } from '../../shared/money.ts';
import { bestChunk, CHUNKS_PER_TASK, type Digest } from '../../shared/protocol/output.ts';
import type { RoundOutcome } from '../../wasm/kind.ts';
import { bestSoFar, blockOf, roundOf, type LiveJob } from './live-jobs.ts';
import { blocksOf, openRound, type Ids } from './submit-job.ts';

/** The chunk a round's answer rests on. */
export interface Winner {
  readonly result: StoredResult;
  /** Chunk of its task, and of the whole round. */
  readonly chunk: number;
  readonly chunkOfRound: number;
  readonly digest: Digest;
}

/** The best chunk of all results of a round; the earliest task and chunk on a tie, so that every re-run picks the same. */
export function pickWinner(live: LiveJob, results: readonly StoredResult[]): Winner | undefined {
  let winner: Winner | undefined;
  for (const result of results) {
    const { chunk, digest } = bestChunk(result.output);
    const chunkOfRound = (blockOf(live, result.blockId).firstTask + result.taskIndex) * CHUNKS_PER_TASK + chunk;
    const better = !winner || digest.score < winner.digest.score;
    const earlier = winner?.digest.score === digest.score && chunkOfRound < winner.chunkOfRound;
    if (better || earlier) winner = { result, chunk, chunkOfRound, digest };
  }
  return winner;
}

/** What closing a round leads to. */
export type Assimilation =
  | { readonly next: 'round'; readonly closed: Round; readonly opened: Round; readonly live: LiveJob }
  | { readonly next: 'answer'; readonly closed: Round; readonly job: Job }
  /** A correction is done. `isMoved`: the answer is another one now. */
  | { readonly next: 'corrected'; readonly closed: Round; readonly job: Job; readonly isMoved: boolean };

/**
 * Closes the running round on a candidate from the server's own run: its value is computed on the original data, and
 * either the next round starts from the best so far, or the job is answered.
 */
export function assimilate(live: LiveJob, won: RoundOutcome, price: Micros, now: number, ids: Ids): Assimilation {
  const { job, kind, spec } = live;
  const running = roundOf(live);
  const certificate = must(
    kind.certify(spec, job.blindKey, won.candidate),
    `a certificate for the winner of job ${job.id}`,
  );
  const closed: Round = {
    ...running,
    outcome: { score: won.score, candidate: won.candidate, value: certificate.value, closedAt: now },
  };
  const rounds = [...live.rounds.slice(0, -1), closed];
  const outcomes = rounds.map((round) => must(round.outcome, `outcome of round ${round.round}`));
  if (job.state.name === 'correcting') {
    const { name: _, round: __, ...answered } = job.state;
    const answer = kind.answer.encode(kind.merge(spec, job.blindKey, outcomes));
    const isMoved = !equalBytes(answer, answered.answer);
    const state = { ...answered, name: 'answered' as const, ...(isMoved && { answer, correctedAt: now }) };
    return { next: 'corrected', closed, job: { ...job, state }, isMoved };
  }
  const plan = kind.plan(spec, { units: job.units, rounds: job.rounds }, outcomes);
  if (!plan) {
    const answer = kind.answer.encode(kind.merge(spec, job.blindKey, outcomes));
    const state = { name: 'answered' as const, answer, answeredAt: now, correctedAt: undefined };
    return { next: 'answer', closed, job: { ...job, state } };
  }
  const opened = openRound(job.id, running.round + 1, plan, now);
  const next: LiveJob = {
    ...live,
    job: { ...job, state: { name: 'running', round: opened.round } },
    rounds: [...rounds, opened],
    blocks: blocksOf(opened, price, ids),
    scoreToBeat: bestSoFar(rounds),
    votes: new Map(),
  };
  return { next: 'round', closed, opened, live: next };
}
