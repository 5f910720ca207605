import { assert, must } from '../../../shared/assert.ts';
import type { JobId } from '../../../shared/ids.ts';
import type { AuditExecutor, RerunRequest } from '../../core/ports.ts';
import { DeathCount } from '../death-count.ts';
import { KernelPool, type After } from '../kernel-pool.ts';
import type { KernelThread } from '../kernel-thread.ts';
import type { Kernels } from '../kernel-work.ts';

type Rerun = Awaited<ReturnType<AuditExecutor['rerun']>>;

interface Queued {
  readonly request: RerunRequest;
  readonly resolve: (rerun: Rerun) => void;
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

  rerun(request: RerunRequest): Promise<Rerun> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve, reject });
      this.#drain();
    });
  }

  async stop(): Promise<void> {
    for (const { reject } of this.#queue.splice(0)) reject(new Error('the audit threads have stopped'));
    await this.pool.stop();
  }

  #drain(): void {
    while (this.#queue.length > 0 && this.pool.free > 0) void this.#work(must(this.#queue.shift(), 'a request'));
  }

  async #work({ request, resolve, reject }: Queued): Promise<void> {
    const { jobId, round, chunk } = request;
    const name = `${jobId}:${round}:${chunk}`;
    try {
      resolve(await this.pool.run((thread) => this.#rerunOn(thread, request)));
      this.#deaths.forget(name);
    } catch (error) {
      reject(error);
      if (this.#deaths.isHopeless(name)) this.#options.onHopeless(jobId);
    }
  }

  async #rerunOn(thread: KernelThread, request: RerunRequest): Promise<Rerun> {
    const { kind, jobId, round, jobInput, roundInput, chunk } = request;
    const cancel = this.#options.after(LIMIT_MS, () => thread.kill(`chunk ${chunk} ran longer than ${LIMIT_MS} ms`));
    try {
      const reply = await thread.run(`${jobId}:${round}`, { kind, jobInput, roundInput }, { type: 'chunk', chunk });
      assert(reply.type === 'chunk', `expected a chunk's digest, got ${reply.type}`);
      return { digest: reply.digest, candidate: reply.candidate };
    } finally {
      cancel();
    }
  }
}
