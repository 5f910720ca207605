import { assert } from '../../../shared/assert.ts';
import type { JobId } from '../../../shared/ids.ts';
import type { Coordinator } from '../../core/coordinator.ts';
import { Incident } from '../../core/incident.ts';
import type { MainframeLease, MainframeResult, Slot } from '../../core/facts.ts';
import { DeathCount } from '../death-count.ts';
import { KernelPool, type After } from '../kernel-pool.ts';
import type { Kernels } from '../kernel-work.ts';

export interface MainframeOptions {
  /** Capacity; 0 = off. */
  readonly threads: number;
  readonly kernels: Kernels;
  readonly after: After;
  readonly coordinator: Pick<Coordinator, 'mainframe' | 'failJob'>;
  readonly report: (what: string, error: unknown) => void;
}

interface Finished extends MainframeResult {
  readonly jobId: JobId;
}

/**
 * The server's own executor: worker threads that run the kernels phones run. It asks the coordinator for units whenever it
 * is woken or a thread has become free, one question at a time; results and losses travel with the next question.
 *
 * A thread's death costs its unit's time. Results the store could not take are kept and handed in again, at the latest
 * with the next tick's wake.
 */
export class Mainframe {
  readonly pool: KernelPool;
  readonly #options: MainframeOptions;
  readonly #deaths = new DeathCount();
  #finished: readonly Finished[] = [];
  #lost: readonly Slot[] = [];
  #isAsking = false;
  #isWoken = false;
  #isStopped = false;

  constructor(options: MainframeOptions) {
    const { threads, kernels, after } = options;
    this.#options = options;
    this.pool = new KernelPool({ threads, kernels, after, onFree: () => this.wake() });
  }

  /** There may be work. Cheap, and right at any time. */
  wake(): void {
    this.#isWoken = true;
    if (!this.#isAsking && !this.#isStopped) void this.#askWhileWoken();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.pool.stop();
  }

  async #askWhileWoken(): Promise<void> {
    this.#isAsking = true;
    while (this.#isWoken && !this.#isStopped) {
      this.#isWoken = false;
      await this.#ask();
    }
    this.#isAsking = false;
  }

  async #ask(): Promise<void> {
    const [finished, lost, want] = [this.#finished, this.#lost, this.pool.free];
    if (finished.length + lost.length + want === 0) return;
    [this.#finished, this.#lost] = [[], []];
    try {
      const leases = await this.#options.coordinator.mainframe(finished, want, lost);
      for (const lease of leases) void this.#compute(lease);
    } catch (error) {
      this.#takeBack(finished, lost, error);
    }
  }

  /** A result the coordinator trips over is lost like a unit that kills its thread; a full disk is waited for. */
  #takeBack(finished: readonly Finished[], lost: readonly Slot[], error: unknown): void {
    const isOurs = error instanceof Incident && error.code === 'internal';
    this.#lost = [...this.#lost, ...lost, ...(isOurs ? finished : [])];
    if (!isOurs) this.#finished = [...finished, ...this.#finished];
    else for (const { jobId, ...slot } of finished) this.#countDeath(jobId, slot);
  }

  async #compute(lease: MainframeLease): Promise<void> {
    const { jobId, kind, round, blockId, taskIndex, jobInput, roundInput, task, scoreToBeat } = lease;
    const inputs = { kind, build: 'first', jobInput, roundInput } as const;
    try {
      const reply = await this.pool.run((thread) =>
        thread.run(`${jobId}:${round}`, inputs, { type: 'task', task, scoreToBeat }),
      );
      assert(reply.type === 'task', `expected a task's output, got ${reply.type}`);
      this.#deaths.forget(nameOf(lease));
      this.#finished = [...this.#finished, { jobId, blockId, taskIndex, output: reply.output }];
    } catch (error) {
      if (this.#isStopped) return;
      this.#options.report(`mainframe, job ${jobId}, block ${blockId}, task ${taskIndex}`, error);
      this.#lost = [...this.#lost, { blockId, taskIndex }];
      this.#countDeath(jobId, lease);
    }
    this.wake();
  }

  #countDeath(jobId: JobId, slot: Slot): void {
    if (!this.#deaths.isHopeless(nameOf(slot))) return;
    this.#options.coordinator
      .failJob(jobId, 'kernel_failed')
      .catch((error: unknown) => this.#options.report(`failing job ${jobId}`, error)); // its next death counts again
  }
}

const nameOf = ({ blockId, taskIndex }: Slot): string => `${blockId}:${taskIndex}`;
