import type { AccountId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';

/** What a request shows. */
export interface Credentials {
  /** The token of `Authorization: Bearer …`, or of the session's cookie. */
  readonly token: string | undefined;
}

/** Who asks, and how. The whole of signing in stands behind these calls. */
export interface Auth {
  whoIs(credentials: Credentials): Promise<Account | undefined>;
  /** Returns the token that shows the session from now on. It is nowhere else. */
  openSession(accountId: AccountId): Promise<string>;
  closeSession(token: string): Promise<void>;
  /** What is kept of an account's sessions, without anything that opens one. */
  sessionsOf(accountId: AccountId): Promise<readonly { readonly endsAt: number }[]>;
  /** Everything kept about an account on this side, sessions first. Again: nothing more. */
  eraseAccount(accountId: AccountId): Promise<void>;
}
