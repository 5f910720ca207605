import { unreachable } from '../../shared/assert.ts';
import type { Job, JobState, Round } from '../../shared/model/job.ts';
import type { JobView } from '../../shared/protocol/rest.ts';
import type { AnyKind } from '../../wasm/registry.ts';
import type { Coordinator } from '../core/coordinator.ts';

export interface JobFacts {
  readonly job: Job;
  readonly rounds: readonly Round[];
  /** Of the round that runs, as the coordinator holds it in memory. */
  readonly progress: ReturnType<Coordinator['progressOf']>;
  readonly executors: JobView['executors'];
  readonly kind: AnyKind;
  readonly now: number;
}

/**
 * A job as its asker sees it. Every task of a closed round is done and checked: that is what closed it. Rounds that repeat
 * work of a convicted device show in nothing but a changed answer.
 */
export function viewOfJob({ job, rounds: all, progress, executors, kind, now }: JobFacts): JobView {
  const rounds = all.filter(({ corrects }) => corrects === undefined);
  const closed = rounds.filter(({ outcome }) => outcome);
  const closedTasks = closed.reduce((sum, { taskCount }) => sum + taskCount, 0);
  const { state } = job;
  // The store may be a commit ahead of what the coordinator had in memory when asked: then nothing of that round is done.
  const open = state.name === 'running' && progress?.round === state.round ? progress : undefined;
  return {
    jobId: job.id,
    kind: job.kind,
    state: SHOWN_AS[state.name],
    placement: 'pool',
    units: job.units,
    unitsDone: closedTasks + (open?.done ?? 0),
    unitsChecked: closedTasks + (open?.checked ?? 0),
    round: state.name === 'running' ? state.round : rounds.length,
    rounds: job.rounds,
    roundLengths: closed.flatMap(({ outcome }) => (outcome ? [outcome.value] : [])),
    executors,
    ...outcomeOf(state, kind),
    correctedAt: 'correctedAt' in state ? (state.correctedAt ?? null) : null,
    createdAt: job.createdAt,
    waitMs: endOf(state, now) - job.createdAt,
  };
}

/** What goes on inside is nobody's business but ours: a job called off is over for its asker at once. */
const SHOWN_AS: Readonly<Record<JobState['name'], JobView['state']>> = {
  running: 'running',
  answered: 'answered',
  correcting: 'answered',
  failed: 'failed',
  cancelling: 'failed',
  cancelled: 'failed',
};

function outcomeOf(state: JobState, kind: AnyKind): Pick<JobView, 'answer' | 'failure' | 'spentUnits'> {
  switch (state.name) {
    case 'running':
      return {};
    case 'answered':
    case 'correcting':
      return { answer: kind.answer.decode(state.answer) };
    case 'failed':
      return { failure: state.code };
    case 'cancelling':
    case 'cancelled':
      return { failure: 'cancelled', spentUnits: state.spentUnits };
    default:
      return unreachable(state);
  }
}

function endOf(state: JobState, now: number): number {
  switch (state.name) {
    case 'running':
      return now;
    case 'answered':
    case 'correcting':
      return state.answeredAt;
    case 'failed':
      return state.failedAt;
    case 'cancelling':
    case 'cancelled':
      return state.cancelledAt;
    default:
      return unreachable(state);
  }
}
