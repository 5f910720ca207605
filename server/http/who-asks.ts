import type { Context } from 'hono';
import type { Account } from '../../shared/model/device.ts';
import { isLocal } from './client-address.ts';
import type { HttpEnv } from './env.ts';
import type { HttpParts } from './parts.ts';

/** Who stands behind a request that is still being answered, as they are now. */
export type WhoAsks = () => Promise<Account | undefined>;

/**
 * A stream is one request that may last for days: who opened it was let in then, and is asked for again before each thing that
 * is said on it. Nothing once they signed out, their key was revoked or their account is gone.
 */
export function whoAsks(c: Context<HttpEnv>, { auth }: Pick<HttpParts, 'auth'>): WhoAsks {
  const { id } = c.get('asker');
  const token = c.get('token');
  const here = isLocal(c);
  return async () => {
    const known = await auth.whoIs({ token, isLocal: here });
    return known?.account.id === id ? known.account : undefined;
  };
}
