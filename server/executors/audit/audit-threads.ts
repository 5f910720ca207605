import { assert } from '../../../shared/assert.ts';
import type { JobId } from '../../../shared/ids.ts';
import { CHUNKS_PER_TASK } from '../../../shared/protocol/output.ts';
import { MINUTE, SECOND } from '../../../shared/time.ts';
import type { AuditExecutor, Reran, RerunRequest } from '../../core/ports.ts';
import { DeathCount } from '../death-count.ts';
import { KernelPool, type After } from '../kernel-pool.ts';
import type { KernelThread } from '../kernel-thread.ts';
import type { Kernels, ThreadReply } from '../kernel-work.ts';
import { Pace } from './pace.ts';
import { RerunQueue, type Asked, type Piece } from './rerun-queue.ts';

export interface AuditOptions {
  readonly threads: number;
  readonly kernels: Required<Kernels>;
  readonly after: After;
  /** Milliseconds, in fractions, since whenever. */
  readonly clock: () => number;
  /** A chunk no thread survives: its job cannot be computed. */
  readonly onHopeless: (jobId: JobId) => void;
}

/** For whoever runs the server. */
export interface AuditFigures {
  readonly threads: number;
  /** Chunks that no thread has begun yet. */
  readonly waitingAnswerChunks: number;
  readonly waitingBackgroundChunks: number;
  /** Of the threads' time in the last minute, 0 … 1. */
  readonly busyShare: number;
  /** Mean time of a chunk, of late. */
  readonly chunkMs: number;
}

/** The longest a chunk may take. One takes 13 ms of a server core; a thousand times that is a kernel that does not end. */
const LIMIT_MS = 30 * SECOND;

/**
 * Re-runs chunks on worker threads of its own, so that audits wait neither for the mainframe's units nor for the
 * coordinator. A thread gets one chunk at a time, in the order of `RerunQueue`. One that dies rejects the request it worked
 * for, of which nothing more is run; the coordinator asks again.
 */
export class AuditThreads implements AuditExecutor {
  readonly pool: KernelPool;
  readonly #options: AuditOptions;
  readonly #deaths = new DeathCount();
  readonly #queue = new RerunQueue();
  readonly #pace = new Pace();
  #lastNumber = 0;
  #isStopped = false;

  constructor(options: AuditOptions) {
    const { threads, kernels, after } = options;
    assert(threads >= 1, `audits need a thread, got ${threads}`);
    this.#options = options;
    this.pool = new KernelPool({ threads, kernels, after, onFree: () => this.#drain() });
  }

  rerun(request: RerunRequest): Promise<Reran> {
    if (this.#isStopped) return Promise.reject(stopped());
    return new Promise((resolve, reject) => {
      this.#queue.add({ request, number: ++this.#lastNumber, handedOut: 0, answered: 0, answers: [], resolve, reject });
      this.#drain();
    });
  }

  unitsPerSecond(): number {
    return (this.#options.threads * SECOND) / (CHUNKS_PER_TASK * this.#pace.chunkMs);
  }

  figures(): AuditFigures {
    const { threads, clock } = this.#options;
    return {
      threads,
      waitingAnswerChunks: this.#queue.waiting('answer'),
      waitingBackgroundChunks: this.#queue.waiting('background'),
      busyShare: Math.min(1, this.#pace.busyMs(clock()) / (threads * MINUTE)),
      chunkMs: this.#pace.chunkMs,
    };
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { reject } of this.#queue.takeAll()) reject(stopped());
    await this.pool.stop();
  }

  #drain(): void {
    while (this.pool.free > 0) {
      const piece = this.#queue.next();
      if (!piece) return;
      void this.#work(piece);
    }
  }

  async #work(piece: Piece): Promise<void> {
    const { asked, chunk } = piece;
    const { jobId, round, task, build } = asked.request;
    const name = `${jobId}:${round}:${task}:${chunk}:${build}`;
    const { clock, onHopeless } = this.#options;
    const startedAt = clock();
    try {
      const reply = await this.pool.run((thread) => this.#runOn(thread, piece));
      this.#deaths.forget(name);
      this.#pace.took(clock() - startedAt);
      assert(reply.type === 'chunk', `expected a chunk's digest, got ${reply.type}`);
      this.#queue.answer(piece, reply);
    } catch (error) {
      this.#queue.drop(asked);
      asked.reject(error);
      if (!this.#isStopped && this.#deaths.isHopeless(name)) onHopeless(jobId);
    } finally {
      this.#pace.wasBusy(clock() - startedAt, clock());
    }
  }

  async #runOn(thread: KernelThread, { asked, chunk }: Piece): Promise<ThreadReply> {
    const { kind, jobInput, roundInput, task, build } = asked.request;
    const cancel = this.#options.after(LIMIT_MS, () => thread.kill(`a chunk ran longer than ${LIMIT_MS} ms`));
    const work = { type: 'chunk', chunk: task * CHUNKS_PER_TASK + chunk } as const;
    try {
      return await thread.run(instanceOf(asked), { kind, build, jobInput, roundInput }, work);
    } finally {
      cancel();
    }
  }
}

/**
 * Which instance of a kernel works for a request. Those of the first build stay for their round. One of the second build is
 * opened for each request: a second opinion rests on nothing that was prepared before, not even by itself.
 */
function instanceOf({ request, number }: Asked): string {
  const round = `${request.jobId}:${request.round}`;
  return request.build === 'first' ? round : `${round}:second:${number}`;
}

const stopped = (): Error => new Error('the audit threads have stopped');
