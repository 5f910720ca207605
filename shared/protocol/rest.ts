import type { PolicySettings } from '../model/policy-change.ts';
import type { Programme } from '../model/programme.ts';
import type { Placement } from '../model/job.ts';
import type { TransferKind } from '../model/ledger.ts';
import type { FeedbackRequest, Finding } from './app.ts';

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
  /** What the best candidate of each closed round is worth on the original data: it only falls. Corrections are none of them. */
  readonly roundLengths: readonly number[];
  /** Units by who computed them, and how many phones that were. */
  readonly executors: { readonly mainframe: number; readonly peers: number; readonly devices: number };
  /** The kind's own; only when answered. */
  readonly answer?: unknown;
  /** Why there is none; only when failed. `cancelled`: its asker called it off. */
  readonly failure?: string | undefined;
  /** Only when cancelled: units of the asker's day that it took, because somebody had begun them. */
  readonly spentUnits?: number | undefined;
  /** When the answer last changed, because a phone that worked on it was found to err; null as a rule. */
  readonly correctedAt: number | null;
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

/** One number that admins may set, what it is now, and within which bounds it may be. */
export interface PolicyFieldView {
  readonly name: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  /** A change of it takes two people. */
  readonly isMoney: boolean;
}

export interface PolicyChangeView {
  readonly id: number;
  readonly at: number;
  readonly authorId: number;
  readonly reason: string;
  readonly changes: Readonly<Record<string, number>>;
  readonly state: 'proposed' | 'approved' | 'rejected' | 'expired';
  readonly decidedAt: number | null;
  readonly decidedBy: number | null;
  /** The version an approved change made, and everything set in that. */
  readonly version: number | null;
  readonly settings: Readonly<Record<string, number>>;
  /** Until when a proposal may be decided on. */
  readonly expiresAt: number | null;
}

export interface PolicyView {
  readonly version: number;
  readonly fields: readonly PolicyFieldView[];
  readonly changes: readonly PolicyChangeView[];
}

export interface PolicyBody {
  readonly changes: PolicySettings;
  readonly reason: string;
}

/** POST /api/admin/adjustments, with an Idempotency-Key. Positive: credits given; negative: taken. */
export interface AdjustmentBody {
  readonly accountId: number;
  readonly micros: number;
  /** The driver reads it. */
  readonly reason: string;
}

/** Codes: not_found, house_account, account_erased, out_of_bounds, credits_too_few, budget_spent, too_many_proposals. */
export interface AdjustmentView extends AdjustmentBody {
  readonly id: number;
  readonly at: number;
  readonly authorId: number;
  readonly state: 'proposed' | 'done' | 'rejected' | 'expired';
  readonly decidedAt: number | null;
  readonly decidedBy: number | null;
  /** Until when a proposal may be decided on. */
  readonly expiresAt: number | null;
}

/** GET /api/admin/adjustments?before=&limit=: newest first, and what one admin may do alone in 24 hours. */
export interface AdjustmentsView {
  readonly adjustments: readonly AdjustmentView[];
  /** Pass as `before` for older ones; null at the end. */
  readonly nextBefore: number | null;
  readonly limits: {
    readonly aloneMicros: number;
    readonly aloneInAllMicros: number;
    readonly mostMicros: number;
  };
}

/** POST /api/admin/policy/preview, which changes nothing: the changes as PUT /api/admin/policy would take them. */
export interface PolicyPreviewBody {
  readonly changes: PolicySettings;
}

/** What a change would bring, computed from what is here now. */
export interface PolicyPreview {
  readonly needsTwoAdmins: boolean;
  readonly consequences: readonly Consequence[];
}

/**
 * One line of it: a number as it is, and as it would be.
 * `budget_units`: units that the unspent budget pays. `budget_free`: micro-dollars of it. `budget_in_use`: the same, and
 * approving it would be refused, because more is spent. `day_cost`: micro-dollars that the units of the last 24 hours cost.
 * `running_jobs`: requests that run, and keep their price. `waiting_units`: units that wait. `phones_told`: phones with a
 * link, which hear of it within a second. `askers_at_limit`: accounts that may ask no more today. `enrolling_at_limit`:
 * accounts that may add no phone today. `links_over`: open links beyond the limit; they stay until they close.
 * `phones_at_limit`: phones that rest until their midnight. `next_write`: nothing is counted of it; it holds from the next
 * write on, the old limit and the new.
 */
export interface Consequence {
  readonly code: ConsequenceCode;
  readonly before: number;
  readonly after: number;
}

export const CONSEQUENCE_CODES = [
  'budget_units',
  'budget_free',
  'budget_in_use',
  'day_cost',
  'running_jobs',
  'waiting_units',
  'phones_told',
  'askers_at_limit',
  'enrolling_at_limit',
  'links_over',
  'phones_at_limit',
  'next_write',
] as const;

export type ConsequenceCode = (typeof CONSEQUENCE_CODES)[number];

/** PUT /api/admin/programme */
export interface ProgrammeBody {
  readonly isOn: boolean;
  readonly targetPercent: number;
  /** For the history and the audit log. */
  readonly reason: string;
}

/** GET /api/admin/programme: what holds, and the newest changes that made it so. */
export interface ProgrammeView extends Programme {
  readonly changes: readonly ProgrammeChangeView[];
}

export interface ProgrammeChangeView extends Programme {
  /** Null for a change made before reasons were asked for. */
  readonly authorId: number | null;
  readonly reason: string;
}

/**
 * GET /api/admin/overview: what the running system measures of itself. Hours are whole ones (UTC), the oldest first; the
 * last one is not over.
 */
export interface OverviewView {
  readonly at: number;
  readonly programme: { readonly isOn: boolean; readonly targetPercent: number; readonly priceMicros: number };
  /** `optedIn`: phones whose drivers agree to what holds, here or not. `computing`: hold work and do not rest. */
  readonly fleet: FleetView & { readonly computing: number; readonly optedIn: number };
  readonly queue: {
    readonly waitingUnits: number;
    readonly runningJobs: number;
    /** Of the oldest request that runs. */
    readonly oldestAt: number | null;
  };
  /** From asking to the answer, of the requests answered in each of the last 24 hours. */
  readonly waits: readonly WaitHour[];
  /** Units of phones accepted in each of the last 24 hours, and what they were credited with, whatever became of it since. */
  readonly units: readonly UnitHour[];
  /** Who did the units of the requests that ended in the last 60 minutes. */
  readonly lastHour: { readonly jobs: number; readonly phoneUnits: number; readonly serverUnits: number };
  readonly checks: {
    /** Findings against phones that no appeal has overturned: in the last 24 hours, and ever. */
    readonly findings: { readonly day: number; readonly all: number };
    /** Units that phones handed in, ever. */
    readonly unitsEver: number;
    readonly audit: AuditView;
  };
  readonly money: {
    readonly phaseBudgetMicros: number;
    readonly freeMicros: number;
    readonly reservedMicros: number;
    readonly pendingMicros: number;
    readonly postedMicros: number;
  };
  /** What waits for a second admin. */
  readonly waiting: { readonly roles: number; readonly policy: number; readonly adjustments: number };
  /** Messages of the last 24 hours. */
  readonly feedbackToday: number;
  readonly log: AuditVerdict | null;
}

export interface WaitHour {
  readonly from: number;
  readonly answered: number;
  /** Null where nothing was answered. */
  readonly medianMs: number | null;
}

export interface UnitHour {
  readonly from: number;
  readonly units: number;
  readonly micros: number;
}

export interface AuditRecordView {
  readonly n: number;
  readonly at: number;
  readonly actorId: number | null;
  readonly action: string;
  readonly target: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/** GET /api/admin/audit-log?before=&after=&action=&actor=&since=&limit=: newest first. */
export interface AuditTrailPage {
  readonly records: readonly AuditRecordView[];
  /** How many records match in all. */
  readonly matching: number;
  /** Pass as `before` for older ones, as `after` for newer ones; null at either end. */
  readonly older: number | null;
  readonly newer: number | null;
  /** Every action there is in the log. */
  readonly actions: readonly string[];
  readonly verdict: AuditVerdict;
}

/** What a reading of the whole log found; POST /api/admin/audit-log/verification reads it again. */
export interface AuditVerdict {
  /** When every record was last read and held against the chain. */
  readonly at: number;
  /** Good records, and the SHA-256 of the last: note it down elsewhere, and no shorter log passes. */
  readonly count: number;
  readonly head: string;
  /** What is wrong with the log, and where; of a phone whose row does not follow from it, its last act there. */
  readonly fault: {
    readonly code: string;
    /** 0 = no record. */
    readonly record: number;
    readonly byte: number;
    readonly device?: number | undefined;
  } | null;
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

/** GET /api/queue: what somebody who asks now stands before. */
export interface QueueView {
  /** Units of others and of earlier requests that nobody has begun. */
  readonly waitingUnits: number;
  /** Phones on the line now. */
  readonly phones: number;
  /** From asking to the answer, the median of those that ended within the last hour; null when they were fewer than three. */
  readonly typicalWaitMs: number | null;
  /** Of the asker's day (UTC). */
  readonly unitsLeft: number;
  /** Why nothing large is taken from this asker now. */
  readonly closed: 'quota_exceeded' | 'too_many_running' | null;
  /** When the day's units are whole again. */
  readonly dayEndsAt: number;
}

/** What somebody wrote to us. */
export interface FeedbackView extends FeedbackRequest {
  readonly feedbackId: number;
  readonly at: number;
  readonly accountId: number;
  readonly name: string;
}

/** GET /api/admin/feedback?before=&limit=, for admins: newest first. */
export interface FeedbackList {
  readonly feedback: readonly FeedbackView[];
  /** Pass as `before` for older ones; null at the end. */
  readonly nextBefore: number | null;
}

/** GET /api/admin/fleet, for admins: phones with an open link, and how many of them rest, by the governor's code. */
export interface FleetView {
  readonly linked: number;
  readonly resting: Readonly<Record<string, number>>;
}

/** GET /api/admin/audit, for admins: how much of what phones hand in can be run again. */
export interface AuditView {
  /** Whole units a second, all threads together, as measured. */
  readonly unitsPerSecond: number;
  readonly threads: number;
  /** Of the threads' time in the last minute, 0 … 1. */
  readonly busyShare: number;
  /** Chunks that no thread has begun: those somebody waits for, and the others. */
  readonly waitingAnswerChunks: number;
  readonly waitingBackgroundChunks: number;
  /** Units leased to phones whose work is still re-run whole, and how many an hour may see. */
  readonly probation: { readonly lastHour: number; readonly mostPerHour: number };
}

/** GET /api/admin/flags, for admins: accounts that feed each other. Nothing follows from it by itself. */
export interface Flags {
  readonly links: readonly AccountLink[];
}

export interface AccountLink {
  readonly asker: { readonly accountId: number; readonly name: string };
  readonly worker: { readonly accountId: number; readonly name: string };
  /** Units of the asker's jobs that the worker's phones did, and their share of all units credited for those jobs. */
  readonly units: number;
  readonly share: number;
  /** The worker's own jobs are mostly done by the asker, too. */
  readonly isMutual: boolean;
}

/** GET /api/admin/evidence?device=, for admins: a device's findings, oldest first. */
export interface Findings {
  readonly findings: readonly Finding[];
}
