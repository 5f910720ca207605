import { must } from '../../shared/assert.ts';
import type { BlockId, DeviceId } from '../../shared/ids.ts';
import { ALONE_MS } from '../../shared/model/adjustment.ts';
import type { Evidence } from '../../shared/model/evidence.ts';
import type { Job, Vote } from '../../shared/model/job.ts';
import type { LeasePolicy } from '../../shared/model/policy.ts';
import { DAY, dayOf } from '../../shared/time.ts';
import type { BeforeConviction, Fact } from './facts.ts';
import { OPERATOR } from './found.ts';
import { votesAt, type LiveJobs } from './live-jobs.ts';
import type { SlotKey, Store } from './ports.ts';
import { readSetOf } from './read-set.ts';
import { agrees } from './replication.ts';
import { isLarge } from './submit-job.ts';

export interface Reading {
  readonly store: Store;
  readonly live: LiveJobs;
  readonly leases: LeasePolicy;
  /** Whether the kernel a job was planned for is ours. */
  readonly isComputable: (job: Job) => boolean;
}

/** Adds what a fact needs beyond rows by key. Such facts go alone, so nothing can change in between. */
export async function completeFact(fact: Fact, now: number, reading: Reading): Promise<Fact> {
  const { store, live: jobs, leases, isComputable } = reading;
  switch (fact.type) {
    case 'post': {
      const [pending, findings] = await Promise.all([store.pendingOf(fact.deviceId), store.evidenceOf(fact.deviceId)]);
      return { ...fact, pending, standing: standingIn(findings)?.id ?? 0 };
    }
    case 'enrol_device': {
      const { publicKey, accountId } = fact.device;
      const earlier = await store.deviceByKey(publicKey);
      return { ...fact, earlier, newDevices: await store.newDevices(accountId, dayOf(now) * DAY) };
    }
    case 'found_wrong': {
      const { deviceId, blockId, taskIndex } = fact.result;
      const before = await beforeConviction(store, deviceId, [blockId]);
      const { jobId, round, firstTask } = must(before.blocks.get(blockId), `block ${blockId}`);
      const { chunk } = fact.finding;
      const sameChunk = await store.evidenceAt({ jobId, round, task: firstTask + taskIndex, chunk });
      const votes = votesOf(jobs, fact.result);
      const own = votes.find((vote) => vote.deviceId === deviceId);
      const sameVotes = own ? votes.filter((vote) => agrees(vote, own)) : [];
      return { ...fact, before: { ...before, sameChunk }, sameVotes };
    }
    case 'correct': {
      const found = await store.job(fact.jobId);
      const corrections = await store.correctionsOf(fact.jobId);
      const accountUnits = found && isLarge(found.job, leases) ? await store.accountUnits(fact.jobId) : undefined;
      const isOurs = found !== undefined && isComputable(found.job);
      return { ...fact, found, corrections, isComputable: isOurs, accountUnits };
    }
    case 'settle_votes':
      return { ...fact, votes: votesOf(jobs, fact.slot) };
    case 'appeal': {
      const evidence = await store.evidence(fact.evidenceId);
      if (!evidence) return fact;
      const others = await store.evidenceOf(evidence.deviceId);
      return { ...fact, evidence, others, voided: await store.voidedBy(evidence.id) };
    }
    case 'change_role':
      return {
        ...fact,
        isOpen: fact.proposalId !== undefined && (await store.isRoleChangeOpen(fact.proposalId)),
        otherAdmins: await store.otherAdmins(OPERATOR, fact.accountId),
      };
    case 'adjust': {
      const [earlier, recent, waiting] = await Promise.all([
        store.adjustmentByKey(fact.by, fact.request.idempotencyKey),
        store.adjustedAlone(fact.by, now - ALONE_MS),
        store.waitingAdjustments(),
      ]);
      return { ...fact, earlier, recent, waiting };
    }
    case 'decide_adjustment':
    case 'expire_adjustment':
      return { ...fact, found: await store.adjustment(fact.adjustmentId) };
    case 'cancel_job':
      return { ...fact, found: (await store.job(fact.jobId))?.job };
    case 'consent':
    case 'narrow_consent':
      return { ...fact, last: await store.lastConsent(fact.deviceId) };
    case 'erase':
      return {
        ...fact,
        found: await store.erasable(fact.accountId),
        otherAdmins: await store.otherAdmins(OPERATOR, fact.accountId),
      };
    case 'end_cancelled':
    case 'fail_job':
      return { ...fact, asker: jobs.job(fact.jobId)?.job.accountId, ungated: await store.ungatedOf(fact.jobId) };
    case 'submit': {
      const { accountId, idempotencyKey } = fact.request;
      const [earlier, usage] = await Promise.all([
        store.jobByKey(accountId, idempotencyKey),
        store.usage(accountId, dayOf(now) * DAY),
      ]);
      return { ...fact, earlier, usage };
    }
    default:
      return fact;
  }
}

/** What convicting a device touches: its exchanges in escrow, and where they were done. */
export async function beforeConviction(
  store: Store,
  deviceId: DeviceId,
  blockIds: readonly BlockId[],
): Promise<BeforeConviction> {
  const pending = await store.pendingOf(deviceId);
  const blocks = await store.blocks([...new Set([...pending.map(({ blockId }) => blockId), ...blockIds])]);
  const slots = pending.flatMap(({ blockId, taskIndices }) => taskIndices.map((taskIndex) => ({ blockId, taskIndex })));
  const { results } = await store.load({ ...readSetOf([]), results: slots });
  return { pending, blocks, results, sameChunk: [] };
}

/** As they are now: more may have come since the fact was queued. */
function votesOf(jobs: LiveJobs, slot: SlotKey): readonly Vote[] {
  const live = jobs.jobOf(slot.blockId);
  return live ? votesAt(live, slot) : [];
}

/** The last fraud that no appeal has cleared, else the last finding of any kind. */
function standingIn(findings: readonly Evidence[]): Evidence | undefined {
  const standing = findings.filter(({ appeal }) => appeal?.outcome !== 'granted');
  return standing.findLast(({ ruling }) => ruling === 'fraud') ?? standing.at(-1);
}
