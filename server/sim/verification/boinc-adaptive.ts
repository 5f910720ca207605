import type { BlockId, DeviceId } from '../../../shared/ids.ts';
import { unit, type Rng } from '../../../shared/rng.ts';
import { agreementOf, agrees, type ReplicationRule } from '../../core/replication.ts';
import type { SlotKey } from '../../core/ports.ts';
import type { Leak } from './conduct.ts';

/** Below this many consecutive valid results a host's work is always replicated. */
const UNTRUSTED_BELOW = 10;

/**
 * BOINC's adaptive replication, as its scheduler and validator have it (sched/validator.cpp, sched/sched_version.cpp):
 *
 * - a counter a host, "consecutive valid" (CV). Only results that were compared with another's raise it, by one, for every
 *   host that agrees; one that differs sets it to 0. A result accepted alone leaves it as it is.
 * - whether a host is trusted is drawn once a scheduler call: never below 10, else not with probability 1/CV. All first
 *   copies handed out in that call are alone if it is, and get a second copy if it is not.
 *
 * With CV rising for both partners it is about 2√t after t tasks of a host, and replicas √t: 3.2 % at 1,000 tasks, 10-11 % at
 * 100, which are the figures modelled for it elsewhere.
 */
export class BoincAdaptive implements ReplicationRule {
  readonly #rng: Rng;
  readonly #valid = new Map<DeviceId, number>();
  /** What was drawn in a host's last call, and its count then. */
  readonly #call = new Map<DeviceId, { readonly isTrusted: boolean; readonly valid: number }>();
  /** Copies each open slot needs to agree, and who got its first. */
  readonly #quorum = new Map<BlockId, Map<number, { readonly first: DeviceId; readonly copies: number }>>();
  readonly #pair = agreementOf(2);

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  /** A scheduler call begins: trust is drawn for all that it hands out. */
  called(deviceId: DeviceId): void {
    const valid = this.#validOf(deviceId);
    this.#call.set(deviceId, { valid, isTrusted: valid >= UNTRUSTED_BELOW && unit(this.#rng) >= 1 / valid });
  }

  /**
   * What a host can read about itself and a task it got in its last call: its page showed the count, which says how likely
   * the task is to be alone; the task's name tells which copy it is.
   */
  leak(deviceId: DeviceId, slot: SlotKey): Leak {
    const first = this.#at(slot)?.first;
    return { consecutiveValid: this.#call.get(deviceId)?.valid ?? 0, isSecondCopy: first !== deviceId };
  }

  leased(slot: SlotKey, deviceId: DeviceId): void {
    if (this.#at(slot)) return;
    const inBlock = this.#quorum.get(slot.blockId) ?? new Map<number, { first: DeviceId; copies: number }>();
    this.#quorum.set(slot.blockId, inBlock);
    inBlock.set(slot.taskIndex, { first: deviceId, copies: this.#call.get(deviceId)?.isTrusted ? 1 : 2 });
  }

  wanted(slot: SlotKey, votes: Parameters<ReplicationRule['wanted']>[1]): number {
    return (this.#at(slot)?.copies ?? 1) === 1 ? 1 : this.#pair.wanted(slot, votes);
  }

  accepted(slot: SlotKey, votes: Parameters<ReplicationRule['accepted']>[1]): ReturnType<ReplicationRule['accepted']> {
    return this.#at(slot)?.copies === 1 ? votes[0] : this.#pair.accepted(slot, votes);
  }

  settled(
    slot: SlotKey,
    votes: Parameters<ReplicationRule['accepted']>[1],
    accepted: Parameters<ReplicationRule['accepted']>[1][number],
  ): void {
    const copies = this.#at(slot)?.copies;
    const inBlock = this.#quorum.get(slot.blockId);
    inBlock?.delete(slot.taskIndex);
    if (inBlock?.size === 0) this.#quorum.delete(slot.blockId);
    if (copies !== 2) return;
    for (const vote of votes) {
      this.#valid.set(vote.deviceId, agrees(vote, accepted) ? this.#validOf(vote.deviceId) + 1 : 0);
    }
  }

  #at = ({ blockId, taskIndex }: SlotKey): { readonly first: DeviceId; readonly copies: number } | undefined =>
    this.#quorum.get(blockId)?.get(taskIndex);

  #validOf = (deviceId: DeviceId): number => this.#valid.get(deviceId) ?? 0;
}
