import type { DeviceId } from '../../../shared/ids.ts';
import type { Vote } from '../../../shared/model/job.ts';
import { unit, type Rng } from '../../../shared/rng.ts';
import { agrees, type ReplicationRule } from '../../core/replication.ts';
import type { SlotKey } from '../../core/ports.ts';

export interface CredibilityParts {
  /** The share of cheaters that the rule reckons with at most. */
  readonly f: number;
  /** Accepted when the probability of being wrong is at most this. */
  readonly epsilon: number;
  /** Share of results that are spot-checked: compared with a run of the server's own. */
  readonly q: number;
  readonly rng: Rng;
  /** The server's own run of a slot's task says the same. */
  readonly isRight: (slot: SlotKey, vote: Vote) => boolean;
  readonly blacklisted: (deviceId: DeviceId) => void;
}

/**
 * Credibility of a worker that has passed `k` spot-checks, where failing one is the end of it (Sarmenta 2002, with
 * blacklisting): 1 - f before the first, 1 - f / ((1 - f) k e) after.
 */
export const workerCredibility = (f: number, k: number): number => {
  const unchecked = 1 - f;
  return k === 0 ? unchecked : Math.max(unchecked, 1 - f / ((1 - f) * k * Math.E));
};

/**
 * The chance that each group of agreeing results is the right one, given that at most one is: with P_a = chance that all
 * of group a are good, Q_a = that all are bad, it is P_a Π_{i≠a} Q_i over (Π Q_j + Σ_j P_j Π_{i≠j} Q_i).
 */
export function groupCredibilities(groups: readonly (readonly number[])[]): readonly number[] {
  const good = groups.map((group) => group.reduce((product, credibility) => product * credibility, 1));
  const bad = groups.map((group) => group.reduce((product, credibility) => product * (1 - credibility), 1));
  const onlyGood = good.map((p, a) => bad.reduce((product, q, i) => (i === a ? product : product * q), p));
  const allBad = bad.reduce((product, q) => product * q, 1);
  const total = onlyGood.reduce((sum, p) => sum + p, allBad);
  return onlyGood.map((p) => p / total);
}

/**
 * Credibility-based voting with spot-checking and blacklisting (Sarmenta, Sabotage-tolerance mechanisms for volunteer
 * computing systems, 2002): one more copy at a time until a group's credibility reaches 1 - ε. Its formulas take workers to
 * err independently of each other.
 */
export class CredibilityVoting implements ReplicationRule {
  readonly #parts: CredibilityParts;
  readonly #passed = new Map<DeviceId, number>();
  readonly #blacklist = new Set<DeviceId>();
  /** Votes that were looked at, and those that were spot-checked and right. */
  readonly #seen = new WeakSet<Vote>();
  readonly #right = new WeakSet<Vote>();
  /** Spot-checks so far: what was judged before the last may be judged otherwise now. */
  #news = 0;
  readonly #known = new WeakMap<readonly Vote[], { readonly news: number; readonly accepted: Vote | undefined }>();

  constructor(parts: CredibilityParts) {
    this.#parts = parts;
  }

  wanted(slot: SlotKey, votes: readonly Vote[]): number {
    return votes.length > 0 && this.accepted(slot, votes) ? votes.length : votes.length + 1;
  }

  accepted(slot: SlotKey, votes: readonly Vote[]): Vote | undefined {
    if (votes.length === 0) return undefined;
    const known = this.#known.get(votes);
    if (known?.news === this.#news) return known.accepted;
    const accepted = this.#judge(slot, votes);
    this.#known.set(votes, { news: this.#news, accepted });
    return accepted;
  }

  #judge(slot: SlotKey, votes: readonly Vote[]): Vote | undefined {
    for (const vote of votes) this.#look(slot, vote);
    const right = votes.find((vote) => this.#right.has(vote));
    if (right) return right;
    const groups = grouped(votes.filter(({ deviceId }) => !this.#blacklist.has(deviceId)));
    const credibilities = groupCredibilities(groups.map((group) => group.map((vote) => this.#of(vote))));
    const best = credibilities.findIndex((credibility) => credibility >= 1 - this.#parts.epsilon);
    return groups[best]?.[0];
  }

  #look(slot: SlotKey, vote: Vote): void {
    if (this.#seen.has(vote)) return;
    this.#seen.add(vote);
    const { rng, q, isRight, blacklisted } = this.#parts;
    if (unit(rng) >= q) return;
    this.#news++;
    if (isRight(slot, vote)) {
      this.#right.add(vote);
      this.#passed.set(vote.deviceId, (this.#passed.get(vote.deviceId) ?? 0) + 1);
    } else if (!this.#blacklist.has(vote.deviceId)) {
      this.#blacklist.add(vote.deviceId);
      blacklisted(vote.deviceId);
    }
  }

  #of = ({ deviceId }: Vote): number => workerCredibility(this.#parts.f, this.#passed.get(deviceId) ?? 0);
}

function grouped(votes: readonly Vote[]): readonly (readonly Vote[])[] {
  const groups: Vote[][] = [];
  for (const vote of votes) {
    const group = groups.find(([first]) => first && agrees(first, vote));
    if (group) group.push(vote);
    else groups.push([vote]);
  }
  return groups;
}
