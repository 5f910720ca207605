import type { BlockId, DeviceId, JobId } from '../../../shared/ids.ts';
import type { ExchangeRow } from '../../../shared/model/device.ts';
import type { Job, StoredResult } from '../../../shared/model/job.ts';
import { DAY } from '../../../shared/time.ts';
import { tiny } from '../../../wasm/kinds/tiny/kind.ts';
import type { SlotKey, WriteSet } from '../../core/ports.ts';
import type { Seat } from './seat.ts';
import type { WorkQueue } from './work-queue.ts';

/** Names one result for good. */
interface ResultName {
  readonly deviceId: DeviceId;
  readonly seq: number;
  readonly blockId: BlockId;
  readonly taskIndex: number;
}

const nameOf = ({ deviceId, seq, blockId, taskIndex }: ResultName): string =>
  `${deviceId}:${seq}:${blockId}:${taskIndex}`;
const slotOf = ({ blockId, taskIndex }: SlotKey): string => `${blockId}:${taskIndex}`;

/**
 * The measuring side: sees every commit, and alone knows who lied about what. It changes nothing and is asked by nobody
 * but for this: a cheater who is convicted sees so in its own app, and hears it from here.
 */
export class Tally {
  readonly counts = {
    /** Results that stand in a slot at last, and those among them with a wrong chunk. */
    standing: 0,
    wrongStanding: 0,
    lies: 0,
    /** Results that came in to be compared. */
    copies: 0,
    /** Rounds closed on a winner's re-run. */
    rounds: 0,
    /** Results re-run whole because they were to post by time. */
    settled: 0,
    /** Results paid for good, and those among them with a wrong chunk. */
    credited: 0,
    wrongCredited: 0,
    /** Results not paid: of honest devices, and of cheaters' honest and wrong work. */
    voided: 0,
    honestVoided: 0,
    answers: 0,
    /** Answers whose numbers are not what the data say. */
    falseAnswers: 0,
    /** Answers made with a wrong result among those they were made from. */
    taintedAnswers: 0,
    /** True answers that are not the best. */
    worseAnswers: 0,
    correctedAnswers: 0,
    convictions: 0,
    falseConvictions: 0,
  };
  #waitedMs = 0;
  readonly #queue: WorkQueue;
  readonly #seats = new Map<DeviceId, Seat>();
  readonly #lies = new Set<string>();
  /** Wrong results that stand in a slot, by job. */
  readonly #wrongOf = new Map<JobId, Set<string>>();
  readonly #jobOf = new Map<BlockId, JobId>();
  readonly #settling = new Set<string>();
  readonly #blacklist = new Set<DeviceId>();
  /** Wrong results that stand, by device. */
  readonly #wrongBy = new Map<DeviceId, number>();
  readonly #final = new Map<JobId, 'best' | 'worse' | 'false'>();

  constructor(queue: WorkQueue) {
    this.#queue = queue;
  }

  seated(deviceId: DeviceId, seat: Seat): void {
    this.#seats.set(deviceId, seat);
  }

  lied(name: ResultName): void {
    this.counts.lies++;
    this.#lies.add(nameOf(name));
  }

  isHonest = (deviceId: DeviceId): boolean => !this.#seats.get(deviceId)?.cheat;

  /** Caught by a rule that has no convictions of its own: nothing of this device counts (backtracking). */
  blacklisted(deviceId: DeviceId): void {
    this.counts.convictions++;
    this.#blacklist.add(deviceId);
    this.counts.wrongStanding -= this.#wrongBy.get(deviceId) ?? 0;
    if (this.isHonest(deviceId)) this.counts.falseConvictions++;
    else this.#seats.get(deviceId)?.comeBack();
  }

  committed(writes: WriteSet, now: number): void {
    const { blocks, rounds, results, droppedResults, votes, exchanges, jobs, evidence } = writes;
    for (const { id, jobId } of blocks) this.#jobOf.set(id, jobId);
    for (const slot of droppedResults) this.#wrongIn(slot)?.delete(slotOf(slot));
    for (const result of results) this.#stored(result);
    for (const row of exchanges) this.#credited(row, now);
    this.counts.copies += votes.length;
    this.counts.rounds += rounds.filter(({ outcome }) => outcome).length;
    for (const job of jobs) this.#answered(job);
    for (const { appeal, deviceId } of evidence) {
      if (appeal) continue;
      this.counts.convictions++;
      if (this.isHonest(deviceId)) this.counts.falseConvictions++;
      else this.#seats.get(deviceId)?.comeBack();
    }
  }

  /** Answers as they stand now, after all corrections. */
  atLast(): { readonly worseAtLast: number; readonly falseAtLast: number } {
    const all = [...this.#final.values()];
    const count = (of: 'worse' | 'false'): number => all.filter((one) => one === of).length;
    return { worseAtLast: count('worse'), falseAtLast: count('false') };
  }

  /** From acceptance to posting, over all results posted. */
  meanDaysToFinal(): number {
    return this.#waitedMs / DAY / Math.max(1, this.counts.credited);
  }

  #stored(result: StoredResult): void {
    const { counts } = this;
    const { deviceId } = result;
    const wrong = this.#wrongIn(result);
    counts.standing++;
    if (!this.#isWrong(result)) {
      wrong?.delete(slotOf(result));
      return;
    }
    wrong?.add(slotOf(result));
    if (this.#blacklist.has(deviceId)) return;
    counts.wrongStanding++;
    this.#wrongBy.set(deviceId, (this.#wrongBy.get(deviceId) ?? 0) + 1);
  }

  #wrongIn({ blockId }: SlotKey): Set<string> | undefined {
    const jobId = this.#jobOf.get(blockId);
    if (jobId === undefined) return undefined;
    let wrong = this.#wrongOf.get(jobId);
    if (!wrong) this.#wrongOf.set(jobId, (wrong = new Set()));
    return wrong;
  }

  #isWrong = (name: ResultName): boolean => !this.isHonest(name.deviceId) && this.#lies.has(nameOf(name));

  #credited(row: ExchangeRow, now: number): void {
    const { counts } = this;
    if (row.state === 'void') {
      counts.voided += row.taskIndices.length;
      if (this.isHonest(row.deviceId)) counts.honestVoided += row.taskIndices.length;
    }
    if (row.state === 'pending' && row.isSettled && row.wholeDue !== row.wholeDone) this.#drawnToSettle(row);
    if (row.state !== 'posted') return;
    counts.credited += row.taskIndices.length;
    counts.wrongCredited += row.taskIndices.filter((taskIndex) => this.#isWrong({ ...row, taskIndex })).length;
    this.#waitedMs += (now - row.acceptedAt) * row.taskIndices.length;
  }

  #drawnToSettle({ deviceId, seq, blockId, wholeDue, wholeDone }: ExchangeRow): void {
    const name = `${deviceId}:${seq}:${blockId}`;
    if (this.#settling.has(name)) return;
    this.#settling.add(name);
    for (let due = wholeDue & ~wholeDone; due !== 0; due &= due - 1) this.counts.settled++;
  }

  #answered({ id, state }: Job): void {
    if (state.name !== 'answered') return;
    const { counts } = this;
    const truth = this.#queue.truths.get(id);
    if (!truth) return;
    const answer = tiny.answer.decode(state.answer);
    const worth = !truth.isTrue(answer) ? 'false' : answer.sum > truth.best ? 'worse' : 'best';
    if (this.#final.has(id)) {
      if (state.correctedAt !== undefined && this.#final.get(id) !== worth) counts.correctedAnswers++;
      this.#final.set(id, worth);
      return;
    }
    this.#final.set(id, worth);
    counts.answers++;
    if (worth === 'false') counts.falseAnswers++;
    if (worth === 'worse') counts.worseAnswers++;
    if ((this.#wrongOf.get(id)?.size ?? 0) > 0) counts.taintedAnswers++;
  }
}
