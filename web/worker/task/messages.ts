import type { TaskInput } from '../../../wasm/runtime/run-task.ts';

/** What page and worker say to each other. Every message about a run carries its number: what an old one says is not heard. */
export type ToWorker =
  | {
      readonly type: 'run';
      readonly runNo: number;
      /** The kernel's address, and the module compiled from bytes that hashed to it. */
      readonly kernelHash: string;
      readonly module: WebAssembly.Module;
      readonly input: TaskInput;
      readonly paused: boolean;
    }
  | { readonly type: 'pause' | 'resume' | 'abort'; readonly runNo: number }
  /** The share of one core to compute, 0 … 1; 1 = without a break. */
  | { readonly type: 'duty'; readonly duty: number }
  /** Answered at once, between slices: is anybody there? */
  | { readonly type: 'ping' };

export type FromWorker =
  /** At most one a second while it computes; and before every sleep longer than that, when it pauses, and to a ping. */
  | ({ readonly type: 'pulse'; readonly runNo: number; readonly progress: number } & Meter)
  | ({ readonly type: 'done'; readonly runNo: number; readonly output: Uint8Array; readonly cpuMs: number } & Meter)
  | ({ readonly type: 'failed'; readonly runNo: number; readonly reason: RunFailure } & Meter);

export interface Meter {
  /** Wall time spent in slices and set-up since the worker started. */
  readonly busyMs: number;
  /** How long until the next slice may begin, from now; nothing when none is planned. */
  readonly sleepMs: number | undefined;
  /** Measured since the worker started: slices, the longest, and the mean of the last sixteen. */
  readonly sliceCount: number;
  readonly longestSliceMs: number;
  readonly recentSliceMs: number;
  /** Milliseconds an operation of the kernel at work takes, of late: what tells a warm phone from a cold one. 0 = not known. */
  readonly msPerOp: number;
}

/**
 * Why a computation gave no result. `bad_input`: the kernel refuses the bytes. `trapped`: it ran into a wall.
 * `slow_step`: it did not come back within its step.
 */
export type RunFailure = 'bad_input' | 'trapped' | 'slow_step';
