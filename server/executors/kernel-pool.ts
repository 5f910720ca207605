import { must } from '../../shared/assert.ts';
import type { Kernels } from './kernel-work.ts';
import { KernelThread, ThreadDied } from './kernel-thread.ts';

/** Runs a function later; returns what takes it back. A port, so that tests need not wait. */
export type After = (ms: number, run: () => void) => () => void;

export const afterMs: After = (ms, run) => {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
};

export interface PoolOptions {
  readonly threads: number;
  readonly kernels: Kernels;
  readonly after: After;
  /** A thread has become free: there may be work for it. */
  readonly onFree: () => void;
}

/** One thread's place. `cooling`: its last thread died, the next is not started yet. */
interface Seat {
  state: 'free' | 'busy' | 'cooling';
  thread: KernelThread | undefined;
  /** Deaths since the last piece of work that ended well. */
  deaths: number;
}

/**
 * A fixed number of threads, started when first needed. A death rejects the work it was given and nothing else; the place
 * is free again at once after a first death, and later and later while threads go on dying.
 */
export class KernelPool {
  readonly #options: PoolOptions;
  readonly #seats: readonly Seat[];
  #isStopped = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#seats = Array.from({ length: options.threads }, () => ({ state: 'free', thread: undefined, deaths: 0 }));
  }

  get free(): number {
    return this.#isStopped ? 0 : this.#seats.filter(({ state }) => state === 'free').length;
  }

  /** Threads that are at work, for tests and for a hand that has to end one. */
  get busyThreads(): readonly KernelThread[] {
    return this.#seats.flatMap(({ state, thread }) => (state === 'busy' && thread ? [thread] : []));
  }

  /** Lends a free thread; ask `free` before. Rejects with `ThreadDied` when the thread dies under the work. */
  async run<T>(use: (thread: KernelThread) => Promise<T>): Promise<T> {
    if (this.#isStopped) throw new ThreadDied('the threads have stopped');
    const seat = must(
      this.#seats.find(({ state }) => state === 'free'),
      'a free thread',
    );
    seat.state = 'busy';
    if (!seat.thread || seat.thread.isDead) seat.thread = new KernelThread(this.#options.kernels);
    try {
      const value = await use(seat.thread);
      seat.deaths = 0;
      this.#release(seat);
      return value;
    } catch (error) {
      if (error instanceof ThreadDied) this.#cool(seat);
      else this.#release(seat);
      throw error;
    }
  }

  /** Ends every thread; what they worked on is rejected. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(this.#seats.flatMap(({ thread }) => (thread ? [thread.end()] : [])));
  }

  #cool(seat: Seat): void {
    seat.state = 'cooling';
    seat.deaths += 1;
    this.#options.after(coolingMs(seat.deaths), () => this.#release(seat));
  }

  /** Says so only after the caller of `run` has its value. */
  #release(seat: Seat): void {
    seat.state = 'free';
    if (!this.#isStopped) setImmediate(this.#options.onFree);
  }
}

/** 0, 250, 500, 1,000 … 30,000 ms: one death costs one unit's time, a kernel that always dies does not burn a core. */
const coolingMs = (deaths: number): number => (deaths === 1 ? 0 : Math.min(30_000, 125 * 2 ** (deaths - 1)));
