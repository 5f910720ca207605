import { createHash, timingSafeEqual } from 'node:crypto';
import type { AccountId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';
import { newToken } from '../adapters/operator-token.ts';

/** What a request shows. */
export interface Credentials {
  /** The token of `Authorization: Bearer …`, or of the session's cookie. */
  readonly token: string | undefined;
}

/** Who asks, and how. The whole of signing in stands behind these three calls. */
export interface Auth {
  whoIs(credentials: Credentials): Promise<Account | undefined>;
  /** Returns the token that shows the session from now on. It is nowhere else. */
  openSession(accountId: AccountId): Promise<string>;
  closeSession(token: string): Promise<void>;
}

interface Session {
  readonly digest: Buffer;
  readonly accountId: AccountId;
}

/**
 * Sessions in memory, kept by the SHA-256 of their tokens: a dump of this process opens nothing. `lasting` are those whose
 * tokens live outside it, as the operator's does.
 */
export class MemorySessions implements Auth {
  readonly #accountOf: (id: AccountId) => Promise<Account | undefined>;
  readonly #sessions = new Map<string, Session>();

  constructor(
    accountOf: (id: AccountId) => Promise<Account | undefined>,
    lasting: readonly { readonly token: string; readonly accountId: AccountId }[],
  ) {
    this.#accountOf = accountOf;
    for (const { token, accountId } of lasting) this.#put(token, accountId);
  }

  async whoIs({ token }: Credentials): Promise<Account | undefined> {
    if (token === undefined) return undefined;
    const digest = digestOf(token);
    const session = this.#sessions.get(nameOf(digest));
    if (!session || !timingSafeEqual(session.digest, digest)) return undefined;
    return this.#accountOf(session.accountId);
  }

  async openSession(accountId: AccountId): Promise<string> {
    const token = newToken();
    this.#put(token, accountId);
    return token;
  }

  async closeSession(token: string): Promise<void> {
    this.#sessions.delete(nameOf(digestOf(token)));
  }

  #put(token: string, accountId: AccountId): void {
    const digest = digestOf(token);
    this.#sessions.set(nameOf(digest), { digest, accountId });
  }
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Half of the digest finds a session; all of it is then compared in constant time. */
const nameOf = (digest: Buffer): string => digest.toString('base64', 0, 16);
