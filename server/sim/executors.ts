import { must } from '../../shared/assert.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import type { Rng } from '../../shared/rng.ts';
import { loadSecondKernel } from '../../wasm/load-node.ts';
import { openKernel } from '../../wasm/runtime/kernel.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';
import type { MainframeLease, MainframeResult, Slot } from '../core/facts.ts';
import type { Coordinator } from '../core/coordinator.ts';
import type { AuditExecutor } from '../core/ports.ts';
import { between, happens } from './chance.ts';
import type { FaultSource, Life } from './faulty-store.ts';
import { runTask, type Kernels } from './kernels.ts';
import type { Observer } from './observer.ts';

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
  return {
    async rerun({ kind, jobId, round, jobInput, roundInput, task, chunks, urgency, build }) {
      const number = observer.rerunAsked({ jobId, round, task, chunks, urgency, build });
      const takesMs = happens(rng, 0.02) ? between(rng, 5_000, 90_000) : between(rng, 15, 900);
      await source.timeline.sleep(takesMs, `rerun ${jobId}:${round}:${task}:${nameOf(chunks)} ${build}`);
      if (life.isOver) return new Promise<never>(() => undefined);
      if (happens(rng, faults().auditCrashes)) {
        counts.auditCrashes++;
        const error = new Error('injected: the audit thread died');
        source.injected.add(error);
        throw error;
      }
      counts.audits++;
      observer.rerunAnswered(number, source.timeline.now);
      const kernel = build === 'first' ? kernels.of(kind) : openKernel(secondModule(kind));
      const runs = chunks.map((chunk) => runChunk(kernel, jobInput, roundInput, task * CHUNKS_PER_TASK + chunk));
      return { digests: runs.map(({ digest }) => digest), candidate: must(runs.at(-1), 'a chunk').candidate };
    },
    unitsPerSecond: () => 1.2,
  };
}

const nameOf = (chunks: readonly number[]): string => (chunks.length === CHUNKS_PER_TASK ? 'all' : chunks.join('+'));

const secondModules = new Map<string, WebAssembly.Module>();

/** Compiled once a process. */
function secondModule(kind: string): WebAssembly.Module {
  const module = secondModules.get(kind) ?? loadSecondKernel(kind).module;
  secondModules.set(kind, module);
  return module;
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
