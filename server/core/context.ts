import type { BlockId, DeviceId } from '../../shared/ids.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { PolicyChange, PolicySettings } from '../../shared/model/policy-change.ts';
import type { Programme } from '../../shared/model/programme.ts';
import type { TaskKind } from '../../wasm/kind.ts';
import type { ResultKey } from './draws.ts';
import type { LeaseBook } from './lease-book.ts';
import type { Secrets } from './ports.ts';
import type { ProbationQuota } from './probation-quota.ts';
import type { ReplicationRule } from './replication.ts';
import type { Stranded } from './reserve.ts';
import type { Finding } from './verify.ts';

/** A refused result that proves wrong work by itself. */
export interface Contradiction {
  readonly result: ResultKey;
  readonly finding: Finding;
}

/** What every decision may look at besides the draft: given, never changed by it (but for the book, which can roll back). */
export interface Context {
  readonly policy: Policy;
  readonly programme: Programme;
  /** What of the policy was set by admins, and what they propose. */
  readonly policySettings: PolicySettings;
  readonly proposals: readonly PolicyChange[];
  /** What open links are told: counts up with every change of either. */
  readonly wireVersion: number;
  readonly secrets: Secrets;
  readonly book: LeaseBook;
  readonly stranded: Stranded;
  /** Blocks that phones had leases of before a restart, while they are kept for those phones. */
  readonly keptBlocks: ReadonlySet<BlockId>;
  /** Units that waited after the last batch, over the devices on the line: no device is given more at once. */
  readonly fairShare: number;
  /** Devices whose results contradicted themselves in this batch; convicted before it commits. */
  readonly proven: Map<DeviceId, Contradiction>;
  /** Leases to devices on probation: each costs whole re-runs, and there is only so much of that. */
  readonly probation: ProbationQuota;
  readonly replication: (copies: number) => ReplicationRule;
  readonly kindNamed: (name: string) => TaskKind<unknown, unknown> | undefined;
  /** Leases to devices on probation that an hour may see. */
  readonly probationPerHour: number;
}
