import type { AccountId } from '../ids.ts';
import { micros, plus, ZERO, type Micros } from '../money.ts';
import { DAY } from '../time.ts';
import type { AdjustmentPolicy } from './policy.ts';

/**
 * An admin adjusts somebody's credits by hand: gives (positive) or takes (negative), once, for a reason the driver reads. Who
 * moves it on:
 *
 *   [made]   → done       its author, while what they did alone within 24 hours stays small, and not for themselves
 *   [made]   → proposed   otherwise
 *   proposed → done       another admin, within 24 hours; neither its author nor whose credits they are
 *   proposed → rejected   any admin, its author too
 *   proposed → expired    the tick, after 24 hours
 *
 * What is done stays done: to undo one is another, the other way round.
 */
export interface Adjustment {
  readonly id: number;
  readonly at: number;
  readonly authorId: AccountId;
  /** Whose credits. */
  readonly accountId: AccountId;
  readonly micros: Micros;
  /** For the driver and for other admins; goes when the account is erased. */
  readonly reason: string;
  /** Its author's: the same key is the same adjustment. */
  readonly idempotencyKey: string;
  readonly state: 'proposed' | 'done' | 'rejected' | 'expired';
  readonly decidedAt: number | undefined;
  /** Its author, when it was done alone. Nobody, when time did. */
  readonly decidedBy: AccountId | undefined;
}

/** What one admin did alone counts together for this long. */
export const ALONE_MS = DAY;

/** A whole amount that is none too large, and not nothing. */
export const isAdjustable = (amount: number, { mostMicros }: AdjustmentPolicy): boolean =>
  Number.isSafeInteger(amount) && amount !== 0 && Math.abs(amount) <= mostMicros;

/**
 * Whether one admin may do this alone. `recent`: what they did alone within ALONE_MS. Giving and taking both count, so that
 * neither many small ones nor back and forth get round the limit.
 */
export function mayAdjustAlone(
  { authorId, accountId, micros: amount }: Pick<Adjustment, 'authorId' | 'accountId' | 'micros'>,
  recent: readonly Adjustment[],
  { aloneMicros, aloneInAllMicros }: AdjustmentPolicy,
): boolean {
  if (authorId === accountId) return false;
  const same = recent.filter((one) => one.accountId === accountId);
  return plus(moved(same), size(amount)) <= aloneMicros && plus(moved(recent), size(amount)) <= aloneInAllMicros;
}

const size = (amount: Micros): Micros => micros(Math.abs(amount));
const moved = (all: readonly Adjustment[]): Micros => all.reduce((sum, one) => plus(sum, size(one.micros)), ZERO);
