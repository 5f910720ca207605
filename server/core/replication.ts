import { equalBytes } from '../../shared/bytes.ts';
import type { DeviceId } from '../../shared/ids.ts';
import type { Vote } from '../../shared/model/job.ts';
import { DIGESTS_BYTES } from '../../shared/protocol/output.ts';
import type { SlotKey } from './ports.ts';

/**
 * When a slot of a replicated job is settled. A job with `replicas: k` has no audits: its tasks go to devices of different
 * accounts, and what they hand in is compared. The shipped rule is `agreementOf(k)`; the simulator's rivals bring their own.
 */
export interface ReplicationRule {
  /** Copies that should be in or out by now, given the votes so far. At least one while nothing is accepted. */
  wanted(slot: SlotKey, votes: readonly Vote[]): number;
  /** Which vote is the result, or nothing while it is undecided. Votes with equal digests agree. */
  accepted(slot: SlotKey, votes: readonly Vote[]): Vote | undefined;
  /** A copy has been leased. */
  leased?(slot: SlotKey, deviceId: DeviceId): void;
  /** A slot is settled: what each voter said is known to be right or wrong, as far as this rule knows. */
  settled?(slot: SlotKey, votes: readonly Vote[], accepted: Vote): void;
}

export const agrees = (a: Vote, b: Vote): boolean =>
  equalBytes(a.output.subarray(0, DIGESTS_BYTES), b.output.subarray(0, DIGESTS_BYTES));

/** The first `copies` votes that agree; until then one more copy at a time. */
export function agreementOf(copies: number): ReplicationRule {
  const support = (votes: readonly Vote[], vote: Vote): number => votes.filter((other) => agrees(vote, other)).length;
  return {
    wanted: (_slot, votes) => Math.max(copies, votes.length + 1),
    accepted: (_slot, votes) => votes.find((vote) => support(votes, vote) >= copies),
  };
}
