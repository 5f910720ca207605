import type { AccountId, BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import type { Adjustment } from '../../shared/model/adjustment.ts';
import type { Consent, ConsentScope } from '../../shared/model/consent.ts';
import type { Account, Device, ExchangeRow, Invite, Role } from '../../shared/model/device.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import type { Exchange, HeldGroup } from '../../shared/model/exchange.ts';
import type { Block, Correction, Job, Round, StoredResult, Vote } from '../../shared/model/job.ts';
import type { PolicyChange, PolicySettings } from '../../shared/model/policy-change.ts';
import type { Programme } from '../../shared/model/programme.ts';
import type { Micros } from '../../shared/money.ts';
import type { Result } from '../../shared/result.ts';
import type { Winner } from './assimilate-job.ts';
import type { ResultKey } from './draws.ts';
import type { AuditEvent, Erasable } from './ports.ts';
import type { JobRefusal, JobRequest, Usage } from './submit-job.ts';
import type { Finding } from './verify.ts';

/** Everything that can happen to the coordinator. Each is decided by one function of `decide-*.ts`. */
export type Fact =
  | { readonly type: 'found'; readonly operator: string }
  | { readonly type: 'open_account'; readonly name: string; readonly role: Role }
  | {
      readonly type: 'enrol_device';
      readonly device: Pick<Device, 'accountId' | 'publicKey' | 'cores'>;
      readonly earlier: Device | undefined;
      /** Devices the account has enrolled today. */
      readonly newDevices: number;
    }
  | {
      readonly type: 'calibrate';
      readonly accountId: AccountId;
      readonly deviceId: DeviceId;
      readonly chunkMs: number;
    }
  /** An admin takes an invite back: it has run out from now on. */
  | { readonly type: 'revoke_invite'; readonly codeHash: Uint8Array; readonly by: AccountId }
  /** `detail`: who proposed it, or that it was made alone. `proposalId`: what it makes true, if it was proposed; that must still be open. */
  | {
      readonly type: 'change_role';
      readonly accountId: AccountId;
      readonly role: Role;
      readonly by: AccountId;
      readonly proposalId?: number | undefined;
      readonly isOpen: boolean;
      /** Admins besides the house and whom it is about. */
      readonly otherAdmins: number;
      readonly detail: AuditEvent['detail'];
    }
  | { readonly type: 'create_invite'; readonly invite: Omit<Invite, 'accountId'>; readonly by: AccountId }
  | { readonly type: 'join'; readonly codeHash: Uint8Array; readonly name: string }
  | {
      readonly type: 'consent';
      readonly accountId: AccountId;
      readonly deviceId: DeviceId;
      readonly version: number;
      readonly isGranted: boolean;
      /** Nothing: as last agreed to under this version, else all that its text covers. */
      readonly scope?: ConsentScope | undefined;
      readonly last?: Consent | undefined;
    }
  /** Less of what was agreed to. More is a consent of its own. */
  | {
      readonly type: 'narrow_consent';
      readonly accountId: AccountId;
      readonly deviceId: DeviceId;
      readonly scope: ConsentScope;
      readonly last: Consent | undefined;
    }
  | {
      readonly type: 'erase';
      readonly accountId: AccountId;
      readonly found: Erasable;
      /** Admins besides the house and whoever goes. */
      readonly otherAdmins: number;
    }
  /** What lies outside the store is gone, too. */
  | { readonly type: 'erased_outside'; readonly accountId: AccountId }
  | { readonly type: 'submit'; readonly request: JobRequest; readonly earlier: Job | undefined; readonly usage: Usage }
  | { readonly type: 'link'; readonly link: LinkRequest }
  | {
      readonly type: 'exchange';
      readonly exchange: Exchange;
      /** What its links have sent and received since the last exchange, as the server counted. */
      readonly wireBytes: number;
    }
  /** An operator turns the programme on or off, or changes its share. */
  | {
      readonly type: 'set_programme';
      readonly isOn: boolean;
      readonly targetPercent: number;
      readonly by: AccountId;
      readonly reason: string;
    }
  /** An admin changes the policy, or proposes to; another one decides; or the time of proposals is over. */
  | {
      readonly type: 'change_policy';
      readonly by: AccountId;
      readonly changes: PolicySettings;
      readonly reason: string;
    }
  | {
      readonly type: 'decide_policy';
      readonly by: AccountId;
      readonly changeId: number;
      readonly isApproved: boolean;
      /** Whose proposal it is, if there is one. */
      readonly authorId: AccountId | undefined;
    }
  | { readonly type: 'expire_proposals' }
  /** An admin adjusts somebody's credits, or proposes to; another one decides; or the time of a proposal is over. */
  | {
      readonly type: 'adjust';
      readonly by: AccountId;
      readonly request: Pick<Adjustment, 'accountId' | 'reason' | 'idempotencyKey'> & { readonly micros: number };
      /** Its author's, under the same key. */
      readonly earlier: Adjustment | undefined;
      /** What its author did alone within ALONE_MS. */
      readonly recent: readonly Adjustment[];
      /** How many proposals wait. */
      readonly waiting: number;
    }
  | {
      readonly type: 'decide_adjustment';
      readonly by: AccountId;
      readonly adjustmentId: number;
      readonly isApproved: boolean;
      readonly found: Adjustment | undefined;
    }
  | { readonly type: 'expire_adjustment'; readonly adjustmentId: number; readonly found: Adjustment | undefined }
  /** The audit log has all events up to this one. */
  | { readonly type: 'audit_logged'; readonly upTo: number }
  | {
      readonly type: 'mainframe';
      readonly results: readonly MainframeResult[];
      readonly want: number;
      readonly lost: readonly Slot[];
    }
  /** A re-run was right: the gate of a result, or all of it. */
  | {
      readonly type: 'audited';
      readonly result: ResultKey;
      readonly depth: 'gate' | 'whole';
      readonly chunks: number;
    }
  /** A re-run was not, in two builds. Goes alone, with everything a conviction touches. */
  | {
      readonly type: 'found_wrong';
      readonly result: ResultKey;
      readonly finding: Finding;
      readonly before: BeforeConviction;
      /** Of a replicated job: the votes for this slot that say what its result says. */
      readonly sameVotes: readonly Vote[];
    }
  | {
      readonly type: 'winner_rerun';
      readonly winner: Winner;
      readonly jobId: JobId;
      readonly round: number;
      readonly candidate: Uint8Array;
    }
  | { readonly type: 'settle_votes'; readonly slot: Slot; readonly votes: readonly Vote[] }
  | {
      readonly type: 'correct';
      readonly jobId: JobId;
      readonly found: { readonly job: Job; readonly rounds: readonly Round[] } | undefined;
      readonly corrections: readonly Correction[];
      /** Its kernel is still ours. */
      readonly isComputable: boolean;
      /** Of a large job: what each account has done of it. */
      readonly accountUnits: ReadonlyMap<AccountId, number> | undefined;
    }
  | {
      readonly type: 'appeal';
      readonly accountId: AccountId;
      readonly evidenceId: number;
      readonly wasRight: boolean;
      readonly evidence: Evidence | undefined;
      /** All findings about its device, and the exchanges this one voided. */
      readonly others: readonly Evidence[];
      readonly voided: readonly ExchangeRow[];
    }
  | {
      readonly type: 'post';
      readonly deviceId: DeviceId;
      readonly pending: readonly ExchangeRow[];
      /** The finding that holds its escrow: an appeal against that one gives back what is forfeited. 0 for none. */
      readonly standing: number;
    }
  | {
      readonly type: 'fail_job';
      readonly jobId: JobId;
      readonly code: string;
      /** Who asked, while it is in progress; and its exchanges whose gate has not passed. */
      readonly asker: AccountId | undefined;
      readonly ungated: readonly ExchangeRow[];
    }
  /** Its asker calls a job off. */
  | {
      readonly type: 'cancel_job';
      readonly accountId: AccountId;
      readonly jobId: JobId;
      /** As it is stored: most are no longer in memory once they are over. */
      readonly found: Job | undefined;
    }
  /** Nothing of a cancelled job can come in any more. */
  | {
      readonly type: 'end_cancelled';
      readonly jobId: JobId;
      readonly asker: AccountId | undefined;
      readonly ungated: readonly ExchangeRow[];
    }
  | { readonly type: 'sent'; readonly outboxIds: readonly number[] };

/** What has to be known to convict a device. */
export interface BeforeConviction {
  /** Its exchanges in state pending, as stored. */
  readonly pending: readonly ExchangeRow[];
  /** The blocks they are of, open or closed. */
  readonly blocks: ReadonlyMap<BlockId, Block>;
  /** What the slots of those exchanges hold now. */
  readonly results: readonly StoredResult[];
  /** Findings about the same chunk. */
  readonly sameChunk: readonly Evidence[];
}

export interface Slot {
  readonly blockId: BlockId;
  readonly taskIndex: number;
}

export interface MainframeResult extends Slot {
  readonly output: Uint8Array;
}

/** One unit for a mainframe thread. */
export interface MainframeLease extends Slot {
  readonly jobId: JobId;
  readonly kind: string;
  readonly round: number;
  readonly jobInput: Uint8Array;
  readonly roundInput: Uint8Array;
  /** Position in the round: chunks from `task` × 64 on. */
  readonly task: number;
  readonly scoreToBeat: number;
}

/** What a phone says when its link opens. */
export interface LinkRequest {
  readonly deviceId: DeviceId;
  /** Its clock, minutes east of UTC. */
  readonly zoneMinutes: number;
  readonly held: readonly HeldGroup[];
  /** The exchange whose reply has not reached it, 0 for none: leases in that reply are its own too, though it cannot name them. */
  readonly awaiting: number;
}

/** What a phone is told when its link opens. */
export interface Linked {
  readonly lastSeq: number;
  readonly maxHeld: number;
  readonly policyVersion: number;
}

/** `unknown_device`, `device_stopped`: this device may not compute. `bad_seq`: neither the next exchange nor the last. */
export type ExchangeRefusal = 'unknown_device' | 'bad_seq';

/** `unknown_job`: there is none, or it is another's. `job_over`: it has its answer, or failed. */
export type CancelRefusal = 'unknown_job' | 'job_over';

/** What went with an account. */
export interface Erased {
  readonly devices: number;
  readonly jobs: number;
  /** Of the jobs, those that phones are at work on: their inputs go when what comes in is checked. */
  readonly draining: number;
  readonly pendingMicros: Micros;
  readonly availableMicros: Micros;
}
/** `not_admin`, `out_of_bounds`, `too_many_proposals`: it may not. `budget_in_use`: less is left than is to be taken away. */
export type PolicyRefusal = 'not_admin' | 'out_of_bounds' | 'too_many_proposals' | 'budget_in_use';

/**
 * `not_admin`, `out_of_bounds`, `too_many_proposals`: it may not. `house_account`, `unknown_account`, `account_erased`: nobody
 * whose credits could be adjusted. `budget_spent`: less is left than is to be given. `credits_too_few`: less is posted than is
 * to be taken.
 */
export type AdjustmentRefusal =
  | 'not_admin'
  | 'out_of_bounds'
  | 'house_account'
  | 'unknown_account'
  | 'account_erased'
  | 'budget_spent'
  | 'credits_too_few'
  | 'too_many_proposals';

/** What each fact answers. */
export interface Answers {
  readonly found: { readonly operator: AccountId; readonly mainframe: DeviceId };
  readonly open_account: Account;
  readonly enrol_device: Result<Device, 'key_taken' | 'too_many_devices' | 'unauthorised'>;
  readonly calibrate: Result<Device, 'unknown_device'>;
  readonly create_invite: void;
  readonly revoke_invite: Result<undefined, 'invite_unknown'>;
  readonly change_role: Result<Account, 'unknown_account' | 'no_such_proposal' | 'last_admin'>;
  readonly join: Result<Account, 'invite_unknown' | 'invite_used'>;
  readonly consent: Result<
    Device,
    'unknown_device' | 'consent_outdated' | 'scope_not_in_text' | 'self_test_missing' | 'too_few_cores'
  >;
  readonly narrow_consent: Result<Device, 'unknown_device' | 'not_opted_in' | 'scope_grows'>;
  readonly erase: Result<Erased, 'unauthorised' | 'house_account' | 'last_admin'>;
  readonly erased_outside: void;
  readonly submit: Result<Job, JobRefusal | 'idempotency_key_reused' | 'unauthorised'>;
  readonly link: Result<Linked, 'unknown_device'>;
  readonly exchange: Result<Uint8Array, ExchangeRefusal>;
  readonly set_programme: Result<Programme, 'bad_share'>;
  readonly change_policy: Result<PolicyChange, PolicyRefusal>;
  readonly decide_policy: Result<PolicyChange, PolicyRefusal | 'no_such_proposal' | 'needs_another_admin'>;
  readonly expire_proposals: void;
  readonly adjust: Result<Adjustment, AdjustmentRefusal | 'idempotency_key_reused'>;
  readonly decide_adjustment: Result<Adjustment, AdjustmentRefusal | 'no_such_proposal' | 'needs_another_admin'>;
  readonly expire_adjustment: void;
  readonly audit_logged: void;
  readonly mainframe: readonly MainframeLease[];
  readonly audited: void;
  readonly found_wrong: void;
  readonly winner_rerun: void;
  readonly settle_votes: void;
  readonly correct: void;
  readonly appeal: Result<Evidence, 'unknown_evidence' | 'already_appealed' | 'budget_spent'>;
  readonly post: void;
  readonly fail_job: void;
  readonly cancel_job: Result<true, CancelRefusal>;
  readonly end_cancelled: void;
  readonly sent: void;
}

export type FactOf<Type extends Fact['type']> = Extract<Fact, { readonly type: Type }>;
