import type { AccountId, BlockId, DeviceId, JobId } from '../../shared/ids.ts';
import type { Account, Device, ExchangeRow, Invite, Role } from '../../shared/model/device.ts';
import type { Exchange, HeldGroup } from '../../shared/model/exchange.ts';
import type { Job, StoredResult } from '../../shared/model/job.ts';
import type { Digest } from '../../shared/protocol/output.ts';
import type { Result } from '../../shared/result.ts';
import type { Winner } from './assimilate-job.ts';
import type { JobRefusal, JobRequest, Usage } from './submit-job.ts';

/** Everything that can happen to the coordinator. Each is decided by one function of `decide-*.ts`. */
export type Fact =
  | { readonly type: 'found'; readonly operator: string }
  | { readonly type: 'open_account'; readonly name: string; readonly role: Role }
  | {
      readonly type: 'enrol_device';
      readonly device: Pick<Device, 'accountId' | 'publicKey' | 'cores'>;
      readonly earlier: Device | undefined;
    }
  | { readonly type: 'create_invite'; readonly invite: Omit<Invite, 'accountId'> }
  | { readonly type: 'join'; readonly codeHash: Uint8Array; readonly name: string }
  | {
      readonly type: 'consent';
      readonly accountId: AccountId;
      readonly deviceId: DeviceId;
      readonly version: number;
      readonly isGranted: boolean;
    }
  | { readonly type: 'submit'; readonly request: JobRequest; readonly earlier: Job | undefined; readonly usage: Usage }
  | { readonly type: 'link'; readonly link: LinkRequest }
  | { readonly type: 'exchange'; readonly exchange: Exchange }
  | {
      readonly type: 'mainframe';
      readonly results: readonly MainframeResult[];
      readonly want: number;
      readonly lost: readonly Slot[];
    }
  | {
      readonly type: 'audited';
      readonly result: Omit<StoredResult, 'output'>;
      readonly seen: Rerun;
    }
  | {
      readonly type: 'winner_rerun';
      readonly winner: Winner;
      readonly jobId: JobId;
      readonly round: number;
      readonly rerun: Digest;
      readonly candidate: Uint8Array;
    }
  | { readonly type: 'post'; readonly deviceId: DeviceId; readonly pending: readonly ExchangeRow[] }
  | { readonly type: 'fail_job'; readonly jobId: JobId; readonly code: string }
  | { readonly type: 'sent'; readonly outboxIds: readonly number[] };

/** What a re-run showed: one chunk's digest, or all of a task's as its own output. */
export type Rerun =
  | { readonly chunks: 'one'; readonly chunk: number; readonly digest: Digest }
  | { readonly chunks: 'all'; readonly digests: Uint8Array };

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

/** What each fact answers. */
export interface Answers {
  readonly found: { readonly operator: AccountId; readonly mainframe: DeviceId };
  readonly open_account: Account;
  readonly enrol_device: Result<Device, 'key_taken'>;
  readonly create_invite: void;
  readonly join: Result<Account, 'invite_unknown' | 'invite_used'>;
  readonly consent: Result<Device, 'unknown_device' | 'consent_outdated'>;
  readonly submit: Result<Job, JobRefusal | 'idempotency_key_reused'>;
  readonly link: Result<Linked, 'unknown_device'>;
  readonly exchange: Result<Uint8Array, ExchangeRefusal>;
  readonly mainframe: readonly MainframeLease[];
  readonly audited: void;
  readonly winner_rerun: void;
  readonly post: void;
  readonly fail_job: void;
  readonly sent: void;
}

export type FactOf<Type extends Fact['type']> = Extract<Fact, { readonly type: Type }>;
