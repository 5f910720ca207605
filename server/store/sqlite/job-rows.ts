import { unreachable } from '../../../shared/assert.ts';
import type { AccountId, BlockId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { Block, Correction, Job, JobState, Round, StoredResult, Vote } from '../../../shared/model/job.ts';
import { micros } from '../../../shared/money.ts';
import { blob, flag, maybeNum, num, type Row, text } from './cells.ts';

/** Rows of jobs and all that belongs to them, and the model's values. */

export const toJob = (row: Row): Job => ({
  id: num(row, 'id') as JobId,
  accountId: num(row, 'account_id') as AccountId,
  kind: text(row, 'kind'),
  kindVersion: num(row, 'kind_version'),
  kernelHash: blob(row, 'kernel_hash'),
  spec: blob(row, 'spec'),
  jobInput: blob(row, 'job_input'),
  blindKey: blob(row, 'blind_key'),
  units: num(row, 'units'),
  rounds: num(row, 'rounds'),
  replicas: num(row, 'replicas'),
  createdAt: num(row, 'created_at'),
  idempotencyKey: text(row, 'idempotency_key'),
  requestDigest: blob(row, 'request_digest'),
  state: toState(row),
});

export const fromJob = (job: Job): Row => ({
  id: job.id,
  account_id: job.accountId,
  kind: job.kind,
  kind_version: job.kindVersion,
  kernel_hash: job.kernelHash,
  spec: job.spec,
  job_input: job.jobInput,
  blind_key: job.blindKey,
  units: job.units,
  rounds: job.rounds,
  replicas: job.replicas,
  created_at: job.createdAt,
  idempotency_key: job.idempotencyKey,
  request_digest: job.requestDigest,
  state: STORED_AS[job.state.name],
  ...fromState(job.state),
});

/** A cancelled job is stored as what it is for every query: running, or over without an answer; and when it was called off. */
type StoredState = 'running' | 'answered' | 'correcting' | 'failed';
const STORED_AS: Readonly<Record<JobState['name'], StoredState>> = {
  running: 'running',
  cancelling: 'running',
  answered: 'answered',
  correcting: 'correcting',
  failed: 'failed',
  cancelled: 'failed',
};

function toState(row: Row): JobState {
  const name = text(row, 'state') as StoredState;
  const cancelledAt = maybeNum(row, 'cancelled_at');
  if (cancelledAt !== undefined) {
    const called = { cancelledAt, spentUnits: num(row, 'spent_units') };
    return name === 'running'
      ? { name: 'cancelling', round: num(row, 'round'), ...called }
      : { name: 'cancelled', ...called };
  }
  switch (name) {
    case 'running':
      return { name, round: num(row, 'round') };
    case 'answered':
      return { name, ...toAnswered(row) };
    case 'correcting':
      return { name, ...toAnswered(row), round: num(row, 'round') };
    case 'failed':
      return { name, code: text(row, 'failure'), failedAt: num(row, 'settled_at') };
    default:
      return unreachable(name);
  }
}

const toAnswered = (row: Row) => ({
  answer: blob(row, 'answer'),
  answeredAt: num(row, 'settled_at'),
  correctedAt: maybeNum(row, 'corrected_at'),
});

/** The columns a state fills; all others of them are empty. `round` is the one that is being computed. */
function fromState(state: JobState): Row {
  const empty = {
    round: null,
    answer: null,
    failure: null,
    settled_at: null,
    corrected_at: null,
    cancelled_at: null,
    spent_units: null,
  };
  switch (state.name) {
    case 'running':
      return { ...empty, round: state.round };
    case 'answered':
    case 'correcting':
      return {
        ...empty,
        round: state.name === 'correcting' ? state.round : null,
        answer: state.answer,
        settled_at: state.answeredAt,
        corrected_at: state.correctedAt ?? null,
      };
    case 'failed':
      return { ...empty, failure: state.code, settled_at: state.failedAt };
    case 'cancelling':
    case 'cancelled':
      return {
        ...empty,
        round: state.name === 'cancelling' ? state.round : null,
        ...(state.name === 'cancelled' && { failure: 'cancelled', settled_at: state.cancelledAt }),
        cancelled_at: state.cancelledAt,
        spent_units: state.spentUnits,
      };
    default:
      return unreachable(state);
  }
}

export const toRound = (row: Row): Round => ({
  jobId: num(row, 'job_id') as JobId,
  round: num(row, 'round'),
  taskCount: num(row, 'task_count'),
  roundInput: blob(row, 'round_input'),
  openedAt: num(row, 'opened_at'),
  corrects: maybeNum(row, 'corrects'),
  outcome:
    row['closed_at'] === null
      ? undefined
      : {
          score: num(row, 'score'),
          candidate: blob(row, 'candidate'),
          value: num(row, 'value'),
          closedAt: num(row, 'closed_at'),
        },
});

export const fromRound = ({ outcome, ...round }: Round): Row => ({
  job_id: round.jobId,
  round: round.round,
  task_count: round.taskCount,
  round_input: round.roundInput,
  opened_at: round.openedAt,
  corrects: round.corrects ?? null,
  score: outcome?.score ?? null,
  candidate: outcome?.candidate ?? null,
  value: outcome?.value ?? null,
  closed_at: outcome?.closedAt ?? null,
});

export const toBlock = (row: Row): Block => ({
  id: num(row, 'id') as BlockId,
  jobId: num(row, 'job_id') as JobId,
  round: num(row, 'round'),
  firstTask: num(row, 'first_task'),
  taskCount: num(row, 'task_count'),
  done: blob(row, 'done'),
  checked: blob(row, 'checked'),
  priceMicros: micros(num(row, 'price_micros')),
  peerLeased: flag(row, 'peer_leased'),
});

export const fromBlock = (block: Block): Row => ({
  id: block.id,
  job_id: block.jobId,
  round: block.round,
  first_task: block.firstTask,
  task_count: block.taskCount,
  done: block.done,
  checked: block.checked,
  price_micros: block.priceMicros,
  peer_leased: block.peerLeased ? 1 : 0,
});

export const toResult = (row: Row): StoredResult => ({
  blockId: num(row, 'block_id') as BlockId,
  taskIndex: num(row, 'task_index'),
  deviceId: num(row, 'device_id') as DeviceId,
  seq: num(row, 'seq'),
  output: blob(row, 'output'),
});

export const fromResult = (result: StoredResult): Row => ({
  block_id: result.blockId,
  task_index: result.taskIndex,
  device_id: result.deviceId,
  seq: result.seq,
  output: result.output,
});

export const toVote = (row: Row): Vote => ({ ...toResult(row), accountId: num(row, 'account_id') as AccountId });
export const fromVote = (vote: Vote): Row => ({ ...fromResult(vote), account_id: vote.accountId });

export const toCorrection = (row: Row): Correction => ({
  jobId: num(row, 'job_id') as JobId,
  round: num(row, 'round'),
  task: num(row, 'task'),
});
