import { must } from '../../shared/assert.ts';
import type { BlockId } from '../../shared/ids.ts';
import type { Block, Correction, Job, Round } from '../../shared/model/job.ts';
import { BLOCK_TASKS, emptyBitmap } from './bitmap.ts';
import type { Context } from './context.ts';
import type { Draft } from './draft.ts';
import type { FactOf } from './facts.ts';
import { bestSoFar } from './live-jobs.ts';
import type { Ids } from './submit-job.ts';

/**
 * An answered job has tasks to be done again: their device was convicted after their round had closed. They become a round
 * of their own, with the inputs of the round they repeat. The answer stands meanwhile. One round of the job at a time.
 */
export function decideCorrect(fact: FactOf<'correct'>, draft: Draft, context: Context): void {
  const { found, corrections, isComputable, accountUnits } = fact;
  const state = found?.job.state;
  if (state?.name === 'failed' || state?.name === 'cancelled') return draft.takeCorrections(corrections); // of no answer
  if (state?.name !== 'answered' || !found || corrections.length === 0) return; // overtaken
  if (!isComputable) return draft.takeCorrections(corrections); // its kernel is gone: the answer stands as it is
  const { job, rounds } = found;
  const repeated = Math.min(...corrections.map(({ round }) => round));
  const due = corrections.filter(({ round }) => round === repeated).sort((a, b) => a.task - b.task);
  const source = must(
    rounds.find(({ round }) => round === repeated),
    `round ${repeated} of job ${job.id}`,
  );
  const opened: Round = {
    jobId: job.id,
    round: rounds.length + 1,
    taskCount: due.length,
    roundInput: source.roundInput,
    openedAt: draft.now,
    corrects: repeated,
    outcome: undefined,
  };
  const kind = must(context.kindNamed(job.kind), `kind ${job.kind}`);
  const correcting: Job = { ...job, state: { ...state, name: 'correcting', round: opened.round } };
  const live = {
    job: correcting,
    kind,
    spec: kind.spec.decode(job.spec),
    rounds: [...rounds, opened],
    blocks: blocksOver(due, opened, context.policy.priceMicros, draft),
    scoreToBeat: bestSoFar(rounds),
    votes: new Map(),
    accountUnits,
  };
  draft.openRound(live, undefined, opened);
  draft.takeCorrections(due);
}

/** A block for each run of neighbouring tasks: a block's tasks stand side by side in the round. */
function blocksOver(
  due: readonly Correction[],
  opened: Round,
  priceMicros: Block['priceMicros'],
  ids: Ids,
): readonly Block[] {
  const runs: { firstTask: number; taskCount: number }[] = [];
  for (const { task } of due) {
    const last = runs.at(-1);
    if (last && task === last.firstTask + last.taskCount && last.taskCount < BLOCK_TASKS) last.taskCount++;
    else runs.push({ firstTask: task, taskCount: 1 });
  }
  return runs.map((run) => ({
    id: ids.nextId('block') as BlockId,
    jobId: opened.jobId,
    round: opened.round,
    ...run,
    done: emptyBitmap(),
    checked: emptyBitmap(),
    priceMicros,
    peerLeased: false,
  }));
}
