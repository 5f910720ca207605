import type { Policy } from '../../shared/model/policy.ts';
import type { Micros } from '../../shared/money.ts';
import type { Draft } from './draft.ts';
import { reserveSlab, slabMicros } from './ledger.ts';
import type { LeaseBook } from './lease-book.ts';

/**
 * The liability cap: no unit is leased unless reserved money covers it, and money is reserved in slabs. After a restart we
 * do not know which leases of before still run, so all that was reserved then is `stranded`: it pays tokens of before,
 * not new leases, until the longest of those leases has ended.
 */
export interface Stranded {
  readonly micros: Micros;
  readonly until: number;
}

/** True when reserved money covers one more lease at `price`, after taking another slab if it must and can. */
export function coverLease(draft: Draft, book: LeaseBook, stranded: Stranded, policy: Policy, price: Micros): boolean {
  const free = uncommitted(draft, book);
  const kept = draft.now < stranded.until ? Math.min(stranded.micros, free) : 0;
  return free - kept >= price || takeSlab(draft, policy, price);
}

/**
 * True when a result whose lease is not in the book (late, or of before a restart) can be paid without robbing those that
 * are; `spent` is what this exchange has already taken so.
 */
export const coverResult = (draft: Draft, book: LeaseBook, policy: Policy, price: Micros, spent: number): boolean =>
  uncommitted(draft, book) - spent >= price || takeSlab(draft, policy, price);

/** True when reserved money covers an amount nobody leased for, after taking as many slabs as it must and can. */
export function coverAmount(draft: Draft, book: LeaseBook, policy: Policy, amount: Micros): boolean {
  while (uncommitted(draft, book) < amount) if (!takeSlab(draft, policy, policy.priceMicros)) return false;
  return true;
}

const uncommitted = (draft: Draft, book: LeaseBook): number => draft.balance('reserved') - book.outstandingMicros;

function takeSlab(draft: Draft, policy: Policy, price: Micros): boolean {
  const slab = slabMicros(draft.balance('budget'), price, policy.slabUnits);
  if (slab === 0) return false;
  const id = draft.nextId('transfer');
  draft.transfer(reserveSlab(id, slab), id);
  return true;
}
