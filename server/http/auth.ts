import type { AccountId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';

/** What a request shows. */
export interface Credentials {
  /** The token of `Authorization: Bearer …`, or of the session's cookie. */
  readonly token: string | undefined;
  /** The request was made on this machine. What is good here alone is nobody's token otherwise; left out, it was not. */
  readonly isLocal?: boolean;
}

/** How somebody asks. */
export type Standing =
  /** In a browser. `provenAt`: when they last showed a passkey or a code in it; nothing after an invite alone. */
  | { readonly by: 'session'; readonly sessionId: string; readonly provenAt: number | undefined }
  /** A script: nobody is there who could prove anything. */
  | { readonly by: 'key'; readonly keyId: number }
  /** The command line on this machine, by the token in the data folder: whoever reads that file here has the server. */
  | { readonly by: 'console' };

export interface Known {
  readonly account: Account;
  readonly standing: Standing;
}

/** Who asks, and how. Signing in stands behind it; what a token proves is told by these calls alone. */
export interface Auth {
  whoIs(credentials: Credentials): Promise<Known | undefined>;
  /** Opens a session that nothing has proven yet. Returns the token that shows it from now on. It is nowhere else. */
  openSession(accountId: AccountId, browser?: string): Promise<string>;
  closeSession(token: string): Promise<void>;
  /** Everything kept about an account on this side, sessions first. Again: nothing more. */
  eraseAccount(accountId: AccountId): Promise<void>;
}
