import type { Account } from '../../shared/model/device.ts';
import type { Standing } from './auth.ts';

/** What middleware leaves for the handlers. */
export interface HttpEnv {
  /** Who asks, and the token that showed it. */
  readonly Variables: { asker: Account; standing: Standing; token: string };
}
