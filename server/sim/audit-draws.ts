import type { Policy } from '../../shared/model/policy.ts';
import { isDue, isWithin, rowName, type DeviceModel, type RowModel } from './audited-world.ts';
import type { Report } from './observer.ts';

const SPAN_MS = 10 * 86_400_000;
/** Nine spans and the running one: ninety days. */
const SPANS = 10;

export const spanOf = (now: number): number => Math.floor(now / SPAN_MS);

/** Chunks verified within ninety days. */
function trustOf(device: DeviceModel, now: number): number {
  let trust = 0;
  for (const [span, count] of device.verified) if (span > spanOf(now) - SPANS) trust += count;
  return trust;
}

interface Tally {
  expected: number;
  variance: number;
  seen: number;
  draws: number;
}

const noTally = (): Tally => ({ expected: 0, variance: 0, seen: 0, draws: 0 });

/**
 * Which results are re-run whole is drawn under a secret: it cannot be foretold, only counted. What is certain is
 * checked at once, what is chance is added up and must be within five standard deviations of its rate in the end.
 */
export class Draws {
  readonly #policy: Policy;
  readonly #report: Report;
  readonly #tallies = { whole: noTally(), suspect: noTally(), settle: noTally(), gate: noTally() };

  constructor(policy: Policy, report: Report) {
    this.#policy = policy;
    this.#report = report;
  }

  /** A row just accepted, with the bits it was written with. */
  accepted(row: RowModel, device: DeviceModel, taskCountBefore: number, isSuspicionKnown: boolean, now: number): void {
    const length = row.indices.length;
    const name = rowName(row.deviceId, row.seq, row.block.id);
    if (!isWithin(row.wholeDue, 2 ** length - 1, length))
      return this.#report('draws_are_of_the_row', `${name}: bits ${row.wholeDue} of ${length} results`);
    if (row.block.job.replicas > 1) {
      if (row.wholeDue !== 0) this.#report('replicas_are_not_audited', `${name}: bits ${row.wholeDue}`);
      return;
    }
    if (device.probationLeft > 0) {
      if (row.wholeDue !== 2 ** length - 1)
        this.#report('newcomers_are_rerun_whole', `${name}: bits ${row.wholeDue} of ${length} results`);
      return;
    }
    if (device.probationAt === now || !isSuspicionKnown) return; // changed by this commit: before this exchange or after it
    const { suspectRate, wholeFloor, wholeTrust } = this.#policy.audit;
    const trust = trustOf(device, now);
    const usual = Math.min(1, wholeFloor + (wholeTrust / trust) ** 2);
    const isSuspect = taskCountBefore < device.suspectUntil;
    row.indices.forEach((_, i) => {
      const rate = isSuspect ? Math.max(suspectRate, usual) : usual;
      this.#count(isSuspect ? 'suspect' : 'whole', rate, isDue(row.wholeDue, i), name);
    });
  }

  /** A row of a device about to post by time alone, and the bits it had before. */
  settled(row: RowModel, before: number, device: DeviceModel, now: number): void {
    const { settleRate, settleTrust } = this.#policy.audit;
    const further = device.taskCount - row.taskNo;
    const trust = trustOf(device, now);
    const known = trust > settleTrust ? (settleTrust * settleTrust) / (trust * trust) : 1;
    const rate = Math.min(1, ((settleRate * (this.#policy.maturityTasks + 1)) / (further + 1)) * known);
    const name = rowName(row.deviceId, row.seq, row.block.id);
    row.indices.forEach((_, i) => {
      if (!isDue(before, i)) this.#count('settle', rate, isDue(row.wholeDue, i), name);
    });
  }

  /** A gate's chunks: as often of the first half of a task as of the second. */
  gate(chunks: readonly number[]): void {
    for (const chunk of chunks) this.#count('gate', 0.5, chunk < 32, 'a gate');
  }

  /** At the end of a run. */
  judge(): void {
    for (const [name, { expected, variance, seen, draws }] of Object.entries(this.#tallies)) {
      if (Math.abs(seen - expected) > 5 * Math.sqrt(variance) + 1)
        this.#report('draws_have_their_rate', `${name}: ${seen} of ${draws}, expected about ${expected.toFixed(1)}`);
    }
  }

  #count(of: 'whole' | 'suspect' | 'settle' | 'gate', rate: number, isDrawn: boolean, name: string): void {
    if (rate >= 1 && !isDrawn) this.#report('draws_are_certain', `${name}: not drawn (${of}), the rate is 1`);
    const tally = this.#tallies[of];
    tally.expected += rate;
    tally.variance += rate * (1 - rate);
    tally.seen += isDrawn ? 1 : 0;
    tally.draws++;
  }
}
