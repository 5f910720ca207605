import type { Account } from '../../shared/model/device.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { MiddlewareHandler } from 'hono';
import type { Appeals } from '../services/appeals.ts';
import type { AuditPort } from '../services/audit-port.ts';
import type { AuditTrail } from '../services/audit-trail.ts';
import type { Oversight } from '../services/oversight.ts';
import type { P2pCoordinator } from '../services/p2pCoordinator.ts';
import type { People } from '../services/people.ts';
import type { Policies } from '../services/policies.ts';
import type { ThrottlingParts } from '../middleware/p2pThrottling.ts';
import type { Auth } from './auth.ts';
import type { ServedKernel } from './kernels.ts';
import type { Site } from './site.ts';

/** What the routes are built from. */
export interface HttpParts {
  readonly p2p: P2pCoordinator;
  readonly people: People;
  readonly appeals: Appeals;
  readonly oversight: Oversight;
  readonly throttling: ThrottlingParts;
  readonly kernels: readonly ServedKernel[];
  /** The built app; without one, a plain page says what runs. */
  readonly site: Site | undefined;
  readonly auth: Auth;
  /** What holds at the moment it is read. */
  readonly policy: Policy;
  readonly policies: Policies;
  readonly auditTrail: AuditTrail;
  readonly note: AuditPort;
  readonly clock: () => number;
  /** The server terminates TLS itself. */
  readonly isTls: boolean;
  readonly trustedProxies: number;
  /** Who is signed in shows once more that it is them, before levers. Nothing is asked while there is none. */
  readonly stepUp?: MiddlewareHandler<HttpEnv>;
  /** Aborted when the server stops: open streams end. */
  readonly stopping: AbortSignal;
  /** A bug was caught here, under this id. */
  readonly incident: (id: string, error: unknown) => void;
}

/** Holds a browser's session. Programs send the same token as a bearer. */
export const SESSION_COOKIE = 'zeus_session';

/** What middleware leaves for the handlers. */
export interface HttpEnv {
  /** Who asks, and the token that showed it. */
  readonly Variables: { asker: Account; token: string };
}
