import { must } from '../../shared/assert.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import { loadKernel } from '../../wasm/load-node.ts';
import { openKernel, type Kernel } from '../../wasm/runtime/kernel.ts';
import { openTask } from '../../wasm/runtime/run-task.ts';

/** The kind every simulated job is of: its kernel really runs, and takes microseconds. */
export const KIND = 'tiny';

const ALL_AT_ONCE = 0x7fff_ffff;

export interface Kernels {
  readonly hash: Uint8Array;
  of(kind: string): Kernel;
}

/** The shipped wasm, compiled once a process. Phones, mainframe and audit each open an instance of their own. */
export function openKernels(): Kernels {
  const opened = new Map<string, Kernel>();
  return {
    hash: loaded().hash,
    of(kind) {
      if (kind === KIND && !opened.has(kind)) opened.set(kind, openKernel(loaded().module));
      return must(opened.get(kind), `a kernel for ${kind}`);
    },
  };
}

let cached: ReturnType<typeof loadKernel> | undefined;
const loaded = (): ReturnType<typeof loadKernel> => (cached ??= loadKernel(KIND));

export interface TaskToRun {
  readonly kind: string;
  readonly jobInput: Uint8Array;
  readonly roundInput: Uint8Array;
  /** Of the round. */
  readonly firstChunk: number;
  readonly scoreToBeat: number;
}

/** The output of one task, from the wasm. */
export function runTask(
  kernels: Kernels,
  { kind, jobInput, roundInput, firstChunk, scoreToBeat }: TaskToRun,
): Uint8Array {
  const taskIndex = firstChunk / CHUNKS_PER_TASK;
  const task = openTask(kernels.of(kind), { jobInput, roundInput, taskIndex, scoreToBeat });
  while (!task.advance(ALL_AT_ONCE));
  return task.output();
}
