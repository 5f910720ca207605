import type { AccountId, BlockId, JobId } from '../../shared/ids.ts';
import type { Account } from '../../shared/model/device.ts';
import type { Block, Job, Round } from '../../shared/model/job.ts';
import type { LeasePolicy, Policy } from '../../shared/model/policy.ts';
import type { Micros } from '../../shared/money.ts';
import { ok, refuse, type Result } from '../../shared/result.ts';
import { NO_SCORE } from '../../shared/protocol/output.ts';
import type { Effort, RoundPlan, TaskKind } from '../../wasm/kind.ts';
import { BLOCK_TASKS, emptyBitmap } from './bitmap.ts';
import type { LiveJob } from './live-jobs.ts';
import type { Secrets } from './ports.ts';

export interface JobRequest {
  readonly accountId: AccountId;
  readonly kind: TaskKind<unknown, unknown>;
  readonly kernelHash: Uint8Array;
  /** Read and bounded at the edge by the kind. */
  readonly spec: unknown;
  readonly idempotencyKey: string;
  readonly requestDigest: Uint8Array;
}

/** `quota_exceeded`: ask again tomorrow. `too_many_running`: ask again when one is answered. */
export type JobRefusal = 'quota_exceeded' | 'too_many_running';

export interface Usage {
  readonly units: number;
  readonly running: number;
}

/** What a request of this size gets. Policy has a step for every size its kind accepts. */
export function effortFor(policy: Policy, kind: string, size: number): Effort {
  const step = policy.effort[kind]?.find(({ upTo }) => size <= upTo);
  if (!step) throw new RangeError(`policy ${policy.version} has no effort for ${kind} of size ${size}`);
  return step;
}

/** Whether this account may ask now. Requests are not free: the plan holds a number of pool units a day. */
export function admit(
  account: Pick<Account, 'role'>,
  usage: Usage,
  effort: Effort,
  policy: Pick<Policy, 'limits'>,
): Result<true, JobRefusal> {
  const { driverUnitsPerDay, adminUnitsPerDay, runningJobs } = policy.limits;
  const daily = account.role === 'admin' ? adminUnitsPerDay : driverUnitsPerDay;
  if (usage.units + effort.units > daily) return refuse('quota_exceeded');
  if (usage.running >= runningJobs) return refuse('too_many_running');
  return ok(true);
}

export interface Ids {
  nextId(of: 'job' | 'block'): number;
}

/** Blinds the request and plans its first round: the job as it enters the queue. */
export function planJob(
  request: JobRequest,
  effort: Effort,
  policy: Policy,
  now: number,
  ids: Ids,
  secrets: Secrets,
): { readonly live: LiveJob; readonly opened: Round } {
  const { kind, spec } = request;
  const { jobInput, key } = kind.blind(spec, secrets.rng);
  const plan = kind.plan(spec, effort, []);
  if (!plan) throw new RangeError(`${kind.name} planned no first round`);
  const job: Job = {
    id: ids.nextId('job') as JobId,
    accountId: request.accountId,
    kind: kind.name,
    kindVersion: kind.version,
    kernelHash: request.kernelHash,
    spec: kind.spec.encode(spec),
    jobInput,
    blindKey: key,
    units: effort.units,
    rounds: effort.rounds,
    replicas: policy.replicas[kind.name] ?? 1,
    createdAt: now,
    idempotencyKey: request.idempotencyKey,
    requestDigest: request.requestDigest,
    state: { name: 'running', round: 1 },
  };
  const opened = openRound(job.id, 1, plan, now);
  const blocks = blocksOf(opened, policy.priceMicros, ids);
  const accountUnits = isLarge(job, policy.leases) ? new Map<AccountId, number>() : undefined;
  const live = { job, kind, spec, rounds: [opened], blocks, scoreToBeat: NO_SCORE, votes: new Map(), accountUnits };
  return { live, opened };
}

export const openRound = (jobId: JobId, round: number, plan: RoundPlan, now: number): Round => ({
  jobId,
  round,
  taskCount: plan.taskCount,
  roundInput: plan.roundInput,
  openedAt: now,
  corrects: undefined,
  outcome: undefined,
});

/** Whether accounts are held to a share of it. */
export const isLarge = (job: Job, { largeJobUnits }: LeasePolicy): boolean => job.units > largeJobUnits;

/** A round's tasks in rows of up to 1,024. */
export function blocksOf(round: Round, price: Micros, ids: Ids): readonly Block[] {
  const blocks: Block[] = [];
  for (let firstTask = 0; firstTask < round.taskCount; firstTask += BLOCK_TASKS) {
    blocks.push({
      id: ids.nextId('block') as BlockId,
      jobId: round.jobId,
      round: round.round,
      firstTask,
      taskCount: Math.min(BLOCK_TASKS, round.taskCount - firstTask),
      done: emptyBitmap(),
      checked: emptyBitmap(),
      priceMicros: price,
      peerLeased: false,
    });
  }
  return blocks;
}
