import type { AccountId, BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import type { Ruling } from '../../shared/model/evidence.ts';
import type { NaiveDigest } from './naive-tiny.ts';
import type { Asked } from './observer.ts';

/** The auditor's picture of the world: one plain object for everything, changed in place, no cleverness. */

/** What a re-run of a result has shown, by the auditor's own sums. */
export type Seen = 'nothing' | 'right' | 'wrong';

export interface SlotModel {
  state: 'open' | 'done' | 'checked';
  /** Whose result it holds. */
  deviceId: DeviceId | undefined;
  seq: number;
  digests: readonly NaiveDigest[];
  gate: Seen;
  isGateAsked: boolean;
  /** Chunks its gate re-ran. */
  gateChunks: number;
  whole: Seen;
  /** When a re-run of this very result was first seen to differ. */
  wrongAt: number | undefined;
  /** Chunks that the second build was asked about. */
  readonly confirmed: Set<number>;
  /** Of a replicated job: one result an account, before they are compared. */
  readonly votes: VoteModel[];
}

export interface VoteModel {
  readonly row: RowModel;
  readonly digests: readonly NaiveDigest[];
}

export interface BlockModel {
  readonly id: BlockId;
  readonly job: JobModel;
  readonly round: RoundModel;
  readonly firstTask: number;
  readonly slots: readonly SlotModel[];
}

export interface RoundModel {
  readonly round: number;
  /** The planned round whose columns these are: itself, unless it corrects another. */
  readonly planned: number;
  readonly corrects: number | undefined;
  readonly blocks: BlockModel[];
  isOpen: boolean;
  winner: { readonly score: number; readonly column: number } | undefined;
}

export interface JobModel {
  readonly id: JobId;
  readonly asked: Asked;
  /** Rounds it was planned in. */
  readonly roundCount: number;
  readonly replicas: number;
  /** Column sums of what devices see. */
  readonly sums: readonly number[];
  readonly rounds: Map<number, RoundModel>;
  state: 'running' | 'answered' | 'correcting' | 'failed' | 'cancelling' | 'cancelled';
  /** When its asker was heard to call it off. */
  cancelledAt: number | undefined;
  /** Tasks to be done again, as `round:task`. */
  readonly due: Set<string>;
  /** Whether what a task (as `planned round:task`) rests on is the truth in every chunk. */
  readonly truths: Map<string, boolean>;
  answer: { readonly column: number; readonly sum: number } | undefined;
  correctedAt: number | undefined;
  isDelivered: boolean;
}

export interface RowModel {
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly block: BlockModel;
  readonly indices: readonly number[];
  readonly amount: number;
  state: 'pending' | 'posted' | 'void' | 'restored';
  audit: 'none' | 'passed' | 'failed';
  wholeDue: number;
  wholeDone: number;
  isSettled: boolean;
  /** The evidence that voided it; 0 = none did. */
  voidedBy: number;
  readonly taskNo: number;
  readonly acceptedAt: number;
  /** Of a replicated job: its slots whose votes were found to agree. */
  readonly agreed: Set<number>;
}

export interface FindingModel {
  readonly id: number;
  readonly deviceId: DeviceId;
  readonly ruling: Ruling;
  /** Chunk and wrong digest: who says the same has it from the same place. */
  readonly claim: string;
  isGranted: boolean;
  isAppealed: boolean;
}

export interface DeviceModel {
  readonly id: DeviceId;
  readonly accountId: AccountId;
  readonly isPeer: boolean;
  taskCount: number;
  lastSeq: number;
  convictions: number;
  /** Tasks that are still to be re-run whole. */
  probationLeft: number;
  /** When that last changed: who asks reads a moment before it is written. */
  probationAt: number;
  cleanTasks: number;
  /** Chunks found right, by spans of ten days since 1970. */
  readonly verified: Map<number, number>;
  isBanned: boolean;
  isErased: boolean;
  frozenAt: number | undefined;
  /** Believed: checked only for what must hold of it. */
  suspectUntil: number;
  chunkMs: number;
  recentLeased: number;
  recentFinished: number;
  /** The last UTC day it was paid on. */
  postedOn: number;
  readonly findings: FindingModel[];
  readonly rows: RowModel[];
}

export const rowName = (deviceId: number, seq: number, blockId: number): string => `${deviceId}:${seq}:${blockId}`;

const openSlot = (): SlotModel => ({
  state: 'open',
  deviceId: undefined,
  seq: 0,
  digests: [],
  gate: 'nothing',
  isGateAsked: false,
  gateChunks: 0,
  whole: 'nothing',
  wrongAt: undefined,
  confirmed: new Set(),
  votes: [],
});

export const openSlots = (count: number): readonly SlotModel[] => Array.from({ length: count }, openSlot);

/** Takes a result out. */
export function emptySlot(slot: SlotModel): void {
  Object.assign(slot, openSlot());
}

/** Puts a result in. */
export function fillSlot(slot: SlotModel, result: Pick<SlotModel, 'state' | 'deviceId' | 'seq' | 'digests'>): void {
  Object.assign(slot, openSlot(), { votes: slot.votes }, result);
}

export class AuditedWorld {
  readonly balances = new Map<string, number>();
  readonly rows = new Map<string, RowModel>();
  readonly jobs = new Map<JobId, JobModel>();
  readonly blocks = new Map<BlockId, BlockModel>();
  readonly devices = new Map<DeviceId, DeviceModel>();
  readonly findings = new Map<number, FindingModel>();
  /** Slots whose results were seen to differ and whose devices have not been convicted, each with its row's name. */
  readonly wrong = new Map<SlotModel, string>();
  readonly counts = {
    commits: 0,
    exchanges: 0,
    accepted: 0,
    voids: 0,
    postings: 0,
    erasures: 0,
    /** Credits adjusted by hand. */
    adjustedAlone: 0,
    adjustedByTwo: 0,
    /** Requests that phones were at work on when their asker erased the account. */
    drained: 0,
    settlements: 0,
    forfeits: 0,
    convictions: 0,
    faults: 0,
    lenient: 0,
    frauds: 0,
    bansByLikeness: 0,
    wholeReruns: 0,
    corrections: 0,
    correctedAnswers: 0,
    cancelled: 0,
    /** Results taken, and paid, of jobs that had been called off. */
    acceptedAfterCancel: 0,
    restored: 0,
    agreements: 0,
    outvoted: 0,
    /** Times a phone was refused for the hours agreed to, and given leases within them. */
    refusedForHours: 0,
    leasedInHours: 0,
    /** Answers that a liar made worse by hiding a better one, and that were never corrected. */
    hiddenAnswers: 0,
    /** Lies found out after they were posted. */
    paidLies: 0,
  };

  /** Jobs whose askers have called them off, heard or not. */
  readonly cancelAsked = new Set<JobId>();
  readonly erasedAccounts = new Set<AccountId>();

  /** Its inputs have gone: its asker erased the account, and it is over. Nothing of it can be run again. */
  isWiped({ asked, state }: JobModel): boolean {
    return this.erasedAccounts.has(asked.accountId) && ['answered', 'failed', 'cancelled'].includes(state);
  }

  /** Leases of a job that were given and are not over; the auditor of promises counts them. */
  promisedOf: (job: JobModel, now: number) => number = () => 0;

  balance(account: string): number {
    return this.balances.get(account) ?? 0;
  }

  move(from: string, to: string, amount: number): void {
    if (amount === 0) return;
    this.balances.set(from, this.balance(from) - amount);
    this.balances.set(to, this.balance(to) + amount);
  }

  /** The block of a job's round that holds a task, and the task's place in it. */
  slotOf(
    jobId: JobId,
    round: number,
    task: number,
  ): { readonly block: BlockModel; readonly index: number; readonly slot: SlotModel } | undefined {
    const blocks = this.jobs.get(jobId)?.rounds.get(round)?.blocks;
    const block = blocks?.find(({ firstTask, slots }) => firstTask <= task && task < firstTask + slots.length);
    const index = task - (block?.firstTask ?? 0);
    const slot = block?.slots[index];
    return block && slot && { block, index, slot };
  }
}

export const hasBit = (bitmap: Uint8Array | undefined, index: number): boolean =>
  Math.floor((bitmap?.[Math.floor(index / 8)] ?? 0) / 2 ** (index % 8)) % 2 === 1;

/** Whether bit i of a small bitmap is set. */
export const isDue = (bits: number, index: number): boolean => Math.floor(bits / 2 ** index) % 2 === 1;

/** Whether every bit of `some` is one of `all`. */
export const isWithin = (some: number, all: number, length: number): boolean =>
  some < 2 ** length && Array.from({ length }, (_, i) => i).every((i) => !isDue(some, i) || isDue(all, i));
