import type { AccountId } from '../../shared/ids.ts';
import { DAY } from '../../shared/time.ts';

/** A proposal nobody has decided on is over after this long. */
export const PROPOSAL_MS = DAY;
/** Proposals of one sort that may wait at once. */
export const MOST_PROPOSALS = 20;

export interface Proposal {
  readonly authorId: AccountId;
  /** Whose role or credits it is about; the policy is about nobody. */
  readonly about?: AccountId;
}

/**
 * The one rule for what takes two people: roles, policy that moves money, adjustments. An admin may be the second unless they
 * proposed it, or it is about them. Anybody who is an admin may say no.
 *
 * The house's own account, which is whoever stands at the console with its token, is a person like any other admin, as first
 * and as second. That token lies in a file only the server's owner reads, and whoever reads it can write the database, too: to
 * refuse it would hold back nobody. And a house with one admin keeps the rule: neither a stolen session nor the admin alone is
 * enough, the second is somebody with the server's own hands.
 */
export const maySecond = (by: AccountId, { authorId, about }: Proposal): boolean => by !== authorId && by !== about;
