import type { Placement } from '../model/job.ts';
import type { TransferKind } from '../model/ledger.ts';

/** The bodies of the HTTP API. The server's schemas are checked against these types; clients import nothing else. */

export interface SubmitBody {
  readonly kind: string;
  readonly placement?: Placement | undefined;
  /** What the kind reads: JSON, or the text of a file. */
  readonly request: unknown;
}

/** The asking phone computes this itself; the server has kept nothing. */
export interface PhoneReply {
  readonly placement: 'phone';
}

export interface JobView {
  readonly jobId: number;
  readonly kind: string;
  readonly state: 'running' | 'answered' | 'failed';
  readonly placement: 'pool';
  readonly units: number;
  /** Units with an accepted result, and those among them whose check has passed. */
  readonly unitsDone: number;
  readonly unitsChecked: number;
  /** From 1; `rounds` when settled. A kind may end earlier than `rounds`. */
  readonly round: number;
  readonly rounds: number;
  /** What the best candidate of each closed round is worth on the original data: it only falls. */
  readonly roundLengths: readonly number[];
  /** Units by who computed them, and how many phones that were. */
  readonly executors: { readonly mainframe: number; readonly peers: number; readonly devices: number };
  /** The kind's own; only when answered. */
  readonly answer?: unknown;
  /** Why there is none; only when failed. */
  readonly failure?: string | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** From filing to the answer, or until now. */
  readonly waitMs: number;
}

export interface JobList {
  readonly jobs: readonly JobView[];
}

/** Ids are those of the ledger with `-` for `:`, as in `pending-12`. Integer micro-dollars. */
export interface LedgerAccountView {
  readonly id: string;
  readonly micros: number;
}

export interface LedgerEntryView {
  readonly id: number;
  readonly transferId: number;
  readonly kind: TransferKind;
  /** What the money moved for; unique in the whole book. */
  readonly cause: string;
  readonly at: number;
  readonly micros: number;
}

export interface LedgerEntries {
  /** Newest first. */
  readonly entries: readonly LedgerEntryView[];
  /** Pass as `before` for older ones; absent at the end. */
  readonly before?: number | undefined;
}

export interface LedgerCheck {
  readonly transfers: number;
  readonly entries: number;
  readonly entriesSumMicros: number;
  readonly balancesMatch: boolean;
  readonly mismatches: readonly string[];
}

export interface Health {
  readonly status: 'ok' | 'failing';
  readonly database: 'ok' | 'failing';
  readonly uptimeMs: number;
  /** Devices on the line now. */
  readonly links: number;
  readonly queue: { readonly waitingUnits: number; readonly runningJobs: number };
}
