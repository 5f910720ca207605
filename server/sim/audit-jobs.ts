import type { WriteSet } from '../core/ports.ts';
import { openSlot, type AuditedWorld, type BlockModel, type JobModel, type SlotModel } from './audited-world.ts';
import {
  columnBytes,
  columnSums,
  digestOfColumn,
  digestsIn,
  firstUnitOf,
  hashOf,
  lowest,
  numbersIn,
} from './naive-tiny.ts';
import { slotName, type Asked, type Report } from './observer.ts';

/** New jobs and blocks: that they exist is a fact, what they hold is checked against what was asked. */
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
    if (sorted(sums) !== sorted(columnSums(asked.numbers, columnCount))) {
      report('blinding_keeps_sums', `job ${job.id} is not what account ${asked.accountId} asked`);
    }
    world.jobs.set(job.id, {
      id: job.id,
      asked,
      rounds: job.rounds,
      sums,
      round: 1,
      blocks: [],
      winners: [],
      state: 'running',
      isTrue: true,
      isDelivered: false,
    });
  }
  for (const block of writes.blocks) {
    const job = world.jobs.get(block.jobId);
    if (world.blocks.has(block.id) || !job) continue;
    const slots = Array.from({ length: block.taskCount }, openSlot);
    const model: BlockModel = {
      id: block.id,
      job,
      round: block.round,
      firstTask: block.firstTask,
      slots,
      isLive: true,
    };
    world.blocks.set(block.id, model);
    job.blocks.push(model);
    const { units } = job.asked;
    const tasks = job.blocks
      .filter(({ round }) => round === block.round)
      .reduce((sum, one) => sum + one.slots.length, 0);
    const planned = firstUnitOf(units, job.rounds, block.round + 1) - firstUnitOf(units, job.rounds, block.round);
    if (tasks !== planned)
      report('round_is_planned', `job ${job.id}, round ${block.round}: ${tasks} tasks, expected ${planned}`);
  }
}

/** Rounds that closed and jobs that were answered: on whose chunk, and with what. */
export function closeRounds(world: AuditedWorld, writes: WriteSet, report: Report): void {
  for (const { jobId, round, outcome } of writes.rounds) {
    const job = world.jobs.get(jobId);
    if (!outcome || !job || job.round !== round || job.state !== 'running') continue;
    const blocks = job.blocks.filter((block) => block.round === round);
    let best: { score: number; column: number } | undefined;
    for (const block of blocks) {
      block.isLive = false;
      block.slots.forEach((slot, index) => {
        if (slot.state !== 'checked')
          report(
            'round_is_checked',
            `job ${jobId}, round ${round} closed on ${slot.state} slot ${slotName(block.id, index)}`,
          );
        slot.digests.forEach(({ score }, chunk) => {
          const column = columnOf(block, index, chunk);
          if (!isTrue(block, index, chunk, slot)) job.isTrue = false;
          if (!best || score < best.score || (score === best.score && column < best.column)) best = { score, column };
        });
      });
    }
    if (!best) continue;
    const isPlanted = job.sums[best.column] !== best.score;
    const isSame =
      outcome.score === best.score && String(outcome.candidate) === String(Uint8Array.from(columnBytes(best.column)));
    if (isPlanted || !isSame)
      report(
        'winner_as_predicted',
        `job ${jobId}, round ${round}: closed on ${outcome.score}, expected ${best.score}${isPlanted ? ', which is a lie' : ''}`,
      );
    job.winners.push(best);
    job.round++;
  }
  for (const { id, state } of writes.jobs) {
    const job = world.jobs.get(id);
    if (state.name === 'running' || !job || job.state === 'answered') continue;
    if (state.name === 'answered') takeAnswer(world, job, state.answer, report);
    else report('job_is_answered', `job ${id} failed: ${state.code}`);
  }
}

function takeAnswer(world: AuditedWorld, job: JobModel, answer: Uint8Array, report: Report): void {
  job.state = 'answered';
  const rounds = Math.max(1, Math.min(job.rounds, job.asked.units));
  if (job.winners.length !== rounds)
    report('answer_after_all_rounds', `job ${job.id} after ${job.winners.length} of ${rounds}`);
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  const column = view.getUint32(0, true);
  const sum = view.getUint32(4, true);
  const own = columnSums(job.asked.numbers, job.asked.units * 64);
  const predicted = Math.min(...job.winners.map(({ score }) => score));
  const smallest = Math.min(...own);
  if (own[column] !== sum)
    report('answer_is_real', `job ${job.id}: column ${column} sums to ${own[column]}, not ${sum}`);
  if (sum !== predicted) report('answer_as_predicted', `job ${job.id}: ${sum}, expected ${predicted}`);
  if (job.isTrue && sum !== smallest) report('answer_is_best', `job ${job.id}: ${sum}, the smallest is ${smallest}`);
  if (sum !== smallest) world.counts.hiddenAnswers++; // a liar may hide a good candidate: it loses quality, never truth
}

const columnOf = (block: BlockModel, taskIndex: number, chunk: number): number =>
  (firstUnitOf(block.job.asked.units, block.job.rounds, block.round) + block.firstTask + taskIndex) * 64 + chunk;

/** Whether a slot's result says of one chunk what the numbers say. */
export function isTrue(block: BlockModel, taskIndex: number, chunk: number, slot: SlotModel): boolean {
  const truth = digestOfColumn(block.job.sums, columnOf(block, taskIndex, chunk));
  const said = slot.digests[chunk];
  return said?.score === truth.score && said.hash === truth.hash;
}

/** No certificate: not what an output looks like, or a candidate that its best digest does not name. */
export function contradictsItself(job: JobModel, output: Uint8Array): boolean {
  if (output.length < 512) return true;
  const digests = digestsIn(output);
  const best = digests[lowest(digests)];
  if (!best || best.score === 0xffff_ffff) return true;
  if (output.length === 512) return false;
  const candidate = output.subarray(512);
  const column =
    (candidate[0] ?? 0) + 256 * (candidate[1] ?? 0) + 65_536 * ((candidate[2] ?? 0) + 256 * (candidate[3] ?? 0));
  return candidate.length !== 4 || column >= job.sums.length || hashOf(candidate) !== best.hash;
}
