import { assert } from '../../../shared/assert.ts';
import type { AccountId, BlockId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { Account, Consent, Device, ExchangeRow, Invite } from '../../../shared/model/device.ts';
import type { Block, Job, JobState, Round, StoredResult } from '../../../shared/model/job.ts';
import { micros, type Micros } from '../../../shared/money.ts';

/** Rows as SQLite has them, and the model's values. Every cast of a database value to a type stands in this file. */
export type Cell = number | string | Uint8Array | null;
export type Row = Readonly<Record<string, Cell>>;

const num = (row: Row, column: string): number => row[column] as number;
const text = (row: Row, column: string): string => row[column] as string;

/** better-sqlite3 gives Buffers, whose `slice` shares memory; the model means plain arrays. */
function blob(row: Row, column: string): Uint8Array {
  const bytes = row[column] as Uint8Array;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export const toAccount = (row: Row): Account => ({
  id: num(row, 'id') as AccountId,
  name: text(row, 'name'),
  role: text(row, 'role') as Account['role'],
  createdAt: num(row, 'created_at'),
});

export const toDevice = (row: Row): Device => ({
  id: num(row, 'id') as DeviceId,
  accountId: num(row, 'account_id') as AccountId,
  executor: text(row, 'executor') as Device['executor'],
  publicKey: blob(row, 'public_key'),
  cores: num(row, 'cores'),
  status: text(row, 'status') as Device['status'],
  consentVersion: num(row, 'consent_version'),
  taskCount: num(row, 'task_count'),
  lastSeq: num(row, 'last_seq'),
  lastReply: blob(row, 'last_reply'),
  convictions: num(row, 'convictions'),
  probationLeft: num(row, 'probation_left'),
  postAt: (row['post_at'] as number | null) ?? undefined,
  createdAt: num(row, 'created_at'),
});

export const toConsent = (row: Row): Consent => ({
  deviceId: num(row, 'device_id') as DeviceId,
  version: num(row, 'version'),
  isGranted: row['is_granted'] === 1,
  at: num(row, 'at'),
});

export const toInvite = (row: Row): Invite => ({
  codeHash: blob(row, 'code_hash'),
  role: text(row, 'role') as Invite['role'],
  expiresAt: num(row, 'expires_at'),
  accountId: (row['account_id'] as AccountId | null) ?? undefined,
});

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
  createdAt: num(row, 'created_at'),
  idempotencyKey: text(row, 'idempotency_key'),
  requestDigest: blob(row, 'request_digest'),
  state: toState(row),
});

function toState(row: Row): JobState {
  switch (row['state']) {
    case 'running':
      return { name: 'running', round: num(row, 'round') };
    case 'answered':
      return { name: 'answered', answer: blob(row, 'answer'), answeredAt: num(row, 'settled_at') };
    default:
      return { name: 'failed', code: text(row, 'failure'), failedAt: num(row, 'settled_at') };
  }
}

/** A job's columns, in the order of its insert statement. */
export function fromJob(job: Job): Record<string, Cell> {
  const { state } = job;
  return {
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
    created_at: job.createdAt,
    idempotency_key: job.idempotencyKey,
    request_digest: job.requestDigest,
    state: state.name,
    round: state.name === 'running' ? state.round : null,
    answer: state.name === 'answered' ? state.answer : null,
    failure: state.name === 'failed' ? state.code : null,
    settled_at: state.name === 'answered' ? state.answeredAt : state.name === 'failed' ? state.failedAt : null,
  };
}

export const toRound = (row: Row): Round => ({
  jobId: num(row, 'job_id') as JobId,
  round: num(row, 'round'),
  taskCount: num(row, 'task_count'),
  roundInput: blob(row, 'round_input'),
  openedAt: num(row, 'opened_at'),
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

export const toBlock = (row: Row): Block => ({
  id: num(row, 'id') as BlockId,
  jobId: num(row, 'job_id') as JobId,
  round: num(row, 'round'),
  firstTask: num(row, 'first_task'),
  taskCount: num(row, 'task_count'),
  done: blob(row, 'done'),
  checked: blob(row, 'checked'),
  priceMicros: micros(num(row, 'price_micros')),
  peerLeased: row['peer_leased'] === 1,
});

export const toResult = (row: Row): StoredResult => ({
  blockId: num(row, 'block_id') as BlockId,
  taskIndex: num(row, 'task_index'),
  deviceId: num(row, 'device_id') as DeviceId,
  seq: num(row, 'seq'),
  output: blob(row, 'output'),
});

export const toExchange = (row: Row): ExchangeRow => ({
  deviceId: num(row, 'device_id') as DeviceId,
  seq: num(row, 'seq'),
  blockId: num(row, 'block_id') as BlockId,
  taskIndices: unpackIndices(blob(row, 'task_indices')),
  amountMicros: micros(num(row, 'amount_micros')),
  digest: blob(row, 'digest'),
  state: text(row, 'state') as ExchangeRow['state'],
  audit: text(row, 'audit') as ExchangeRow['audit'],
  taskNo: num(row, 'task_no'),
  acceptedAt: num(row, 'accepted_at'),
});

export const toMicros = (row: Row): Micros => micros(row['micros'] as number);

export const fromAccount = ({ id, name, role, createdAt }: Account): Row => ({ id, name, role, created_at: createdAt });

export const fromDevice = (device: Device): Row => ({
  id: device.id,
  account_id: device.accountId,
  executor: device.executor,
  public_key: device.publicKey,
  cores: device.cores,
  status: device.status,
  consent_version: device.consentVersion,
  task_count: device.taskCount,
  last_seq: device.lastSeq,
  last_reply: device.lastReply,
  convictions: device.convictions,
  probation_left: device.probationLeft,
  post_at: device.postAt ?? null,
  created_at: device.createdAt,
});

export const fromRound = ({ jobId, round, taskCount, roundInput, openedAt, outcome }: Round): Row => ({
  job_id: jobId,
  round,
  task_count: taskCount,
  round_input: roundInput,
  opened_at: openedAt,
  score: outcome?.score ?? null,
  candidate: outcome?.candidate ?? null,
  value: outcome?.value ?? null,
  closed_at: outcome?.closedAt ?? null,
});

export const fromExchange = (row: ExchangeRow): Row => ({
  device_id: row.deviceId,
  seq: row.seq,
  block_id: row.blockId,
  task_indices: packIndices(row.taskIndices),
  amount_micros: row.amountMicros,
  digest: row.digest,
  state: row.state,
  audit: row.audit,
  task_no: row.taskNo,
  accepted_at: row.acceptedAt,
});

/** Task indices as u16, little-endian: two bytes a unit. */
function packIndices(indices: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(indices.length * 2);
  indices.forEach((index, i) => {
    assert(index >= 0 && index < 1024, `a task index is 0 … 1023, got ${index}`);
    bytes[2 * i] = index & 255;
    bytes[2 * i + 1] = index >> 8;
  });
  return bytes;
}

const unpackIndices = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8));
