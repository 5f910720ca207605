import type { AccountId, BlockId, DeviceId } from '../../shared/ids.ts';
import { minus, plus, ZERO, type Micros } from '../../shared/money.ts';

/**
 * Who holds which slot, in memory only: a token proves a lease by itself, so losing this book in a crash costs at most
 * work done twice, never work unpaid. Phones that come back name what they hold and are entered again.
 *
 * Changes between `mark` and `keep` are undone by `rollback`, so that a batch whose commit failed leaves no trace here.
 */
export interface HeldLease {
  readonly blockId: BlockId;
  readonly taskIndex: number;
  readonly deviceId: DeviceId;
  readonly accountId: AccountId;
  readonly priceMicros: Micros;
  readonly leasedAt: number;
  /** When its holder should be done, in milliseconds from `leasedAt`, given all that it held. */
  readonly expectedMs: number;
  readonly leaseUntil: number;
  /** Since when its holder's link is gone. */
  readonly awaySince?: number;
}

export class LeaseBook {
  readonly #byBlock = new Map<BlockId, Map<number, HeldLease[]>>();
  readonly #byDevice = new Map<DeviceId, Set<HeldLease>>();
  /** Leases by the ten-second window their time ends in, so that expiry never scans them all. */
  readonly #byWindow = new Map<number, Set<HeldLease>>();
  #oldestWindow = Number.POSITIVE_INFINITY;
  #outstanding: Micros = ZERO;
  #leasedSlots = 0;
  #undo: (() => void)[] | undefined;

  /** Money promised to leases that still run. */
  get outstandingMicros(): Micros {
    return this.#outstanding;
  }

  mark(): void {
    this.#undo = [];
  }

  keep(): void {
    this.#undo = undefined;
  }

  rollback(): void {
    const undo = this.#undo ?? [];
    this.#undo = undefined;
    for (const step of undo.reverse()) step();
  }

  add(lease: HeldLease): void {
    this.#insert(lease);
    this.#undo?.push(() => this.#remove(lease));
  }

  drop(lease: HeldLease): void {
    if (!this.#remove(lease)) return;
    this.#undo?.push(() => this.#insert(lease));
  }

  /** Leases of one slot, oldest first. */
  at(blockId: BlockId, taskIndex: number): readonly HeldLease[] {
    return this.#byBlock.get(blockId)?.get(taskIndex) ?? [];
  }

  heldBy(deviceId: DeviceId): ReadonlySet<HeldLease> {
    return this.#byDevice.get(deviceId) ?? new Set();
  }

  /** Slots of a block with at least one lease, each with its oldest. */
  *inBlock(blockId: BlockId): Iterable<HeldLease> {
    for (const leases of this.#byBlock.get(blockId)?.values() ?? []) yield leases[0]!;
  }

  /** Leases of a block that an account holds. */
  heldIn(blockId: BlockId, accountId: AccountId): number {
    let count = 0;
    for (const leases of this.#byBlock.get(blockId)?.values() ?? [])
      for (const lease of leases) if (lease.accountId === accountId) count++;
    return count;
  }

  /** Slots with at least one lease, over all blocks. */
  get leasedSlots(): number {
    return this.#leasedSlots;
  }

  countIn(blockId: BlockId): number {
    return this.#byBlock.get(blockId)?.size ?? 0;
  }

  /** A device's link is gone: its leases stand, and others may be given copies of them after a while. */
  leave(deviceId: DeviceId, now: number): void {
    for (const lease of [...this.heldBy(deviceId)]) {
      this.drop(lease);
      this.add({ ...lease, awaySince: now });
    }
  }

  dropSlot(blockId: BlockId, taskIndex: number): void {
    for (const lease of [...this.at(blockId, taskIndex)]) this.drop(lease);
  }

  dropBlock(blockId: BlockId): void {
    for (const leases of [...(this.#byBlock.get(blockId)?.values() ?? [])])
      for (const lease of [...leases]) this.drop(lease);
  }

  /** Drops every lease whose time ended before `now`. */
  expire(now: number): void {
    const last = windowOf(now);
    for (let window = this.#oldestWindow; window < last; window++) {
      for (const lease of [...(this.#byWindow.get(window) ?? [])]) this.drop(lease);
      this.#oldestWindow = window + 1;
    }
    for (const lease of [...(this.#byWindow.get(last) ?? [])]) if (lease.leaseUntil < now) this.drop(lease);
    if (this.#byWindow.size === 0) this.#oldestWindow = Number.POSITIVE_INFINITY;
  }

  #insert(lease: HeldLease): void {
    const slots = getOr(this.#byBlock, lease.blockId, () => new Map<number, HeldLease[]>());
    if (!slots.has(lease.taskIndex)) this.#leasedSlots++;
    getOr(slots, lease.taskIndex, () => []).push(lease);
    getOr(this.#byDevice, lease.deviceId, () => new Set()).add(lease);
    const window = windowOf(lease.leaseUntil);
    getOr(this.#byWindow, window, () => new Set()).add(lease);
    this.#oldestWindow = Math.min(this.#oldestWindow, window);
    this.#outstanding = plus(this.#outstanding, lease.priceMicros);
  }

  #remove(lease: HeldLease): boolean {
    const slots = this.#byBlock.get(lease.blockId);
    const leases = slots?.get(lease.taskIndex);
    const at = leases?.indexOf(lease) ?? -1;
    if (!slots || !leases || at < 0) return false;
    leases.splice(at, 1);
    if (leases.length === 0) {
      slots.delete(lease.taskIndex);
      this.#leasedSlots--;
    }
    if (slots.size === 0) this.#byBlock.delete(lease.blockId);
    deleteFrom(this.#byDevice, lease.deviceId, lease);
    deleteFrom(this.#byWindow, windowOf(lease.leaseUntil), lease);
    this.#outstanding = minus(this.#outstanding, lease.priceMicros);
    return true;
  }
}

const windowOf = (at: number): number => Math.floor(at / 10_000);

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function deleteFrom<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const set = map.get(key);
  set?.delete(value);
  if (set?.size === 0) map.delete(key);
}
