import type { Digest } from '../../shared/protocol/output.ts';
import type { RerunRequest } from '../core/ports.ts';

export type Build = RerunRequest['build'];

/**
 * The kernels a server runs, by build and kind: compiled once, handed to every thread, so that a rebuilt file changes nothing
 * under way. Who never doubts a result needs no second build.
 */
export interface Kernels {
  readonly first: ReadonlyMap<string, WebAssembly.Module>;
  readonly second?: ReadonlyMap<string, WebAssembly.Module>;
}

/** What the units of one job and round have in common. A thread gets it once and keeps a few. */
export interface RoundInputs {
  readonly kind: string;
  readonly build: Build;
  readonly jobInput: Uint8Array;
  readonly roundInput: Uint8Array;
}

/** One unit, or one chunk of the round alone. */
export type KernelWork =
  | { readonly type: 'task'; readonly task: number; readonly scoreToBeat: number }
  | { readonly type: 'chunk'; readonly chunk: number };

/** To a thread, one at a time. */
export interface ThreadRequest {
  /** Names job and round, and whose instance of the kernel it is. */
  readonly key: string;
  /** Only the first time. */
  readonly inputs: RoundInputs | undefined;
  /** What the thread may drop before it starts. */
  readonly forget: string | undefined;
  readonly work: KernelWork;
}

export type ThreadReply =
  | { readonly type: 'task'; readonly output: Uint8Array }
  | { readonly type: 'chunk'; readonly digest: Digest; readonly candidate: Uint8Array };
