import { assert, must } from '../../../shared/assert.ts';
import type { JobId } from '../../../shared/ids.ts';
import type { AuditExecutor, RerunRequest, RerunTaskRequest, RoundOfJob } from '../../core/ports.ts';
import { NO_SCORE } from '../../../shared/protocol/output.ts';
import { DeathCount } from '../death-count.ts';
import { KernelPool, type After } from '../kernel-pool.ts';
import type { KernelThread } from '../kernel-thread.ts';
import type { Kernels, KernelWork, ThreadReply } from '../kernel-work.ts';

type Rerun = Awaited<ReturnType<AuditExecutor['rerun']>>;

interface Queued {
  readonly of: RoundOfJob;
  readonly work: KernelWork;
  readonly resolve: (reply: ThreadReply) => void;
  readonly reject: (reason: unknown) => void;
}

export interface AuditOptions {
  readonly threads: number;
  readonly kernels: Kernels;
  readonly after: After;
  /** A chunk no thread survives: its job cannot be computed. */
  readonly onHopeless: (jobId: JobId) => void;
}

/** The longest a chunk may take. One takes 13 ms of a server core; a thousand times that is a kernel that does not end. */
const LIMIT_MS = 30_000;

/**
 * Re-runs chunks on worker threads of its own, so that audits wait neither for the mainframe's units nor for the
 * coordinator. First come, first served. A thread that dies rejects its request; the coordinator asks again.
 */
export class AuditThreads implements AuditExecutor {
  readonly pool: KernelPool;
  readonly #options: AuditOptions;
  readonly #deaths = new DeathCount();
  readonly #queue: Queued[] = [];

  constructor(options: AuditOptions) {
    const { threads, kernels, after } = options;
    assert(threads >= 1, `audits need a thread, got ${threads}`);
    this.#options = options;
    this.pool = new KernelPool({ threads, kernels, after, onFree: () => this.#drain() });
  }

  async rerun({ chunk, ...of }: RerunRequest): Promise<Rerun> {
    const reply = await this.#queued(of, { type: 'chunk', chunk });
    assert(reply.type === 'chunk', `expected a chunk's digest, got ${reply.type}`);
    return { digest: reply.digest, candidate: reply.candidate };
  }

  async rerunTask({ task, ...of }: RerunTaskRequest): Promise<Uint8Array> {
    const reply = await this.#queued(of, { type: 'task', task, scoreToBeat: NO_SCORE });
    assert(reply.type === 'task', `expected a task's output, got ${reply.type}`);
    return reply.output;
  }

  async stop(): Promise<void> {
    for (const { reject } of this.#queue.splice(0)) reject(new Error('the audit threads have stopped'));
    await this.pool.stop();
  }

  #drain(): void {
    while (this.#queue.length > 0 && this.pool.free > 0) void this.#work(must(this.#queue.shift(), 'a request'));
  }

  #queued(of: RoundOfJob, work: KernelWork): Promise<ThreadReply> {
    return new Promise((resolve, reject) => {
      // A whole task takes as long as 64 chunks: those go before it, and answers that wait for them come sooner.
      const at =
        work.type === 'task' ? this.#queue.length : this.#queue.findIndex((other) => other.work.type === 'task');
      this.#queue.splice(at < 0 ? this.#queue.length : at, 0, { of, work, resolve, reject });
      this.#drain();
    });
  }

  async #work({ of, work, resolve, reject }: Queued): Promise<void> {
    const name = `${of.jobId}:${of.round}:${work.type}:${work.type === 'task' ? work.task : work.chunk}`;
    try {
      resolve(await this.pool.run((thread) => this.#runOn(thread, of, work)));
      this.#deaths.forget(name);
    } catch (error) {
      reject(error);
      if (this.#deaths.isHopeless(name)) this.#options.onHopeless(of.jobId);
    }
  }

  async #runOn(thread: KernelThread, of: RoundOfJob, work: KernelWork): Promise<ThreadReply> {
    const { kind, jobId, round, jobInput, roundInput } = of;
    const cancel = this.#options.after(LIMIT_MS, () => thread.kill(`a ${work.type} ran longer than ${LIMIT_MS} ms`));
    try {
      return await thread.run(`${jobId}:${round}`, { kind, jobInput, roundInput }, work);
    } finally {
      cancel();
    }
  }
}
