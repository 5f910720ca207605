import { accountId, blockId, deviceId, jobId } from '../../../shared/ids.ts';
import type { Account, Consent, Device, ExchangeRow, Invite } from '../../../shared/model/device.ts';
import type { Evidence } from '../../../shared/model/evidence.ts';
import type { Block, Correction, Job, Round, StoredResult, Vote } from '../../../shared/model/job.ts';
import type { LedgerAccount, Transfer } from '../../../shared/model/ledger.ts';
import { micros } from '../../../shared/money.ts';
import { emptyBitmap } from '../../core/bitmap.ts';
import type { ReadSet, WriteSet } from '../../core/ports.ts';

/** One row of everything, with values no default would give, and ways to make more. */

export const NOTHING: WriteSet = {
  accounts: [],
  devices: [],
  consents: [],
  invites: [],
  jobs: [],
  rounds: [],
  blocks: [],
  results: [],
  droppedResults: [],
  exchanges: [],
  evidence: [],
  corrections: [],
  takenCorrections: [],
  votes: [],
  droppedVotes: [],
  transfers: [],
  outbox: [],
  sentOutbox: [],
  programme: undefined,
  erased: [],
  erasedOutside: [],
  policyChanges: [],
  approvedRoleChanges: [],
  adjustments: [],
  auditEvents: [],
  loggedAuditEvents: 0,
};

export const NO_READS: ReadSet = {
  accounts: new Set(),
  devices: new Set(),
  invites: [],
  results: [],
  exchanges: [],
  balances: new Set(),
};

export const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

export const account: Account = {
  id: accountId(1),
  name: 'Ana Ñandú',
  role: 'driver',
  createdAt: 1000,
  erasedAt: undefined,
};
export const device: Device = {
  id: deviceId(7),
  accountId: account.id,
  executor: 'peer',
  publicKey: bytes(4, 1, 2),
  cores: 8,
  status: 'active',
  consentVersion: 1,
  consentClasses: ['speed_critical', 'normal'],
  consentHours: { from: 0, to: 1439 },
  leasedCommit: 6,
  taskCount: 3,
  lastSeq: 2,
  lastReply: bytes(9, 9),
  convictions: 0,
  probationLeft: 5,
  cleanTasks: 12,
  verified: { span: 2079, counts: [64, 0, 2 ** 32 - 1] },
  suspectUntil: 53,
  throttle: {
    zoneMinutes: -480,
    zoneAt: 4100,
    day: 20_000,
    bytes: 123_456,
    units: 17,
    pacedUntil: 4700,
    breaches: 2,
    pausedUntil: 4800,
    unitsEver: 230,
  },
  frozenAt: 4500,
  chunkMs: 205.25,
  paceMs: 26_277.5,
  recentLeased: 6,
  recentFinished: 4,
  postAt: 5000,
  createdAt: 1000,
};
export const consent: Consent = {
  deviceId: device.id,
  version: 1,
  isGranted: true,
  scope: { classes: ['high_value', 'normal'], hours: { from: 1320, to: 360 }, networks: 'wifi' },
  at: 10,
  commitNo: 5,
  lastLeaseCommit: 4,
};
export const invite: Invite = { codeHash: bytes(1, 2), role: 'driver', expiresAt: 99, accountId: undefined };
export const job: Job = {
  id: jobId(3),
  accountId: account.id,
  kind: 'tiny',
  kindVersion: 1,
  kernelHash: bytes(1),
  spec: bytes(2),
  jobInput: bytes(3),
  blindKey: bytes(4),
  units: 4,
  rounds: 1,
  replicas: 2,
  createdAt: 2000,
  idempotencyKey: 'key',
  requestDigest: bytes(5),
  state: { name: 'running', round: 1 },
};
export const round: Round = {
  jobId: job.id,
  round: 1,
  taskCount: 4,
  roundInput: bytes(),
  openedAt: 2000,
  corrects: undefined,
  outcome: undefined,
};
export const block: Block = {
  id: blockId(5),
  jobId: job.id,
  round: 1,
  firstTask: 0,
  taskCount: 4,
  done: emptyBitmap(),
  checked: emptyBitmap(),
  priceMicros: micros(50_000),
  peerLeased: false,
};
export const result: StoredResult = {
  blockId: block.id,
  taskIndex: 2,
  deviceId: device.id,
  seq: 2,
  output: bytes(1, 2, 3),
};
export const vote: Vote = { ...result, accountId: account.id };
export const exchange: ExchangeRow = {
  deviceId: device.id,
  seq: 2,
  blockId: block.id,
  taskIndices: [2, 1023],
  amountMicros: micros(100_000),
  digest: bytes(7),
  state: 'pending',
  audit: 'none',
  wholeDue: 2,
  wholeDone: 0,
  isSettled: false,
  voidedBy: 0,
  taskNo: 3,
  acceptedAt: 2500,
};
export const evidence: Evidence = {
  id: 4,
  deviceId: device.id,
  at: 2700,
  jobId: job.id,
  round: 1,
  task: 2,
  chunk: 63,
  claimed: { score: 0, hash: 2 ** 32 - 1 },
  expected: { score: 2 ** 32 - 2, hash: 1 },
  wrongChunks: 9,
  seq: 2,
  blockId: block.id,
  taskIndex: 2,
  ruling: 'fraud',
  appeal: undefined,
};
export const correction: Correction = { jobId: job.id, round: 1, task: 2 };

export const move = (
  id: number,
  from: LedgerAccount,
  to: LedgerAccount,
  amount: number,
  cause = `c:${id}`,
  kind: Transfer['kind'] = 'credit',
): Transfer => ({
  id,
  kind,
  cause,
  at: 100 + id,
  entries: [
    { account: from, micros: micros(-amount) },
    { account: to, micros: micros(amount) },
  ],
});

export const everything: WriteSet = {
  ...NOTHING,
  accounts: [account],
  devices: [device],
  consents: [consent, { ...consent, isGranted: false, at: 20 }],
  invites: [invite],
  jobs: [job],
  rounds: [round],
  blocks: [block],
  results: [result],
  exchanges: [exchange],
  evidence: [evidence],
  corrections: [correction],
  votes: [vote],
  transfers: [move(1, 'funding', 'budget', 1000)],
  outbox: [{ key: 'answered:3', topic: 'job_answered', jobId: job.id }],
};

/** A job of this account, its one open round and that round's one block; all three have the same number. */
export function jobOf(
  id: number,
  asker: number,
  state: Job['state'] = job.state,
): Pick<WriteSet, 'jobs' | 'rounds' | 'blocks'> {
  return {
    jobs: [{ ...job, id: jobId(id), accountId: accountId(asker), idempotencyKey: `key:${id}`, state }],
    rounds: [{ ...round, jobId: jobId(id) }],
    blocks: [{ ...block, id: blockId(id), jobId: jobId(id) }],
  };
}

export const accountOf = (id: number): Account => ({ ...account, id: accountId(id) });

export const deviceOf = (id: number, owner: number, changes: Partial<Device> = {}): Device => ({
  ...device,
  id: deviceId(id),
  accountId: accountId(owner),
  publicKey: bytes(4, id),
  ...changes,
});

/** Several write sets as one; of each list, all of their entries. */
export function together(...parts: readonly Partial<WriteSet>[]): WriteSet {
  type Lists = Exclude<keyof WriteSet, 'programme' | 'loggedAuditEvents'>;
  const all = (name: Lists): unknown[] => parts.flatMap((part): readonly unknown[] => part[name] ?? []);
  const names = Object.keys(NOTHING).filter((name) => name !== 'programme' && name !== 'loggedAuditEvents') as Lists[];
  const programme = parts.findLast((part) => part.programme)?.programme;
  const loggedAuditEvents = Math.max(0, ...parts.map((part) => part.loggedAuditEvents ?? 0));
  return {
    ...Object.fromEntries(names.map((name) => [name, all(name)])),
    programme,
    loggedAuditEvents,
  } as unknown as WriteSet;
}
