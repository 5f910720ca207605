import { POLICY, type LimitPolicy, type Policy } from '../../shared/model/policy.ts';
import {
  productionOptions,
  startServer,
  type Asker,
  type Reply,
  type TestOptions,
  type TestServer,
} from '../../server/http/testing/test-server.ts';
import type { ErrorBody } from '../../shared/protocol/errors.ts';

/**
 * The server as production runs it: a secret and a signed manifest given, no development mode, sockets and a database of its
 * own. Policy is what ships, but for what a test names; the house computes nothing, so that phones are all there is.
 */
export const openTarget = (policy: Partial<Policy> = {}, options: TestOptions = {}): Promise<TestServer> =>
  startServer({
    ...productionOptions(),
    ...options,
    policy: { mainframeThreads: 0, throttle: POLICY.throttle, leases: NO_GRACE, ...policy },
  });

/** Nobody was linked before a start of a test: nothing is kept back for them. */
export const NO_GRACE = { ...POLICY.leases, relinkGraceMs: 0 };

export const withLimits = (limits: Partial<LimitPolicy>, options: TestOptions = {}): Promise<TestServer> =>
  openTarget({ limits: { ...POLICY.limits, ...limits } }, options);

/** Writes JSON, as the app does. */
export const write = <Body = ErrorBody>(asker: Asker, method: string, path: string, body: unknown = {}) =>
  asker.send<Body & ErrorBody>(path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }) as Promise<Reply<Body & ErrorBody>>;
