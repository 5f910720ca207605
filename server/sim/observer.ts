import type { AccountId, DeviceId } from '../../shared/ids.ts';
import type { Exchange, ExchangeReply } from '../../shared/model/exchange.ts';
import type { MainframeResult } from '../core/facts.ts';
import type { JobId } from '../../shared/ids.ts';
import type { OutboxRow, RerunRequest, WriteSet } from '../core/ports.ts';

/** What an asker sent. The answer is judged against these numbers. */
export interface Asked {
  readonly accountId: AccountId;
  readonly idempotencyKey: string;
  readonly numbers: readonly number[];
  readonly units: number;
}

export interface Committed {
  readonly writes: WriteSet;
  /** The replies stored with the devices of `writes`, read. */
  readonly replies: ReadonlyMap<DeviceId, ExchangeReply>;
  /** The last instant the server's clock was read at; the commit may have begun a moment before. */
  readonly now: number;
  /** Nothing handed in after this number can be in it. */
  readonly handedBefore: number;
  /** False when the store kept it and said that it had failed. */
  readonly isReported: boolean;
  /** What the audit executor says it can do. */
  readonly auditUnitsPerSecond: number;
}

/** Chunks of one task: a few of them, or all 64. */
export interface AskedRerun {
  readonly jobId: JobId;
  readonly round: number;
  /** Of the round. */
  readonly task: number;
  /** Of the task. */
  readonly chunks: readonly number[];
  readonly urgency: RerunRequest['urgency'];
  readonly build: RerunRequest['build'];
}

/** What the auditor gets to see: what goes into the coordinator, and what comes to rest in the store. */
export interface Observer {
  asked(request: Asked): void;
  /** An asker calls a job off. */
  cancelAsked(jobId: JobId): void;
  /** … and is told that it is, or that it was over. */
  cancelAnswered(jobId: JobId, isCancelled: boolean): void;
  /** A server starts: what was on its way inside the last one is gone. */
  lifeBegan(): void;
  /** A device has a link, and says its zone. */
  linked(deviceId: DeviceId, zoneMinutes: number): void;
  /** An exchange, decoded, is handed to the coordinator; the number names it. */
  exchangeHanded(exchange: Exchange): number;
  /** The number of the last thing handed in. */
  handedSoFar(): number;
  /** The coordinator refused it: nothing became of it. */
  exchangeRefused(handed: number): void;
  replySent(deviceId: DeviceId, bytes: Uint8Array): void;
  mainframeHanded(results: readonly MainframeResult[]): void;
  /** The number names it. */
  rerunAsked(asked: AskedRerun): number;
  rerunAnswered(rerun: number, now: number): void;
  committed(commit: Committed): void;
  delivered(row: OutboxRow): void;
}

/** A rule of the books that does not hold. The first word names the rule. */
export interface Violation {
  readonly event: number;
  readonly at: number;
  readonly rule: string;
  readonly detail: string;
}

export type Report = (rule: string, detail: string) => void;

export const slotName = (blockId: number, taskIndex: number): string => `${blockId}:${taskIndex}`;
