import type { AccountId, BlockId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { Hours } from '../../../shared/model/hours.ts';
import { TASK_CLASSES, type Consent, type ConsentScope, type TaskClass } from '../../../shared/model/consent.ts';
import type { Account, Device, ExchangeRow, Invite } from '../../../shared/model/device.ts';
import type { Appeal, Evidence, Ruling } from '../../../shared/model/evidence.ts';
import { micros } from '../../../shared/money.ts';
import {
  blob,
  flag,
  maybeNum,
  num,
  packIndices,
  packVerified,
  type Row,
  text,
  unpackIndices,
  unpackVerified,
} from './cells.ts';

/** Rows of people, their devices and what these handed in, and the model's values. */

export const toAccount = (row: Row): Account => ({
  id: num(row, 'id') as AccountId,
  name: text(row, 'name'),
  role: text(row, 'role') as Account['role'],
  createdAt: num(row, 'created_at'),
  erasedAt: maybeNum(row, 'erased_at'),
});

export const fromAccount = ({ id, name, role, createdAt, erasedAt }: Account): Row => ({
  id,
  name,
  role,
  created_at: createdAt,
  erased_at: erasedAt ?? null,
});

/** Bit i stands for the i-th class. */
const packClasses = (classes: readonly TaskClass[]): number =>
  classes.reduce((bits, one) => bits | (1 << TASK_CLASSES.indexOf(one)), 0);
const unpackClasses = (bits: number): readonly TaskClass[] => TASK_CLASSES.filter((_, i) => (bits & (1 << i)) !== 0);

const toHours = (row: Row, from: string, to: string): Hours | undefined =>
  row[from] === null ? undefined : { from: num(row, from), to: num(row, to) };

export const toDevice = (row: Row): Device => ({
  id: num(row, 'id') as DeviceId,
  accountId: num(row, 'account_id') as AccountId,
  executor: text(row, 'executor') as Device['executor'],
  publicKey: blob(row, 'public_key'),
  cores: num(row, 'cores'),
  status: text(row, 'status') as Device['status'],
  consentVersion: num(row, 'consent_version'),
  consentClasses: unpackClasses(num(row, 'consent_classes')),
  consentHours: toHours(row, 'consent_hours_from', 'consent_hours_to'),
  leasedCommit: num(row, 'leased_commit'),
  taskCount: num(row, 'task_count'),
  lastSeq: num(row, 'last_seq'),
  lastReply: blob(row, 'last_reply'),
  convictions: num(row, 'convictions'),
  probationLeft: num(row, 'probation_left'),
  cleanTasks: num(row, 'clean_tasks'),
  verified: unpackVerified(blob(row, 'verified')),
  suspectUntil: num(row, 'suspect_until'),
  frozenAt: maybeNum(row, 'frozen_at'),
  chunkMs: num(row, 'chunk_ms'),
  paceMs: num(row, 'pace_ms'),
  recentLeased: num(row, 'recent_leased'),
  recentFinished: num(row, 'recent_finished'),
  postAt: maybeNum(row, 'post_at'),
  throttle: {
    zoneMinutes: num(row, 'zone_minutes'),
    zoneAt: num(row, 'zone_at'),
    day: num(row, 'day'),
    bytes: num(row, 'day_bytes'),
    units: num(row, 'day_units'),
    pacedUntil: num(row, 'paced_until'),
    breaches: num(row, 'day_breaches'),
    pausedUntil: num(row, 'paused_until'),
    unitsEver: num(row, 'units_ever'),
  },
  createdAt: num(row, 'created_at'),
});

export const fromDevice = (device: Device): Row => ({
  id: device.id,
  account_id: device.accountId,
  executor: device.executor,
  public_key: device.publicKey,
  cores: device.cores,
  status: device.status,
  consent_version: device.consentVersion,
  consent_classes: packClasses(device.consentClasses),
  consent_hours_from: device.consentHours?.from ?? null,
  consent_hours_to: device.consentHours?.to ?? null,
  leased_commit: device.leasedCommit,
  task_count: device.taskCount,
  last_seq: device.lastSeq,
  last_reply: device.lastReply,
  convictions: device.convictions,
  probation_left: device.probationLeft,
  clean_tasks: device.cleanTasks,
  verified: packVerified(device.verified),
  suspect_until: device.suspectUntil,
  frozen_at: device.frozenAt ?? null,
  chunk_ms: device.chunkMs,
  pace_ms: device.paceMs,
  recent_leased: device.recentLeased,
  recent_finished: device.recentFinished,
  post_at: device.postAt ?? null,
  zone_minutes: device.throttle.zoneMinutes,
  zone_at: device.throttle.zoneAt,
  day: device.throttle.day,
  day_bytes: device.throttle.bytes,
  day_units: device.throttle.units,
  paced_until: device.throttle.pacedUntil,
  day_breaches: device.throttle.breaches,
  paused_until: device.throttle.pausedUntil,
  units_ever: device.throttle.unitsEver,
  created_at: device.createdAt,
});

export const toConsent = (row: Row): Consent => ({
  deviceId: num(row, 'device_id') as DeviceId,
  version: num(row, 'version'),
  isGranted: flag(row, 'is_granted'),
  scope: {
    classes: unpackClasses(num(row, 'classes')),
    hours: toHours(row, 'hours_from', 'hours_to'),
    networks: text(row, 'networks') as ConsentScope['networks'],
  },
  at: num(row, 'at'),
  commitNo: num(row, 'commit_no'),
  lastLeaseCommit: num(row, 'last_lease_commit'),
});

export const fromConsent = ({ deviceId, version, isGranted, scope, at, commitNo, lastLeaseCommit }: Consent): Row => ({
  device_id: deviceId,
  version,
  is_granted: isGranted ? 1 : 0,
  classes: packClasses(scope.classes),
  hours_from: scope.hours?.from ?? null,
  hours_to: scope.hours?.to ?? null,
  networks: scope.networks,
  at,
  commit_no: commitNo,
  last_lease_commit: lastLeaseCommit,
});

export const toInvite = (row: Row): Invite => ({
  codeHash: blob(row, 'code_hash'),
  role: text(row, 'role') as Invite['role'],
  expiresAt: num(row, 'expires_at'),
  accountId: maybeNum(row, 'account_id') as AccountId | undefined,
});

export const fromInvite = ({ codeHash, role, expiresAt, accountId }: Invite): Row => ({
  code_hash: codeHash,
  role,
  expires_at: expiresAt,
  account_id: accountId ?? null,
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
  wholeDue: num(row, 'whole_due'),
  wholeDone: num(row, 'whole_done'),
  isSettled: flag(row, 'is_settled'),
  voidedBy: maybeNum(row, 'voided_by') ?? 0,
  taskNo: num(row, 'task_no'),
  acceptedAt: num(row, 'accepted_at'),
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
  whole_due: row.wholeDue,
  whole_done: row.wholeDone,
  is_settled: row.isSettled ? 1 : 0,
  voided_by: row.voidedBy === 0 ? null : row.voidedBy, // so that the key can refer: a row never names a finding that is not there
  task_no: row.taskNo,
  accepted_at: row.acceptedAt,
});

export const toEvidence = (row: Row): Evidence => ({
  id: num(row, 'id'),
  deviceId: num(row, 'device_id') as DeviceId,
  at: num(row, 'at'),
  jobId: num(row, 'job_id') as JobId,
  round: num(row, 'round'),
  task: num(row, 'task'),
  chunk: num(row, 'chunk'),
  claimed: { score: num(row, 'claimed_score'), hash: num(row, 'claimed_hash') },
  expected: { score: num(row, 'expected_score'), hash: num(row, 'expected_hash') },
  wrongChunks: num(row, 'wrong_chunks'),
  seq: num(row, 'seq'),
  blockId: num(row, 'block_id') as BlockId,
  taskIndex: num(row, 'task_index'),
  ruling: text(row, 'ruling') as Ruling,
  appeal:
    row['appeal_at'] === null
      ? undefined
      : { at: num(row, 'appeal_at'), outcome: text(row, 'appeal_outcome') as Appeal['outcome'] },
});

export const fromEvidence = (evidence: Evidence): Row => ({
  id: evidence.id,
  device_id: evidence.deviceId,
  at: evidence.at,
  job_id: evidence.jobId,
  round: evidence.round,
  task: evidence.task,
  chunk: evidence.chunk,
  claimed_score: evidence.claimed.score,
  claimed_hash: evidence.claimed.hash,
  expected_score: evidence.expected.score,
  expected_hash: evidence.expected.hash,
  wrong_chunks: evidence.wrongChunks,
  seq: evidence.seq,
  block_id: evidence.blockId,
  task_index: evidence.taskIndex,
  ruling: evidence.ruling,
  appeal_at: evidence.appeal?.at ?? null,
  appeal_outcome: evidence.appeal?.outcome ?? null,
});
