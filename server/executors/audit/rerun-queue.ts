import { assert, must } from '../../../shared/assert.ts';
import type { Reran, RerunRequest } from '../../core/ports.ts';
import type { ThreadReply } from '../kernel-work.ts';

type ChunkAnswer = Extract<ThreadReply, { readonly type: 'chunk' }>;

/** A request under way, and what has come back of it so far. */
export interface Asked {
  readonly request: RerunRequest;
  /** Names it among all that were ever asked. */
  readonly number: number;
  /** Chunks handed out: the first so many of those asked for. */
  handedOut: number;
  /** Chunks that have come back, in whatever order. */
  answered: number;
  /** … each in the place it was asked for. */
  readonly answers: ChunkAnswer[];
  readonly resolve: (reran: Reran) => void;
  readonly reject: (reason: unknown) => void;
}

/** One chunk of a request: what a thread is given at a time. */
export interface Piece {
  readonly asked: Asked;
  /** Its place in `request.chunks`. */
  readonly place: number;
  /** In the task, 0 … 63. */
  readonly chunk: number;
}

/**
 * Who is next. A chunk that somebody waits for goes before any that nobody waits for; within each of the two, first come,
 * first served. Requests are dealt out by the chunk, so a whole re-run (64 chunks, 0.83 s) lets others pass after each: an
 * answer waits for one background chunk at most, 13 ms, on every thread. Handed out whole, it would wait for all of it
 * (`npm run bench:audit` measures both).
 */
export class RerunQueue {
  readonly #lines: Readonly<Record<RerunRequest['urgency'], Asked[]>> = { answer: [], background: [] };

  add(asked: Asked): void {
    assert(asked.request.chunks.length > 0, 'expected at least one chunk to re-run');
    this.#lines[asked.request.urgency].push(asked);
  }

  next(): Piece | undefined {
    const line = this.#lines.answer.length > 0 ? this.#lines.answer : this.#lines.background;
    const asked = line[0];
    if (!asked) return undefined;
    const { chunks } = asked.request;
    const place = asked.handedOut++;
    if (asked.handedOut === chunks.length) line.shift();
    return { asked, place, chunk: must(chunks[place], 'a chunk') };
  }

  /** A chunk has come back; with the last of them, so has its request. */
  answer({ asked, place }: Piece, answer: ChunkAnswer): void {
    asked.answers[place] = answer;
    asked.answered++;
    if (asked.answered < asked.request.chunks.length) return;
    const { candidate } = must(asked.answers.at(-1), 'the last chunk');
    asked.resolve({ digests: asked.answers.map(({ digest }) => digest), candidate });
  }

  /** What is left of a request is not handed out any more. */
  drop(asked: Asked): void {
    const line = this.#lines[asked.request.urgency];
    const at = line.indexOf(asked);
    if (at >= 0) line.splice(at, 1);
  }

  /** Empties it. */
  takeAll(): readonly Asked[] {
    return [...this.#lines.answer.splice(0), ...this.#lines.background.splice(0)];
  }

  /** Chunks not yet handed out. */
  waiting(urgency: RerunRequest['urgency']): number {
    return this.#lines[urgency].reduce((sum, { request, handedOut }) => sum + request.chunks.length - handedOut, 0);
  }
}
