import type { AccountId, JobId } from '../../shared/ids.ts';

/**
 * What changed for an account: one of its jobs, its credits, or what the programme offers it. `standing`: a session or a key
 * ended, or the role is another: whoever holds something open for it looks who that is now.
 */
export type AccountChange =
  | { readonly type: 'job'; readonly jobId: JobId }
  | { readonly type: 'credits' }
  | { readonly type: 'me' }
  | { readonly type: 'standing' };

/** Who watches which account. The watcher reads for itself what became of it. */
export class AccountChanges {
  readonly #watchers = new Map<AccountId, Set<(change: AccountChange) => void>>();

  announce(accountId: AccountId, change: AccountChange): void {
    for (const onChange of this.#watchers.get(accountId) ?? []) onChange(change);
  }

  /** To everybody who watches any. */
  announceAll(change: AccountChange): void {
    for (const watchers of this.#watchers.values()) for (const onChange of watchers) onChange(change);
  }

  /** Returns what ends the watch. */
  watch(accountId: AccountId, onChange: (change: AccountChange) => void): () => void {
    const watchers = this.#watchers.get(accountId) ?? new Set();
    this.#watchers.set(accountId, watchers.add(onChange));
    return () => {
      watchers.delete(onChange);
      if (watchers.size === 0 && this.#watchers.get(accountId) === watchers) this.#watchers.delete(accountId);
    };
  }
}
