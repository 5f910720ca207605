import type { BlockId, DeviceId } from '../../shared/ids.ts';
import type { LeaseTerms } from '../../shared/model/exchange.ts';
import type { AuditedWorld, BlockModel, SlotModel } from './audited-world.ts';
import type { Committed, Report } from './observer.ts';

interface Promised {
  readonly deviceId: DeviceId;
  readonly slot: SlotModel;
  readonly block: BlockModel;
  readonly price: number;
  readonly until: number;
}

/**
 * Leases given: which tokens a device was ever told, and what is promised for work that is out. Counted cautiously: a
 * promise whose fate is unclear (a link that opened again, a commit that was reported as failed, a server that died) is
 * no longer counted.
 */
export class Promises {
  readonly #issued = new Set<string>();
  readonly #lastGrants = new Map<DeviceId, number>();
  #out: Promised[] = [];

  isIssued(deviceId: DeviceId, blockId: BlockId, terms: LeaseTerms, taskIndex: number, token: Uint8Array): boolean {
    return this.#issued.has(tokenName(deviceId, blockId, terms, taskIndex, token));
  }

  clear(): void {
    this.#out = [];
  }

  endOf(deviceId: DeviceId): void {
    this.#out = this.#out.filter((one) => one.deviceId !== deviceId);
  }

  /** A slot that is done is nobody's any more; a device that was heard on one has had its turn. */
  endAt(slot: SlotModel | undefined, deviceId?: DeviceId): void {
    this.#out = this.#out.filter((one) => one.slot !== slot || (deviceId !== undefined && one.deviceId !== deviceId));
  }

  /** Never of the device's own account's jobs, never without money behind them. */
  grant({ replies, isReported }: Committed, now: number, world: AuditedWorld, report: Report): void {
    for (const [deviceId, reply] of replies) {
      if (this.#lastGrants.get(deviceId) === reply.seq) continue;
      this.#lastGrants.set(deviceId, reply.seq);
      for (const { blockId, terms, leases } of reply.leases) {
        const block = world.blocks.get(blockId);
        if (!block) continue;
        if (block.job.asked.accountId === world.devices.get(deviceId)?.accountId)
          report('never_to_the_asker', `device ${deviceId} was leased its own account's job ${block.job.id}`);
        for (const { taskIndex, token } of leases) {
          const slot = block.slots[taskIndex];
          this.#issued.add(tokenName(deviceId, blockId, terms, taskIndex, token));
          const { priceMicros: price, leaseUntil: until } = terms;
          if (slot && isReported) this.#out.push({ deviceId, slot, block, price, until });
        }
      }
    }
    this.#out = this.#out.filter(({ slot, block, until }) => slot.state === 'open' && block.isLive && until >= now);
    const promised = this.#out.reduce((sum, { price }) => sum + price, 0);
    const reserved = world.balance('reserved');
    if (promised > reserved)
      report('promises_are_covered', `${promised} promised to ${this.#out.length} leases, ${reserved} reserved`);
  }
}

const tokenName = (
  deviceId: DeviceId,
  blockId: BlockId,
  terms: LeaseTerms,
  taskIndex: number,
  token: Uint8Array,
): string => `${deviceId} ${blockId} ${taskIndex} ${JSON.stringify(terms)} ${token.join()}`;
