import { accountId, type AccountId } from '../ids.ts';
import type { Micros } from '../money.ts';

/**
 * Ledger accounts. `funding` is where budgets come from: the only one that may be negative.
 *
 *   funding → budget → reserved → pending:<account> → available:<account>
 *                          ↑ void ────────┘
 *
 * An account that is erased gives what both hold back to `budget`. An admin's adjustment goes from `budget` to `available`, or back.
 */
export type LedgerAccount = 'funding' | 'budget' | 'reserved' | `pending:${number}` | `available:${number}`;

export const pendingOf = (account: AccountId): LedgerAccount => `pending:${account}`;
export const availableOf = (account: AccountId): LedgerAccount => `available:${account}`;

/** Whose money an account holds; nothing for the house's own. */
export function ownerOf(account: LedgerAccount): AccountId | undefined {
  const [, id] = account.split(':');
  return id === undefined ? undefined : accountId(Number(id));
}

/** One side of a transfer: money comes in (positive) or goes out (negative). */
export interface Entry {
  readonly account: LedgerAccount;
  readonly micros: Micros;
}

/** fund: a budget is granted. slab: reserved for leases. credit: accepted work. void: undone. post: matured. restore: void, and paid after an appeal. erase: given up with the account. adjust: by an admin's hand. */
export type TransferKind = (typeof TRANSFER_KINDS)[number];
export const TRANSFER_KINDS = ['fund', 'slab', 'credit', 'void', 'post', 'restore', 'erase', 'adjust'] as const;

/** One movement of money with one cause. `cause` is unique: the same cause never moves money twice. */
export interface Transfer {
  readonly id: number;
  readonly kind: TransferKind;
  readonly cause: string;
  readonly at: number;
  readonly entries: readonly Entry[];
}
