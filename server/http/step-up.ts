import type { Context, MiddlewareHandler } from 'hono';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';
import { errorReply } from './error-reply.ts';

type StepUpParts = Pick<HttpParts, 'policy' | 'clock'>;

/** Whether a person has shown who they are just now. A key never has; the console's token is in a file only its owner reads. */
export function isProvenFresh(c: Context<HttpEnv>, { policy, clock }: StepUpParts): boolean {
  const standing = c.get('standing');
  if (standing.by === 'console') return true;
  if (standing.by === 'key' || standing.provenAt === undefined) return false;
  return clock() - standing.provenAt <= policy.signIn.freshMs;
}

/** Before what is dangerous: a passkey or a code, at most five minutes old. Signing in again gives one. */
export const stepUp =
  (parts: StepUpParts): MiddlewareHandler<HttpEnv> =>
  async (c, next) =>
    isProvenFresh(c, parts) ? next() : errorReply(c, 'step_up_needed');

/**
 * Before what changes or ends an account of one's own: whoever finds a phone open must not take the account with it. As soon as
 * a proof can be given; an account without a way in has none to give.
 */
export const ownProof =
  (parts: StepUpParts & Pick<HttpParts, 'access'>): MiddlewareHandler<HttpEnv> =>
  async (c, next) => {
    if (isProvenFresh(c, parts)) return next();
    const isScript = c.get('standing').by === 'key';
    if (isScript || parts.access.waysIn.isKept(c.get('asker').id)) return errorReply(c, 'step_up_needed');
    return next();
  };
