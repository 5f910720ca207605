import type { AccountId, BlockId, DeviceId, JobId } from '../ids.ts';
import type { Micros } from '../money.ts';

/** Where a request runs. `auto` lets the kind decide by size; `phone` never reaches the queue. */
export type Placement = 'auto' | 'phone' | 'pool';

/** Our record of one request in the pool. Everything but `state` is fixed at submission. */
export interface Job {
  readonly id: JobId;
  /** The asker: no lease of this job ever goes to a device of this account. */
  readonly accountId: AccountId;
  readonly kind: string;
  readonly kindVersion: number;
  /** SHA-256 of the kernel the job was planned for. */
  readonly kernelHash: Uint8Array;
  /** The request as the kind's spec codec wrote it; stays on the server. */
  readonly spec: Uint8Array;
  /** The blinded request: what devices see. */
  readonly jobInput: Uint8Array;
  /** Undoes the blinding; stays on the server. */
  readonly blindKey: Uint8Array;
  readonly units: number;
  readonly rounds: number;
  /** Copies of each task, each done by another account. 1 = one copy, audited. */
  readonly replicas: number;
  readonly createdAt: number;
  readonly idempotencyKey: string;
  /** SHA-256 of the request, so that one key cannot stand for two. */
  readonly requestDigest: Uint8Array;
  readonly state: JobState;
}

export type JobState =
  | { readonly name: 'running'; readonly round: number }
  | (Answered & { readonly name: 'answered' })
  /** Answered, and tasks of a device convicted since are done again, in `round`. */
  | (Answered & { readonly name: 'correcting'; readonly round: number })
  | { readonly name: 'failed'; readonly code: string; readonly failedAt: number }
  /** Its asker has called it off: nothing more is leased of it, and what is out is still taken, checked and paid. */
  | (Cancelled & { readonly name: 'cancelling'; readonly round: number })
  | (Cancelled & { readonly name: 'cancelled' });

interface Cancelled {
  readonly cancelledAt: number;
  /** Of the asker's day: units that somebody had begun by then, at least one. The others are given back. */
  readonly spentUnits: number;
}

interface Answered {
  readonly answer: Uint8Array;
  readonly answeredAt: number;
  /** When a correction last changed the answer. */
  readonly correctedAt: number | undefined;
}

/** One wave of a job's tasks. `outcome` appears when the round closes, from the server's own run of the winning chunk. */
export interface Round {
  readonly jobId: JobId;
  readonly round: number;
  readonly taskCount: number;
  readonly roundInput: Uint8Array;
  readonly openedAt: number;
  /** The round some of whose tasks this one repeats: their device was convicted after it had closed. */
  readonly corrects: number | undefined;
  readonly outcome: ClosedRound | undefined;
}

export interface ClosedRound {
  readonly score: number;
  readonly candidate: Uint8Array;
  /** What the candidate is worth on the original data (the certificate's value). */
  readonly value: number;
  readonly closedAt: number;
}

/** Up to 1,024 tasks of one round in one row. */
export interface Block {
  readonly id: BlockId;
  readonly jobId: JobId;
  readonly round: number;
  /** Position of its first task in the round. */
  readonly firstTask: number;
  readonly taskCount: number;
  /** Bitmaps of 128 bytes: a result is accepted; that result has been checked. */
  readonly done: Uint8Array;
  readonly checked: Uint8Array;
  readonly priceMicros: Micros;
  /** A phone has held a lease of it: after a restart its open slots wait a moment for phones that come back. */
  readonly peerLeased: boolean;
}

/** A task of a closed round that has to be done again. */
export interface Correction {
  readonly jobId: JobId;
  /** The round it was done in, and its position there. */
  readonly round: number;
  readonly task: number;
}

/** One of several results of a slot of a replicated job, before they are compared. */
export interface Vote extends StoredResult {
  readonly accountId: AccountId;
}

/** The one accepted result of a slot. The row's key (block, task index) is what makes it one. */
export interface StoredResult {
  readonly blockId: BlockId;
  readonly taskIndex: number;
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly output: Uint8Array;
}
