import type { Policy } from '../../shared/model/policy.ts';
import type { Adjustments } from '../services/adjustments.ts';
import type { Appeals } from '../services/appeals.ts';
import type { Feedback } from '../services/feedback.ts';
import type { ExportParts } from '../services/export-account.ts';
import type { MyData } from '../services/my-data.ts';
import type { AuditTrail } from '../services/audit-trail.ts';
import type { Oversight } from '../services/oversight.ts';
import type { Overview } from '../services/overview.ts';
import type { P2pCoordinator } from '../services/p2pCoordinator.ts';
import type { People } from '../services/people.ts';
import type { Policies } from '../services/policies.ts';
import type { ThrottlingParts } from '../middleware/p2pThrottling.ts';
import type { ServedKernels } from './kernels.ts';
import type { SignIns } from '../auth/sign-ins.ts';
import type { ApiKeys } from '../auth/api-keys.ts';
import type { Sessions } from '../auth/sessions.ts';
import type { WaysInTable } from '../auth/ways-in.ts';
import type { Accounts } from '../services/accounts.ts';
import type { Attempts } from './attempts.ts';
import type { Auth } from './auth.ts';
import type { Site } from './site.ts';

/** What the routes are built from. */
export interface HttpParts {
  readonly p2p: P2pCoordinator;
  readonly people: People;
  readonly appeals: Appeals;
  readonly myData: MyData;
  readonly exports: ExportParts;
  readonly oversight: Oversight;
  readonly overview: Overview;
  readonly feedback: Feedback;
  readonly throttling: ThrottlingParts;
  readonly kernels: ServedKernels;
  /** The built app; without one, a plain page says what runs. */
  readonly site: Site | undefined;
  readonly auth: Auth;
  readonly access: Access;
  /** What holds at the moment it is read. */
  readonly policy: Policy;
  readonly policies: Policies;
  readonly adjustments: Adjustments;
  readonly auditTrail: AuditTrail;
  readonly clock: () => number;
  /** The server terminates TLS itself. */
  readonly isTls: boolean;
  readonly trustedProxies: number;
  /** Aborted when the server stops: open streams end. */
  readonly stopping: AbortSignal;
  /** A bug was caught here, under this id. */
  readonly incident: (id: string, error: unknown) => void;
}

/** What signing in is made of. */
export interface Access {
  readonly accounts: Accounts;
  readonly signIns: SignIns;
  readonly sessions: Sessions;
  readonly waysIn: WaysInTable;
  readonly keys: ApiKeys;
  readonly attempts: Attempts;
  /** Where people reach this server; passkeys are made for the host of the first. */
  readonly origins: readonly [string, ...string[]];
}
