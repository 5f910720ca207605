import type { TaskClass } from '../shared/model/consent.ts';
import type { Result } from '../shared/result.ts';
import type { Rng } from '../shared/rng.ts';

/**
 * A task kind is a search. A request (Spec) is blinded into the job's input; a round is `taskCount` tasks of 64 chunks;
 * each chunk starts from its own seed and reports one candidate by an 8-byte digest (score, hash). The server re-runs the
 * chunk a round rests on, takes the candidate from its own run, and computes the final numbers itself.
 *
 * Everything here is pure and runs in the coordinator, the simulator, tests and the web; only `wasm/runtime` runs kernels.
 */
export interface TaskKind<Spec, Answer> {
  readonly name: string;
  /** Stored in rows. Bump when any byte or number may change: layout, seeds, ops per chunk. */
  readonly version: number;
  /** What a driver must have agreed to before a phone gets tasks of it. */
  readonly class: TaskClass;
  readonly spec: Codec<Spec>;
  readonly answer: Codec<Answer>;

  /** Reads what arrived at the edge (parsed JSON, or the text of a file). Bounds everything; refuses unknown fields. */
  read(request: unknown): Result<Spec, SpecRefusal>;
  /** The size that policy prices effort by: stops, columns, … */
  size(spec: Spec): number;
  /** True when the asking phone answers this itself, at once. */
  fitsPhone(spec: Spec): boolean;

  /** What leaves the server, and the secret that turns a candidate back. The key never leaves the job's row. */
  blind(spec: Spec, rng: Rng): Blinded;
  /** The next round, or nothing when `outcomes` has them all. First call with no outcomes. */
  plan(spec: Spec, effort: Effort, outcomes: readonly RoundOutcome[]): RoundPlan | undefined;

  /**
   * A certificate, far cheaper than recomputing: is this a candidate at all, what does it hash to, and what is it worth
   * on the original data (metres, minutes; shown as progress; lower is better)? Nothing = not a candidate.
   */
  certify(spec: Spec, key: Uint8Array, candidate: Uint8Array): Certificate | undefined;
  /** The final answer from the rounds' outcomes, unblinded, its numbers computed on the original data. */
  merge(spec: Spec, key: Uint8Array, outcomes: readonly RoundOutcome[]): Answer;
}

/** Bytes for the store and the wire. `decode` throws on bytes that `encode` did not make. */
export interface Codec<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

export interface SpecRefusal {
  /** snake_case, stable: it reaches the asker. */
  readonly code: string;
  /** A sentence: expected and got. */
  readonly message: string;
}

export interface Blinded {
  /** Goes to every device of the job, once: at most 16 KiB. */
  readonly jobInput: Uint8Array;
  readonly key: Uint8Array;
}

/** What policy grants a request: units in all, in at least `rounds` rounds. One task = one unit. */
export interface Effort {
  readonly units: number;
  readonly rounds: number;
}

export interface RoundPlan {
  readonly taskCount: number;
  /** What the round starts from (the best so far): once per device and round, at most 16 KiB. Empty in a first round. */
  readonly roundInput: Uint8Array;
}

/** The best chunk of a closed round, from the server's own run. */
export interface RoundOutcome {
  readonly score: number;
  readonly candidate: Uint8Array;
}

export interface Certificate {
  readonly hash: number;
  readonly value: number;
}
