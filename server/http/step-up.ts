import type { Context, MiddlewareHandler } from 'hono';
import type { HttpEnv, HttpParts } from './context.ts';
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
