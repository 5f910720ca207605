import type { Job } from '../../shared/model/job.ts';
import type { WriteSet } from '../core/ports.ts';
import { followCancel, giveUp } from './audit-cancels.ts';
import { ALL_CHUNKS, columnOf, wrongAmong } from './audit-truth.ts';
import type { AuditedWorld, JobModel, RoundModel, RowModel } from './audited-world.ts';
import { columnBytes, columnSums } from './naive-tiny.ts';
import { slotName, type Report } from './observer.ts';

/** Rounds that closed and jobs that were answered, corrected or given up: on whose chunk, and with what. */
export function closeRounds(
  world: AuditedWorld,
  writes: WriteSet,
  now: number,
  touched: Set<RowModel>,
  report: Report,
): void {
  for (const { jobId, round, outcome } of writes.rounds) {
    const job = world.jobs.get(jobId);
    const model = job?.rounds.get(round);
    if (outcome && job && model?.isOpen && !model.winner) closeRound(job, model, outcome, report);
  }
  for (const written of writes.jobs) {
    const job = world.jobs.get(written.id);
    if (job) follow(world, job, written, writes, now, touched, report);
  }
}

function closeRound(
  job: JobModel,
  model: RoundModel,
  outcome: { readonly score: number; readonly candidate: Uint8Array },
  report: Report,
): void {
  model.isOpen = false;
  let best: { score: number; column: number } | undefined;
  for (const block of model.blocks) {
    block.slots.forEach((slot, index) => {
      if (slot.state !== 'checked')
        report(
          'round_is_checked',
          `job ${job.id}, round ${model.round} closed on ${slot.state} slot ${slotName(block.id, index)}`,
        );
      const isTrue = wrongAmong(block, index, slot.digests, ALL_CHUNKS).length === 0;
      job.truths.set(`${model.planned}:${block.firstTask + index}`, isTrue);
      slot.digests.forEach(({ score }, chunk) => {
        const column = columnOf(block, index, chunk);
        if (!best || score < best.score || (score === best.score && column < best.column)) best = { score, column };
      });
    });
  }
  if (!best) return;
  const isPlanted = job.sums[best.column] !== best.score;
  const isSame =
    outcome.score === best.score && String(outcome.candidate) === String(Uint8Array.from(columnBytes(best.column)));
  if (isPlanted || !isSame)
    report(
      'winner_as_predicted',
      `job ${job.id}, round ${model.round}: closed on ${outcome.score}, expected ${best.score}${isPlanted ? ', which is a lie' : ''}`,
    );
  model.winner = best;
}

/** The state a job was written with, against what its rounds say. */
function follow(
  world: AuditedWorld,
  job: JobModel,
  { state }: Job,
  writes: WriteSet,
  now: number,
  touched: Set<RowModel>,
  report: Report,
): void {
  const openRound = [...job.rounds.values()].find(({ isOpen }) => isOpen);
  if (state.name === 'failed') {
    if (job.state !== 'failed') giveUp(world, job, 'failed', touched);
    return report('job_is_answered', `job ${job.id} failed: ${state.code}`);
  }
  if (state.name === 'cancelling' || state.name === 'cancelled')
    return followCancel(world, job, state, now, touched, report);
  const isCorrecting = openRound?.corrects !== undefined;
  const expected = openRound ? (isCorrecting ? 'correcting' : 'running') : 'answered';
  if (state.name !== expected) report('job_as_predicted', `job ${job.id} is ${state.name}, expected ${expected}`);
  if ('round' in state && state.round !== openRound?.round)
    report('job_as_predicted', `job ${job.id} is in round ${state.round}, expected ${openRound?.round}`);
  if (state.name !== 'running') takeAnswer(world, job, state, writes, now, report);
  job.state = state.name;
}

type Answered = Extract<Job['state'], { readonly answer: Uint8Array }>;

function takeAnswer(
  world: AuditedWorld,
  job: JobModel,
  { answer, correctedAt }: Answered,
  writes: WriteSet,
  now: number,
  report: Report,
): void {
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  const [column, sum] = [view.getUint32(0, true), view.getUint32(4, true)];
  const winners = [...job.rounds.values()].flatMap(({ winner }) => winner ?? []);
  const own = columnSums(job.asked.numbers, job.asked.units * 64);
  const predicted = Math.min(...winners.map(({ score }) => score));
  if (winners.length < job.roundCount)
    report('answer_after_all_rounds', `job ${job.id} after ${winners.length} of ${job.roundCount}`);
  if (own[column] !== sum)
    report('answer_is_real', `job ${job.id}: column ${column} sums to ${own[column]}, not ${sum}`);
  if (sum !== predicted) report('answer_as_predicted', `job ${job.id}: ${sum}, expected ${predicted}`);
  const smallest = Math.min(...own);
  const isTrue = [...job.truths.values()].every((one) => one);
  if (isTrue && sum !== smallest) report('answer_is_best', `job ${job.id}: ${sum}, the smallest is ${smallest}`);

  const isChanged = job.answer !== undefined && (job.answer.column !== column || job.answer.sum !== sum);
  const news = writes.outbox.filter(({ jobId, topic }) => jobId === job.id && topic === 'job_corrected');
  const expected = isChanged ? [`corrected:${job.id}:${job.rounds.size}`] : [];
  if (news.map(({ key }) => key).join() !== expected.join())
    report('correction_is_news', `job ${job.id}: ${news.map(({ key }) => key).join()}, expected ${expected.join()}`);
  if (isChanged) {
    job.correctedAt = now;
    world.counts.correctedAnswers++;
  }
  if (correctedAt !== job.correctedAt)
    report('correction_is_news', `job ${job.id} was corrected at ${correctedAt}, expected ${job.correctedAt}`);
  if (job.state === 'correcting') world.counts.corrections++;
  job.answer = { column, sum };
}

/** Answers that rest on lies nobody found, at the end. */
export function countHidden(world: AuditedWorld): void {
  for (const { asked, answer } of world.jobs.values()) {
    if (answer && answer.sum !== Math.min(...columnSums(asked.numbers, asked.units * 64))) world.counts.hiddenAnswers++;
  }
}
