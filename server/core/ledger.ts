import { assert } from '../../shared/assert.ts';
import type { AccountId } from '../../shared/ids.ts';
import type { Adjustment } from '../../shared/model/adjustment.ts';
import type { ExchangeRow } from '../../shared/model/device.ts';
import { availableOf, pendingOf, type Entry, type LedgerAccount, type Transfer } from '../../shared/model/ledger.ts';
import { negate, plus, times, ZERO, type Micros } from '../../shared/money.ts';
import { dayOf } from '../../shared/time.ts';

/**
 * Every way money can move, each with the one cause it follows from. A cause names what happened, so the same happening
 * seen twice is the same cause, and the store keeps causes unique.
 *
 *   fund    funding → budget      a phase's budget is granted          fund:<phase>
 *           and back, when it is changed                           fund:policy-<version>
 *   slab    budget → reserved     before work is leased                slab:<transfer id>
 *   credit  reserved → pending    an exchange is accepted              credit:<device>:<seq>:<block>
 *   void    pending → reserved    its device was convicted             void:<device>:<seq>:<block>
 *   post    pending → available   matured, once a device and day       post:<device>:<day>
 *   restore reserved → available  void, and an appeal was granted      restore:<device>:<seq>:<block>
 *   erase   pending, available → budget   the account is erased        erase:<account>
 *   adjust  budget → available, or back   an admin's adjustment        adjust:<id>
 */
export type Movement = Omit<Transfer, 'id' | 'at'>;

function move(kind: Transfer['kind'], cause: string, from: LedgerAccount, to: LedgerAccount, amount: Micros): Movement {
  assert(amount > 0, `a transfer moves something, got ${amount} for ${cause}`);
  return { kind, cause, entries: [debit(from, amount), { account: to, micros: amount }] };
}

const debit = (account: LedgerAccount, amount: Micros): Entry => ({ account, micros: negate(amount) });

export const fundBudget = (phase: number, amount: Micros): Movement =>
  move('fund', `fund:${phase}`, 'funding', 'budget', amount);

/** The budget of a phase was changed by a version of the policy: more is granted, or what is left goes back. */
export const changeBudget = (version: number, more: Micros): Movement =>
  more > 0
    ? move('fund', `fund:policy-${version}`, 'funding', 'budget', more)
    : move('fund', `fund:policy-${version}`, 'budget', 'funding', negate(more));

/** A slab has no natural name but its own number: the transfer id it is going to get. */
export const reserveSlab = (transferId: number, amount: Micros): Movement =>
  move('slab', `slab:${transferId}`, 'budget', 'reserved', amount);

export const creditExchange = (row: ExchangeRow, owner: AccountId): Movement =>
  move('credit', `credit:${causeOf(row)}`, 'reserved', pendingOf(owner), row.amountMicros);

export const voidExchange = (row: ExchangeRow, owner: AccountId): Movement =>
  move('void', `void:${causeOf(row)}`, pendingOf(owner), 'reserved', row.amountMicros);

export const restoreExchange = (row: ExchangeRow, owner: AccountId): Movement =>
  move('restore', `restore:${causeOf(row)}`, 'reserved', availableOf(owner), row.amountMicros);

/** One posting for all of a device's exchanges that matured by this day. */
export function postExchanges(rows: readonly ExchangeRow[], owner: AccountId, now: number): Movement {
  const device = rows[0]?.deviceId;
  assert(device !== undefined && rows.every((row) => row.deviceId === device), 'a posting is of one device');
  const amount = rows.reduce((sum, row) => plus(sum, row.amountMicros), ZERO);
  return move('post', `post:${device}:${dayOf(now)}`, pendingOf(owner), availableOf(owner), amount);
}

/** What an erased account had goes back to where it came from: nobody is left to owe it to. */
export function giveUp(owner: AccountId, pending: Micros, available: Micros): Movement {
  const taken = [debit(pendingOf(owner), pending), debit(availableOf(owner), available)];
  const entries = taken.filter(({ micros }) => micros !== 0);
  assert(entries.length > 0, `account ${owner} has something to give up`);
  return {
    kind: 'erase',
    cause: `erase:${owner}`,
    entries: [...entries, { account: 'budget', micros: plus(pending, available) }],
  };
}

/** What an admin gives comes out of the budget, so that it can never pay more than was granted; what is taken goes back there. */
export function adjustCredits({ id, accountId, micros: amount }: Adjustment): Movement {
  const [cause, own] = [`adjust:${id}`, availableOf(accountId)];
  return amount > 0
    ? move('adjust', cause, 'budget', own, amount)
    : move('adjust', cause, own, 'budget', negate(amount));
}

const causeOf = (row: ExchangeRow): string => `${row.deviceId}:${row.seq}:${row.blockId}`;

/** The next slab: the policy's size, or what whole units the budget still holds. Zero when it holds none. */
export function slabMicros(budget: Micros, price: Micros, slabUnits: number): Micros {
  const units = Math.min(slabUnits, Math.floor(budget / price));
  return times(price, Math.max(0, units));
}
