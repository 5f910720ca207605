import { createMiddleware } from 'hono/factory';
import type { Device } from '../../shared/model/device.ts';
import { SECOND } from '../../shared/time.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';
import { deviceRefusal, throttleAt, type ThrottleRules } from '../core/throttle.ts';
import type { HttpEnv } from '../http/env.ts';
import { errorReply, refusalReply } from '../http/error-reply.ts';
import { readDeviceId } from '../http/schemas/replies.ts';

export interface ThrottlingParts {
  readonly ownDevice: (asker: Account, id: DeviceId) => Promise<Device | undefined>;
  readonly rules: () => ThrottleRules;
  readonly clock: () => number;
}

/**
 * Device routes ask the rule that leases ask, with the same codes: what a phone may not have by its link it does not get
 * round it. Consent is not among them: stopping is always possible, and costs nothing.
 */
export const p2pThrottling = ({ ownDevice, rules, clock }: ThrottlingParts) =>
  createMiddleware<HttpEnv>(async (c, next) => {
    const id = readDeviceId(c.req.param('id') ?? '');
    const device = id && (await ownDevice(c.get('asker'), id));
    if (!device) return errorReply(c, 'not_found');
    const now = Math.floor(clock());
    const refused = deviceRefusal(throttleAt(device.throttle, now), rules(), now);
    if (!refused) return next();
    if (refused.retryMs !== undefined) c.header('Retry-After', String(Math.ceil(refused.retryMs / SECOND)));
    return refusalReply(c, { code: refused.code });
  });
