import { accountId, isId, type AccountId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';
import { availableOf, pendingOf, type LedgerAccount } from '../../shared/model/ledger.ts';

/** A ledger account as an address names it, and whose it is: a driver's, or the house's own. */
export interface NamedLedgerAccount {
  readonly account: LedgerAccount;
  readonly owner: AccountId | undefined;
}

/** `budget`, `reserved`, `funding`, `pending-12`, `available-12`; anything else names nothing. */
export function readLedgerAccount(id: string): NamedLedgerAccount | undefined {
  if (id === 'budget' || id === 'reserved' || id === 'funding') return { account: id, owner: undefined };
  const [, side, digits] = /^(pending|available)-([1-9]\d{0,9})$/.exec(id) ?? [];
  const number = Number(digits);
  if (side === undefined || !isId(number)) return undefined;
  const owner = accountId(number);
  return { account: side === 'pending' ? pendingOf(owner) : availableOf(owner), owner };
}

/** Admins see every account, everybody else their own. */
export const mayRead = (asker: Account, { owner }: NamedLedgerAccount): boolean =>
  asker.role === 'admin' || owner === asker.id;
