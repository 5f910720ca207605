import { Worker } from 'node:worker_threads';
import { assert, must } from '../../shared/assert.ts';
import type { Kernels, KernelWork, RoundInputs, ThreadReply, ThreadRequest } from './kernel-work.ts';

/** Its thread died, of a trap or by a hand: what it worked on is lost. */
export class ThreadDied extends Error {
  override readonly name = 'ThreadDied';
}

/** Rounds a thread keeps prepared. Each is one kernel's memory: 16 MiB at most. */
const ROUNDS_KEPT = 4;

/** One worker thread and what it holds. It takes one piece of work at a time and never recovers: a dead one is replaced. */
export class KernelThread {
  readonly #worker: Worker;
  #held: readonly string[] = [];
  #waiting:
    | { readonly resolve: (reply: ThreadReply) => void; readonly reject: (reason: ThreadDied) => void }
    | undefined;
  #death: ThreadDied | undefined;

  constructor(kernels: Kernels) {
    const url = new URL('./kernel.worker.ts', import.meta.url);
    this.#worker = new Worker(url, { workerData: kernels, execArgv: [], name: 'kernel' });
    this.#worker.unref(); // whoever waits for the server waits on its socket
    this.#worker.on('message', (reply: ThreadReply) => this.#reply(reply));
    this.#worker.on('error', (error) => this.#die(error));
    this.#worker.on('exit', (code) => this.#die(`exit code ${code}`));
  }

  get isDead(): boolean {
    return this.#death !== undefined;
  }

  /** Works for the job and round that `key` names; `inputs` travel only if the thread does not hold them yet. */
  run(key: string, inputs: RoundInputs, work: KernelWork): Promise<ThreadReply> {
    assert(!this.#waiting, 'a thread takes one piece of work at a time');
    if (this.#death) return Promise.reject(this.#death);
    const isNew = !this.#held.includes(key);
    const others = this.#held.filter((other) => other !== key);
    const forget = isNew && others.length === ROUNDS_KEPT ? must(others[0], 'the round used longest ago') : undefined;
    this.#held = [...others.filter((other) => other !== forget), key];
    const request: ThreadRequest = { key, inputs: isNew ? inputs : undefined, forget, work };
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage(request);
    });
  }

  /** Ends it now, in mid-work if need be. What it worked on is rejected at once. */
  kill(why: string): void {
    this.#die(why);
    void this.#worker.terminate();
  }

  /** Ends it and waits until it is gone. */
  async end(): Promise<void> {
    this.#die('ended');
    await this.#worker.terminate();
  }

  #reply(reply: ThreadReply): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve(reply); // nobody waits for a reply that crossed a kill
  }

  #die(cause: unknown): void {
    this.#death ??= new ThreadDied(`a kernel thread died: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#death);
  }
}
