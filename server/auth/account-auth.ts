import { createHash, timingSafeEqual } from 'node:crypto';
import { must } from '../../shared/assert.ts';
import type { AccountId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';
import type { Auth, Credentials, Known, Standing } from '../http/auth.ts';
import { ApiKeys } from './api-keys.ts';
import type { Sessions } from './sessions.ts';
import type { WaysInTable } from './ways-in.ts';

export interface AccountAuthParts {
  readonly sessions: Sessions;
  readonly keys: ApiKeys;
  readonly waysIn: WaysInTable;
  readonly accountOf: (id: AccountId) => Promise<Account | undefined>;
  /** The command line's token, and whom it speaks for. */
  readonly console: { readonly token: string; readonly accountId: AccountId };
}

/** The auth port on sessions, keys and the console's token. Roles are read anew each time: a change holds at once. */
export class AccountAuth implements Auth {
  readonly #parts: AccountAuthParts;
  readonly #console: Buffer;

  constructor(parts: AccountAuthParts) {
    this.#parts = parts;
    this.#console = digestOf(parts.console.token);
  }

  async whoIs({ token, isLocal = false }: Credentials): Promise<Known | undefined> {
    const found = token === undefined ? undefined : this.#find(token, isLocal);
    const account = found && (await this.#parts.accountOf(found.accountId));
    return account && { account, standing: found.standing };
  }

  async openSession(id: AccountId, browser = ''): Promise<string> {
    const account = must(await this.#parts.accountOf(id), `account ${id}`);
    return this.#parts.sessions.open(account, browser);
  }

  async closeSession(token: string): Promise<void> {
    this.#parts.sessions.close(token);
  }

  async eraseAccount(id: AccountId): Promise<void> {
    const { sessions, keys, waysIn } = this.#parts;
    sessions.endOthers(id, undefined);
    keys.revokeAll(id);
    waysIn.forget(id);
  }

  #find(token: string, isLocal: boolean): { readonly accountId: AccountId; readonly standing: Standing } | undefined {
    const { keys, sessions, console } = this.#parts;
    if (ApiKeys.isKey(token)) {
      const key = keys.find(token);
      return key && { accountId: key.accountId, standing: { by: 'key', keyId: key.id } };
    }
    // A backup of the data folder has this token, too: it opens nothing from anywhere else.
    if (isLocal && timingSafeEqual(digestOf(token), this.#console))
      return { accountId: console.accountId, standing: { by: 'console' } };
    const session = sessions.find(token);
    return (
      session && {
        accountId: session.accountId,
        standing: { by: 'session', sessionId: session.id, provenAt: session.provenAt },
      }
    );
  }
}

const digestOf = (token: string): Buffer => createHash('sha256').update(token).digest();
