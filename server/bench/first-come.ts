import { must } from '../../shared/assert.ts';
import { CHUNKS_PER_TASK, type Digest } from '../../shared/protocol/output.ts';
import type { AuditExecutor, Reran, RerunRequest } from '../core/ports.ts';
import { afterMs, KernelPool } from '../executors/kernel-pool.ts';
import type { KernelThread } from '../executors/kernel-thread.ts';
import type { Kernels } from '../executors/kernel-work.ts';

/** The plain way, to compare with: one line for all, and who has a thread keeps it until all its chunks are done. */
export class FirstCome implements Pick<AuditExecutor, 'rerun'> {
  readonly #pool: KernelPool;
  readonly #line: (() => void)[] = [];

  constructor(threads: number, kernels: Kernels) {
    this.#pool = new KernelPool({ threads, kernels, after: afterMs, onFree: () => this.#drain() });
  }

  rerun(request: RerunRequest): Promise<Reran> {
    return new Promise((resolve, reject) => {
      this.#line.push(() => {
        this.#pool.run((thread) => runWhole(thread, request)).then(resolve, reject);
      });
      this.#drain();
    });
  }

  stop(): Promise<void> {
    return this.#pool.stop();
  }

  #drain(): void {
    while (this.#line.length > 0 && this.#pool.free > 0) must(this.#line.shift(), 'a request')();
  }
}

async function runWhole(thread: KernelThread, request: RerunRequest): Promise<Reran> {
  const { jobId, round, task, chunks } = request;
  const digests: Digest[] = [];
  let candidate = new Uint8Array();
  for (const chunk of chunks) {
    const work = { type: 'chunk', chunk: task * CHUNKS_PER_TASK + chunk } as const;
    const reply = await thread.run(`${jobId}:${round}`, request, work);
    if (reply.type !== 'chunk') throw new Error(`expected a chunk's digest, got ${reply.type}`);
    digests.push(reply.digest);
    candidate = new Uint8Array(reply.candidate);
  }
  return { digests, candidate };
}
