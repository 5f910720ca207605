import type { AccountId, BlockId, DeviceId } from '../../shared/ids.ts';
import type { Device } from '../../shared/model/device.ts';
import type { ExchangeReply, LeaseTerms } from '../../shared/model/exchange.ts';
import type { Policy } from '../../shared/model/policy.ts';
import type { AuditedWorld, BlockModel, DeviceModel, JobModel, SlotModel } from './audited-world.ts';
import type { Committed, Report } from './observer.ts';

interface Promised {
  readonly deviceId: DeviceId;
  readonly accountId: AccountId;
  readonly slot: SlotModel;
  readonly block: BlockModel;
  readonly price: number;
  readonly until: number;
}

/** The hour of the probation budget, which is counted to the minute. */
const HOUR_MS = 59 * 60_000;

/**
 * Leases given: which tokens a device was ever told, and what is promised for work that is out. Counted cautiously: a
 * promise whose fate is unclear (a link that opened again, a commit that was reported as failed, a server that died) is
 * no longer counted. So whatever breaks a limit here has broken it.
 */
export class Promises {
  readonly #policy: Policy;
  readonly #issued = new Set<string>();
  readonly #lastGrants = new Map<DeviceId, number>();
  #out: Promised[] = [];
  /** When devices on probation were given leases, oldest first. */
  #probation: number[] = [];

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  /** Leases of a job that run, as far as is known. */
  outOf(job: JobModel, now: number): number {
    return this.#out.filter(({ block, slot, until }) => block.job === job && slot.state === 'open' && until >= now)
      .length;
  }

  isIssued(deviceId: DeviceId, blockId: BlockId, terms: LeaseTerms, taskIndex: number, token: Uint8Array): boolean {
    return this.#issued.has(tokenName(deviceId, blockId, terms, taskIndex, token));
  }

  /** A server starts. */
  clear(): void {
    this.#out = [];
    this.#probation = [];
  }

  endOf(deviceId: DeviceId): void {
    this.#out = this.#out.filter((one) => one.deviceId !== deviceId);
  }

  /** A slot that is done is nobody's any more; a device that was heard on one has had its turn. */
  endAt(slot: SlotModel | undefined, deviceId?: DeviceId): void {
    this.#out = this.#out.filter((one) => one.slot !== slot || (deviceId !== undefined && one.deviceId !== deviceId));
  }

  /** `banned`: devices that were so before this commit. */
  grant(commit: Committed, now: number, world: AuditedWorld, banned: ReadonlySet<DeviceId>, report: Report): void {
    const { replies, isReported } = commit;
    // Whoever is banned holds nothing any more.
    this.#out = this.#out.filter(
      ({ deviceId, slot, block, until }) =>
        slot.state === 'open' && block.round.isOpen && until >= now && !isGone(world.devices.get(deviceId)),
    );
    for (const [deviceId, reply] of replies) {
      if (this.#lastGrants.get(deviceId) === reply.seq) continue;
      this.#lastGrants.set(deviceId, reply.seq);
      const device = world.devices.get(deviceId);
      if (!device) continue;
      const granted = this.#learn(device, reply, world, report);
      if (granted.length > 0 && banned.has(deviceId))
        report('banned_get_nothing', `device ${deviceId} was given leases`);
      if (!isReported) continue;
      // Another exchange of this commit may have done the slot since.
      this.#out.push(...granted.filter(({ slot, block }) => slot.state === 'open' && block.round.isOpen));
      const written = commit.writes.devices.find(({ id }) => id === deviceId);
      if (granted.length > 0) this.#checkLimits(device, written, granted, world, report);
      const audited = granted.filter(({ block }) => block.job.replicas === 1).length; // copies cost no re-runs
      if (device.probationLeft > 0) this.#checkProbation(audited, commit.auditUnitsPerSecond, now, report);
    }
    const promised = this.#out.reduce((sum, { price }) => sum + price, 0);
    const reserved = world.balance('reserved');
    if (promised > reserved)
      report('promises_are_covered', `${promised} promised to ${this.#out.length} leases, ${reserved} reserved`);
  }

  /** Never of the device's own account's jobs. */
  #learn(device: DeviceModel, reply: ExchangeReply, world: AuditedWorld, report: Report): readonly Promised[] {
    const granted: Promised[] = [];
    for (const { blockId, terms, leases } of reply.leases) {
      const block = world.blocks.get(blockId);
      if (!block) continue;
      if (block.job.asked.accountId === device.accountId)
        report('never_to_the_asker', `device ${device.id} was leased its own account's job ${block.job.id}`);
      if (block.job.state === 'cancelling' || block.job.state === 'cancelled')
        report('cancelled_is_not_leased', `device ${device.id} was leased job ${block.job.id}`);
      for (const { taskIndex, token } of leases) {
        const slot = block.slots[taskIndex];
        this.#issued.add(tokenName(device.id, blockId, terms, taskIndex, token));
        const { priceMicros: price, leaseUntil: until } = terms;
        if (slot) granted.push({ deviceId: device.id, accountId: device.accountId, slot, block, price, until });
      }
    }
    return granted;
  }

  #checkLimits(
    device: DeviceModel,
    written: Device | undefined,
    granted: readonly Promised[],
    world: AuditedWorld,
    report: Report,
  ): void {
    const { first, early, provenUnits, most, completionLeases, completionShare } = this.#policy.leases;
    const out = this.#out.filter(({ deviceId }) => deviceId === device.id).length;
    const limit = device.taskCount === 0 ? first : device.taskCount < provenUnits ? early : most;
    if (out > limit) report('leases_within_limit', `device ${device.id} holds ${out}, at most ${limit}`);
    // As it was before this exchange, and as it is after it; all that it may hold counted as not ended yet.
    const isFickle = [device, written].every((one) => {
      const ended = (one?.recentLeased ?? 0) - most;
      return ended >= completionLeases && (one?.recentFinished ?? 0) < completionShare * ended;
    });
    if (isFickle && out > first)
      report(
        'completion_limits',
        `device ${device.id} holds ${out}, finished ${device.recentFinished} of ${device.recentLeased}`,
      );
    for (const job of new Set(granted.map(({ block }) => block.job)))
      this.#checkShare(device.accountId, job, world, report);
  }

  /** Of a large job no account gets more than its share. */
  #checkShare(accountId: AccountId, job: JobModel, world: AuditedWorld, report: Report): void {
    const { largeJobUnits, largeJobShare } = this.#policy.leases;
    if (job.asked.units <= largeJobUnits) return;
    const most = Math.max(1, Math.floor(largeJobShare * job.asked.units));
    const held = this.#out.filter(({ block, accountId: of }) => block.job === job && of === accountId).length;
    let done = 0;
    for (const { blocks } of job.rounds.values()) {
      for (const { deviceId } of blocks.flatMap(({ slots }) => slots))
        if (deviceId !== undefined && world.devices.get(deviceId)?.accountId === accountId) done++;
    }
    if (held + done > most)
      report(
        'share_of_a_large_job',
        `account ${accountId}: ${held} + ${done} of ${job.asked.units} units of job ${job.id}, at most ${most}`,
      );
  }

  /** Newcomers cost whole re-runs: there are only so many an hour. */
  #checkProbation(granted: number, unitsPerSecond: number, now: number, report: Report): void {
    const { probationShare, probationFloorPerHour } = this.#policy.audit;
    const most = Math.max(probationFloorPerHour, probationShare * unitsPerSecond * 3_600);
    this.#probation = this.#probation.filter((at) => at > now - HOUR_MS);
    for (let i = 0; i < granted; i++) this.#probation.push(now);
    if (granted > 0 && this.#probation.length > most)
      report('probation_has_a_budget', `${this.#probation.length} leases within the hour, at most ${most}`);
  }
}

/** Banned or erased: it holds nothing any more. */
const isGone = (device: DeviceModel | undefined): boolean => device?.isBanned === true || device?.isErased === true;

const tokenName = (
  deviceId: DeviceId,
  blockId: BlockId,
  terms: LeaseTerms,
  taskIndex: number,
  token: Uint8Array,
): string => `${deviceId} ${blockId} ${taskIndex} ${JSON.stringify(terms)} ${token.join()}`;
