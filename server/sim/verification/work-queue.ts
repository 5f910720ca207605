import { must } from '../../../shared/assert.ts';
import type { AccountId, JobId } from '../../../shared/ids.ts';
import { below, type Rng } from '../../../shared/rng.ts';
import { CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import { MAX_NUMBER, type TinyAnswer } from '../../../wasm/kinds/tiny/codec.ts';
import { kindNamed } from '../../../wasm/registry.ts';
import type { Coordinator } from '../../core/coordinator.ts';
import { KIND } from '../kernels.ts';
import { columnSums } from '../naive-tiny.ts';

/** An account asks for this many jobs, then the next one does: as many drivers ask a little each. */
const JOBS_PER_ASKER = 20;

/** What the data say, added up once more in the plainest way; only the measuring side ever looks. */
class Truth {
  readonly #sums: Uint32Array;
  readonly best: number;

  constructor(numbers: readonly number[], columnCount: number) {
    this.#sums = Uint32Array.from(columnSums(numbers, columnCount));
    this.best = this.#sums.reduce((least, sum) => Math.min(least, sum));
  }

  isTrue = ({ column, sum }: TinyAnswer): boolean => this.#sums[column] === sum;
}

/** Drivers who ask: keeps as many units waiting as the phones on the line can take. */
export class WorkQueue {
  readonly truths = new Map<JobId, Truth>();
  readonly #unitsPerJob: number;
  readonly #kernelHash: Uint8Array;
  readonly #rng: Rng;
  #asker: AccountId | undefined;
  #asked = 0;

  constructor(unitsPerJob: number, kernelHash: Uint8Array, rng: Rng) {
    this.#unitsPerJob = unitsPerJob;
    this.#kernelHash = kernelHash;
    this.#rng = rng;
  }

  /** Asks until `units` wait. */
  fill(coordinator: Coordinator, units: number): Promise<void> {
    return this.ask(coordinator, units - coordinator.waitingUnits());
  }

  /** Asks for so many units, in whole jobs. */
  async ask(coordinator: Coordinator, units: number): Promise<void> {
    const jobs = Math.ceil(units / this.#unitsPerJob);
    for (let asked = 0; asked < jobs;) {
      const left = JOBS_PER_ASKER - (this.#asked % JOBS_PER_ASKER);
      if (left === JOBS_PER_ASKER) this.#asker = (await coordinator.openAccount('Asker', 'driver')).id;
      const now = Math.min(left, jobs - asked);
      asked += now;
      await Promise.all(Array.from({ length: now }, () => this.#askOne(coordinator)));
    }
  }

  async #askOne(coordinator: Coordinator): Promise<void> {
    const units = this.#unitsPerJob;
    const columnCount = units * CHUNKS_PER_TASK;
    const numbers = Array.from({ length: columnCount }, () => below(this.#rng, MAX_NUMBER + 1));
    const answer = await coordinator.submitJob({
      accountId: must(this.#asker, 'an asker'),
      kind: must(kindNamed(KIND), KIND),
      kernelHash: this.#kernelHash,
      spec: { numbers, units },
      idempotencyKey: `ask-${++this.#asked}`,
      requestDigest: new Uint8Array(32),
    });
    if (!answer.ok) throw new Error(`expected a job, got ${answer.error}`);
    this.truths.set(answer.value.id, new Truth(numbers, columnCount));
  }
}
