import { must } from '../../shared/assert.ts';
import { equalBytes } from '../../shared/bytes.ts';
import type { JobId } from '../../shared/ids.ts';
import { ZERO } from '../../shared/money.ts';
import { ok, refuse } from '../../shared/result.ts';
import { acceptExchange } from './accept-exchange.ts';
import { assimilate } from './assimilate-job.ts';
import { countBits, hasBit, withBits, withoutBits } from './bitmap.ts';
import type { Context } from './context.ts';
import { settleCancelled } from './decide-cancel.ts';
import type { Draft } from './draft.ts';
import type { Answers, FactOf, MainframeLease, Slot } from './facts.ts';
import { chooseSlots } from './lease-tasks.ts';
import { voidExchange } from './ledger.ts';
import { bestSoFar, blockOf, roundOf, votesAt } from './live-jobs.ts';
import { agrees } from './replication.ts';
import { admit, effortFor, planJob } from './submit-job.ts';
import { MAINFRAME } from './found.ts';

/** A request becomes a job, once per idempotency key. */
export function decideSubmit(fact: FactOf<'submit'>, draft: Draft, context: Context): Answers['submit'] {
  const { request, earlier, usage } = fact;
  if (earlier) {
    return equalBytes(earlier.requestDigest, request.requestDigest) ? ok(earlier) : refuse('idempotency_key_reused');
  }
  const { policy, secrets } = context;
  const effort = effortFor(policy, request.kind.name, request.kind.size(request.spec));
  const account = must(draft.account(request.accountId), `account ${request.accountId}`);
  if (account.erasedAt !== undefined) return refuse('unauthorised');
  const admitted = admit(account, usage, effort, policy);
  if (!admitted.ok) return admitted;
  const { live, opened } = planJob(request, effort, policy, draft.now, draft, secrets);
  draft.openRound(live, undefined, opened);
  return ok(live.job);
}

/** The mainframe's threads: units they finished in, units for idle ones out. No token, no money, no audit: it is us. */
export function decideMainframe(fact: FactOf<'mainframe'>, draft: Draft, context: Context): readonly MainframeLease[] {
  const { book, policy, secrets, keptBlocks } = context;
  const mainframe = must(draft.device(MAINFRAME), 'the mainframe, founded at the first start');
  for (const slot of fact.lost) dropOwn(slot, context);
  for (const { blockId, taskIndex, output } of fact.results) {
    dropOwn({ blockId, taskIndex }, context);
    const live = draft.liveOf(blockId);
    if (!live) continue; // a phone was quicker and the round has closed
    const terms = { keyId: 0, priceMicros: policy.priceMicros, leaseUntil: draft.now, policyVersion: policy.version };
    const group = { blockId, terms, results: [{ taskIndex, token: new Uint8Array(), cpuMs: 0, output }] };
    const facts = {
      now: draft.now,
      seq: 0,
      secrets,
      isUncredited: true,
      own: true,
      wholeRate: 0,
      isGateless: true,
      covers: () => true,
    };
    const acceptance = acceptExchange(live, blockOf(live, blockId), mainframe, group, facts);
    for (const result of acceptance.results) {
      draft.putBlock(acceptance.block);
      draft.putResult(result);
      book.dropSlot(blockId, taskIndex);
      draft.putScoreToBeat(live.job.id, Math.min(live.scoreToBeat, acceptance.bestScore ?? live.scoreToBeat));
    }
  }
  const leases: MainframeLease[] = [];
  const leaseUntil = draft.now + policy.leases.leastMs;
  const time = { now: draft.now, keptBlocks };
  for (const { live, block, taskIndices } of chooseSlots(draft.liveJobs(), book, mainframe, fact.want, time, context)) {
    for (const taskIndex of taskIndices) {
      const slot = { blockId: block.id, taskIndex, deviceId: mainframe.id, accountId: mainframe.accountId };
      const expectedMs = policy.leases.mainframeUnitMs * (leases.length + 1);
      book.add({ ...slot, priceMicros: ZERO, leasedAt: draft.now, leaseUntil, expectedMs });
      leases.push({
        jobId: live.job.id,
        kind: live.kind.name,
        round: block.round,
        blockId: block.id,
        taskIndex,
        jobInput: live.job.jobInput,
        roundInput: roundOf(live).roundInput,
        task: block.firstTask + taskIndex,
        scoreToBeat: live.scoreToBeat,
      });
    }
  }
  return leases;
}

function dropOwn({ blockId, taskIndex }: Slot, { book }: Context): void {
  for (const lease of [...book.at(blockId, taskIndex)]) if (lease.deviceId === MAINFRAME) book.drop(lease);
}

/** The winner's re-run agreed: the round closes on the server's own candidate. (Had it not, that were a finding.) */
export function decideWinner(fact: FactOf<'winner_rerun'>, draft: Draft, context: Context): void {
  const { result, digest } = fact.winner;
  const live = draft.live(fact.jobId);
  if (!live || roundOf(live).round !== fact.round || !allChecked(live.blocks)) return; // overtaken
  if (live.job.state.name === 'cancelling') return; // nobody wants its answer any more
  const stored = draft.result(result.blockId, result.taskIndex);
  if (!stored || stored.deviceId !== result.deviceId || stored.seq !== result.seq) return;
  for (const block of live.blocks) context.book.dropBlock(block.id);
  const won = { score: digest.score, candidate: fact.candidate };
  const step = assimilate(live, won, context.policy.priceMicros, draft.now, draft);
  if (step.next === 'round') draft.openRound(step.live, step.closed, step.opened);
  else {
    draft.settleJob(step.job, step.closed);
    if (step.next === 'answer')
      draft.send({ key: `answered:${step.job.id}`, topic: 'job_answered', jobId: step.job.id });
    else if (step.isMoved)
      draft.send({ key: `corrected:${step.job.id}:${fact.round}`, topic: 'job_corrected', jobId: step.job.id });
  }
}

/** Enough votes of a slot agree: the first of them is its result, theirs have passed, and who differs is not paid. */
export function decideVotes({ slot }: FactOf<'settle_votes'>, draft: Draft, context: Context): void {
  const live = draft.liveOf(slot.blockId);
  if (!live || hasBit(blockOf(live, slot.blockId).done, slot.taskIndex)) return; // a repeat
  const rule = context.replication(live.job.replicas);
  const votes = votesAt(live, slot);
  const accepted = rule.accepted(slot, votes);
  if (!accepted) return;
  const block = blockOf(live, slot.blockId);
  const bit = [slot.taskIndex];
  draft.putBlock({ ...block, done: withBits(block.done, bit), checked: withBits(block.checked, bit) });
  const { accountId: _, ...result } = accepted;
  draft.putResult(result);
  context.book.dropSlot(slot.blockId, slot.taskIndex);
  for (const vote of votes) {
    const row = draft.exchange(vote);
    if (row?.state !== 'pending' || row.audit !== 'none') continue;
    if (!agrees(vote, accepted)) {
      if (row.amountMicros > 0) draft.transfer(voidExchange(row, vote.accountId));
      draft.putExchange({ ...row, state: 'void', audit: 'failed' });
    } else if (
      row.taskIndices.every((index) =>
        hasBit(blockOf(must(draft.liveOf(slot.blockId), 'its job'), slot.blockId).done, index),
      )
    ) {
      draft.putExchange({ ...row, audit: 'passed' });
    }
  }
  rule.settled?.(slot, votes, accepted);
}

/** A job that cannot be computed: its kernel fails on every executor that tries. */
export function decideFailure(fact: FactOf<'fail_job'>, draft: Draft, context: Context): void {
  if (!draft.live(fact.jobId)) return;
  for (const row of fact.ungated) draft.putExchange({ ...row, audit: 'passed', wholeDue: row.wholeDone }); // the fault is ours
  const isFailed = endJob(fact.jobId, fact.code, draft, context);
  if (isFailed) draft.send({ key: `failed:${fact.jobId}`, topic: 'job_failed', jobId: fact.jobId });
}

/** Takes a running job out of the queue without an answer. One that is being corrected keeps the answer it has, and one that was called off stays so: false. */
function endJob(jobId: JobId, code: string, draft: Draft, context: Context): boolean {
  const live = must(draft.live(jobId), `running job ${jobId}`);
  for (const block of live.blocks) context.book.dropBlock(block.id);
  if (live.job.state.name === 'correcting') {
    const { round: _, ...answered } = live.job.state;
    draft.settleJob({ ...live.job, state: { ...answered, name: 'answered' } }, undefined); // the answer stands
    return false;
  }
  if (live.job.state.name === 'cancelling') {
    settleCancelled(live, draft);
    return false;
  }
  draft.settleJob({ ...live.job, state: { name: 'failed', code, failedAt: draft.now } }, undefined);
  return true;
}

/** Takes a result back out of its slot, if its round still runs: the slot is open again. */
export function reopen(slot: Slot, draft: Draft): void {
  const live = draft.liveOf(slot.blockId);
  if (!live) return;
  const block = blockOf(live, slot.blockId);
  const bit = [slot.taskIndex];
  draft.putBlock({ ...block, done: withoutBits(block.done, bit), checked: withoutBits(block.checked, bit) });
  draft.dropResult(slot.blockId, slot.taskIndex);
  // The hint may have come from the result taken back: forget it, or honest candidates would stay at home.
  draft.putScoreToBeat(live.job.id, bestSoFar(live.rounds));
}

const allChecked = (blocks: readonly { readonly taskCount: number; readonly checked: Uint8Array }[]): boolean =>
  blocks.every((block) => countBits(block.checked) === block.taskCount);
