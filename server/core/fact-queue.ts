import type { Answers, Fact, FactOf } from './facts.ts';
import { Incident } from './incident.ts';
import { StoreError } from './ports.ts';
import { isBatchable } from './read-set.ts';

interface Queued {
  readonly fact: Fact;
  readonly resolve: (answer: never) => void;
  readonly reject: (reason: Incident) => void;
}

export interface FactQueueParts {
  /** Decides a batch, in order, in one transaction: an answer for each, or an error and no trace of any. */
  readonly commit: (batch: readonly Fact[]) => Promise<readonly Answers[Fact['type']][]>;
  readonly soon: (run: () => void) => void;
  readonly batchFacts: () => number;
  /** Tells of a fact that failed twice; the id under which it was told. */
  readonly incident: (error: unknown) => string;
}

/**
 * One turn after the other, a batch a turn. A thrown error is a bug: the batch leaves no trace, each of its facts is tried
 * once more alone, and the one that throws again is refused with an incident id.
 */
export class FactQueue {
  readonly #parts: FactQueueParts;
  readonly #queue: Queued[] = [];
  #isRunning = false;
  #isStopped = false;
  #idle: (() => void)[] = [];

  constructor(parts: FactQueueParts) {
    this.#parts = parts;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  add<Type extends Fact['type']>(fact: FactOf<Type>): Promise<Answers[Type]> {
    if (this.#isStopped) return Promise.reject(stopped());
    return new Promise<Answers[Type]>((resolve, reject) => {
      this.#queue.push({ fact, resolve: resolve as (answer: never) => void, reject });
      if (!this.#isRunning) {
        this.#isRunning = true;
        this.#parts.soon(() => void this.#run());
      }
    });
  }

  /** Resolves when no fact is queued or being decided. */
  async settled(): Promise<void> {
    while (this.#isRunning || this.#queue.length > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** No further fact is taken; those queued are refused with `stopped`. */
  stop(): void {
    this.#isStopped = true;
    for (const { reject } of this.#queue.splice(0)) reject(stopped());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) await this.#process(this.#nextBatch());
    this.#isRunning = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** The longest run of facts that may share a transaction; a fact that reads more than rows by key goes alone. */
  #nextBatch(): Queued[] {
    const most = Math.min(this.#queue.length, this.#parts.batchFacts());
    let length = 0;
    while (length < most && isBatchable(this.#queue[length]!.fact)) length++;
    return this.#queue.splice(0, Math.max(1, length));
  }

  async #process(batch: readonly Queued[]): Promise<void> {
    try {
      const answers = await this.#parts.commit(batch.map(({ fact }) => fact));
      batch.forEach((queued, i) => queued.resolve(answers[i] as never));
    } catch (error) {
      if (batch.length === 1) await this.#retry(batch[0]!, error);
      else for (const queued of batch) await this.#process([queued]);
    }
  }

  async #retry(queued: Queued, first: unknown): Promise<void> {
    if (this.#isStopped) return queued.reject(stopped());
    try {
      const [answer] = await this.#parts.commit([queued.fact]);
      queued.resolve(answer as never);
    } catch (error) {
      const id = this.#parts.incident(error ?? first);
      const code = error instanceof StoreError ? error.code : 'internal';
      queued.reject(new Incident(code, `${queued.fact.type} failed, incident ${id}`, id));
    }
  }
}

const stopped = (): Incident => new Incident('stopped', 'the coordinator has stopped');
