import type { AccountId } from '../../shared/ids.ts';

/** Open event streams by account, up to a limit. */
export class StreamCount {
  readonly #most: number;
  readonly #open = new Map<AccountId, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** False when the account has as many as it may. */
  enter(accountId: AccountId): boolean {
    const open = this.#open.get(accountId) ?? 0;
    if (open >= this.#most) return false;
    this.#open.set(accountId, open + 1);
    return true;
  }

  leave(accountId: AccountId): void {
    const left = (this.#open.get(accountId) ?? 1) - 1;
    if (left > 0) this.#open.set(accountId, left);
    else this.#open.delete(accountId);
  }
}
