import type { Rng } from '../../shared/rng.ts';
import { CHUNKS_PER_TASK, NO_SCORE } from '../../shared/protocol/output.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';
import type { MainframeLease, MainframeResult, Slot } from '../core/facts.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { AuditExecutor } from '../core/ports.ts';
import { between, happens } from './chance.ts';
import type { FaultSource, Life } from './faulty-store.ts';
import { runTask, type Kernels } from './kernels.ts';
import type { AskedRerun, Observer } from './observer.ts';

export interface ExecutorFaults {
  /** Per chunk: its audit thread dies. */
  readonly auditCrashes: number;
  /** Per unit: its mainframe thread dies. */
  readonly threadCrashes: number;
}

export const STEADY: ExecutorFaults = { auditCrashes: 0, threadCrashes: 0 };

export interface ExecutorParts {
  readonly source: FaultSource;
  readonly rng: Rng;
  readonly kernels: Kernels;
  readonly observer: Observer;
  readonly life: Life;
  readonly faults: () => ExecutorFaults;
  readonly counts: { audits: number; auditCrashes: number; mainframeUnits: number; threadCrashes: number };
}

/** The audit threads: the real wasm, an answer some virtual time later, and now and then a thread that dies instead. */
export function auditTwin({ source, rng, kernels, observer, life, faults, counts }: ExecutorParts): AuditExecutor {
  async function rerun<T>(asked: AskedRerun, work: () => T): Promise<T> {
    const number = observer.rerunAsked(asked);
    const takesMs = happens(rng, 0.02) ? between(rng, 5_000, 90_000) : between(rng, 15, 900);
    await source.timeline.sleep(takesMs, `rerun ${asked.jobId}:${asked.round}:${asked.task}:${asked.chunk}`);
    if (life.isOver) return new Promise<never>(() => undefined);
    if (happens(rng, faults().auditCrashes)) {
      counts.auditCrashes++;
      const error = new Error('injected: the audit thread died');
      source.injected.add(error);
      throw error;
    }
    counts.audits++;
    observer.rerunAnswered(number, source.timeline.now);
    return work();
  }
  return {
    rerun({ chunk, ...of }) {
      const task = Math.floor(chunk / CHUNKS_PER_TASK);
      const asked = { jobId: of.jobId, round: of.round, task, chunk: chunk % CHUNKS_PER_TASK };
      return rerun(asked, () => runChunk(kernels.of(of.kind), of.jobInput, of.roundInput, chunk));
    },
    rerunTask({ task, ...of }) {
      const asked = { jobId: of.jobId, round: of.round, task, chunk: 'all' as const };
      return rerun(asked, () => runTask(kernels, { ...of, firstChunk: task * CHUNKS_PER_TASK, scoreToBeat: NO_SCORE }));
    },
  };
}

/** Mainframe threads in virtual time. An idle thread asks at once when told of work; results go in as they come. */
export class MainframeTwin {
  readonly #parts: ExecutorParts;
  readonly #coordinator: Coordinator;
  readonly #unitMs: number;
  #idle: number;
  #isAsking = false;

  constructor(parts: ExecutorParts, coordinator: Coordinator, threads: number, unitMs: number) {
    this.#parts = parts;
    this.#coordinator = coordinator;
    this.#idle = threads;
    this.#unitMs = unitMs;
  }

  workAvailable(): void {
    if (this.#idle > 0 && !this.#isAsking) this.#ask([], []);
  }

  #ask(results: readonly MainframeResult[], lost: readonly Slot[]): void {
    const { source, observer, life } = this.#parts;
    const want = this.#idle;
    this.#isAsking = true;
    this.#idle = 0;
    observer.mainframeHanded(results);
    source.timeline.stir();
    void this.#coordinator.mainframe(results, want, lost).then(
      (leases) => {
        if (life.isOver) return;
        this.#isAsking = false;
        this.#idle += want - leases.length;
        for (const lease of leases) this.#compute(lease);
      },
      () => {
        if (life.isOver) return;
        this.#isAsking = false;
        this.#idle += want; // what it brought is lost; its leases run out
      },
    );
  }

  #compute(lease: MainframeLease): void {
    const { source, rng, kernels, life, faults, counts } = this.#parts;
    const { blockId, taskIndex } = lease;
    source.timeline.in(this.#unitMs + between(rng, 0, this.#unitMs), `mainframe ${blockId}:${taskIndex}`, () => {
      if (life.isOver) return;
      this.#idle++;
      if (happens(rng, faults().threadCrashes)) {
        counts.threadCrashes++;
        return this.#ask([], [{ blockId, taskIndex }]);
      }
      counts.mainframeUnits++;
      const output = runTask(kernels, { ...lease, firstChunk: lease.task * CHUNKS_PER_TASK });
      this.#ask([{ blockId, taskIndex, output }], []);
    });
  }
}
