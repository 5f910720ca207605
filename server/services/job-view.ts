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

/** A job as its asker sees it. Every task of a closed round is done and checked: that is what closed it. */
export function viewOfJob({ job, rounds, progress, executors, kind, now }: JobFacts): JobView {
  const closed = rounds.filter(({ outcome }) => outcome);
  const closedTasks = closed.reduce((sum, { taskCount }) => sum + taskCount, 0);
  const { state } = job;
  // The store may be a commit ahead of what the coordinator had in memory when asked: then nothing of that round is done.
  const open = state.name === 'running' && progress?.round === state.round ? progress : undefined;
  return {
    jobId: job.id,
    kind: job.kind,
    state: state.name,
    placement: 'pool',
    units: job.units,
    unitsDone: closedTasks + (open?.done ?? 0),
    unitsChecked: closedTasks + (open?.checked ?? 0),
    round: state.name === 'running' ? state.round : rounds.length,
    rounds: job.rounds,
    roundLengths: closed.flatMap(({ outcome }) => (outcome ? [outcome.value] : [])),
    executors,
    ...outcomeOf(state, kind),
    createdAt: job.createdAt,
    waitMs: endOf(state, now) - job.createdAt,
  };
}

function outcomeOf(state: JobState, kind: AnyKind): Pick<JobView, 'answer' | 'failure'> {
  switch (state.name) {
    case 'running':
      return {};
    case 'answered':
      return { answer: kind.answer.decode(state.answer) };
    case 'failed':
      return { failure: state.code };
    default:
      return unreachable(state);
  }
}

function endOf(state: JobState, now: number): number {
  if (state.name === 'answered') return state.answeredAt;
  return state.name === 'failed' ? state.failedAt : now;
}
