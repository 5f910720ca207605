import type { Round } from '../../shared/model/job.ts';
import type { WriteSet } from '../core/ports.ts';
import { openSlots, type AuditedWorld, type BlockModel, type JobModel, type RoundModel } from './audited-world.ts';
import { columnSums, firstUnitOf, numbersIn } from './naive-tiny.ts';
import type { Asked, Report } from './observer.ts';

/** New jobs, rounds and blocks: that they exist is a fact, what they hold is checked against what was asked. */
export function learnJobs(
  world: AuditedWorld,
  writes: WriteSet,
  requests: ReadonlyMap<string, Asked>,
  report: Report,
): void {
  for (const job of writes.jobs) {
    if (world.jobs.has(job.id)) continue;
    const asked = requests.get(`${job.accountId}:${job.idempotencyKey}`);
    if (!asked) {
      report('job_was_asked', `job ${job.id}`);
      continue;
    }
    const columnCount = asked.units * 64;
    const sums = columnSums(numbersIn(job.jobInput), columnCount);
    const sorted = (list: readonly number[]): string => list.toSorted((a, b) => a - b).join();
    if (sorted(sums) !== sorted(columnSums(asked.numbers, columnCount)))
      report('blinding_keeps_sums', `job ${job.id} is not what account ${asked.accountId} asked`);
    world.jobs.set(job.id, {
      id: job.id,
      asked,
      roundCount: Math.max(1, Math.min(job.rounds, asked.units)),
      replicas: job.replicas,
      sums,
      rounds: new Map(),
      state: 'running',
      due: new Set(),
      truths: new Map(),
      answer: undefined,
      correctedAt: undefined,
      cancelledAt: undefined,
      isDelivered: false,
    });
  }
  // Of a job without an answer, or whose inputs have gone, there is nothing to correct: what is noted is struck off.
  for (const { jobId, round, task } of writes.takenCorrections) {
    const job = world.jobs.get(jobId);
    if (job && (job.state === 'cancelled' || world.isWiped(job))) job.due.delete(`${round}:${task}`);
  }
  for (const round of writes.rounds) learnRound(world, writes, round, report);
}

function learnRound(world: AuditedWorld, writes: WriteSet, { jobId, round, corrects }: Round, report: Report): void {
  const job = world.jobs.get(jobId);
  if (!job || job.rounds.has(round)) return;
  const corrected = corrects === undefined ? undefined : job.rounds.get(corrects);
  if (round !== job.rounds.size + 1 || round > job.roundCount !== (corrects !== undefined))
    report('round_is_planned', `job ${jobId}: round ${round} of ${job.roundCount} after ${job.rounds.size}`);
  if ([...job.rounds.values()].some(({ isOpen }) => isOpen && isOpenAfter(writes, jobId, round)))
    report('one_round_at_a_time', `job ${jobId}, round ${round}`);
  const model: RoundModel = {
    round,
    planned: corrected?.planned ?? round,
    corrects,
    blocks: [],
    isOpen: true,
    winner: undefined,
  };
  job.rounds.set(round, model);
  for (const { id, jobId: of, round: number, firstTask, taskCount } of writes.blocks) {
    if (of !== jobId || number !== round || world.blocks.has(id)) continue;
    const block: BlockModel = { id, job, round: model, firstTask, slots: openSlots(taskCount) };
    world.blocks.set(id, block);
    model.blocks.push(block);
  }
  if (corrects === undefined) checkPlan(job, model, report);
  else startCorrection(job, model, writes, report);
}

/** Whether a commit leaves the round before this one open. */
const isOpenAfter = ({ rounds }: WriteSet, jobId: number, round: number): boolean =>
  !rounds.some((one) => one.jobId === jobId && one.round === round - 1 && one.outcome);

function checkPlan(job: JobModel, { round, blocks }: RoundModel, report: Report): void {
  const tasks = blocks.reduce((sum, { slots }) => sum + slots.length, 0);
  const planned =
    firstUnitOf(job.asked.units, job.roundCount, round + 1) - firstUnitOf(job.asked.units, job.roundCount, round);
  if (tasks !== planned)
    report('round_is_planned', `job ${job.id}, round ${round}: ${tasks} tasks, expected ${planned}`);
}

/** A round that does tasks of another again: those due, each once, and no others. */
function startCorrection(job: JobModel, model: RoundModel, writes: WriteSet, report: Report): void {
  const covered = model.blocks.flatMap(({ firstTask, slots }) => slots.map((_, i) => firstTask + i)).toSorted(byNumber);
  const due = [...job.due].filter((key) => key.startsWith(`${model.corrects}:`));
  const expected = due.map((key) => Number(key.split(':')[1])).toSorted(byNumber);
  const taken = writes.takenCorrections.filter(({ jobId }) => jobId === job.id);
  for (const key of due) job.due.delete(key);
  if (job.state !== 'answered' || covered.length === 0 || covered.join() !== expected.join())
    report(
      'correction_is_due',
      `job ${job.id} (${job.state}), round ${model.round} corrects ${covered.join()} of round ${model.corrects}, due were ${expected.join()}`,
    );
  if (taken.some(({ round }) => round !== model.corrects) || taken.length !== expected.length)
    report('correction_is_due', `job ${job.id}, round ${model.round}: ${taken.length} marked as taken`);
}

const byNumber = (a: number, b: number): number => a - b;
