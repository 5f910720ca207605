import { assert } from '../../shared/assert.ts';
import { equalBytes } from '../../shared/bytes.ts';
import type { Digest } from '../../shared/protocol/output.ts';

/**
 * The interface of every kernel, version 1. No imports: a kernel reaches nothing, not even a clock. It never decides how
 * long it runs: the host gives a budget in ops, the kernel's own measure of work, and no result depends on the budget.
 *
 * | export                     | meaning                                                                             |
 * |----------------------------|-------------------------------------------------------------------------------------|
 * | `abi()`                    | 1                                                                                   |
 * | `inputAt(job, round)`      | where the host writes the job's input and, right behind it, the round's; 0 = too long |
 * | `prepare(ops)`             | distances, neighbours: ops left, 0 = done, negative = the bytes make no input          |
 * | `startChunk(i)`            | i = taskIndex * 64 + chunk: the place in the round                                  |
 * | `step(ops)`                | ops left, 0 = the chunk is done                                                     |
 * | `digestAt()`               | 8 bytes: u32 score, u32 hash of the candidate                                       |
 * | `resultAt()`, `resultLen()` | the candidate                                                                       |
 */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  abi(): number;
  inputAt(jobBytes: number, roundBytes: number): number;
  prepare(budgetOps: number): number;
  startChunk(index: number): void;
  step(budgetOps: number): number;
  digestAt(): number;
  resultAt(): number;
  resultLen(): number;
}

const KERNEL_ABI = 1;

/** The largest budget one call takes: an i32. */
export const ALL_OPS = 0x7fff_ffff;

/** The inputs are not what this kernel reads. The server made them, so this is a bug there or a forged frame. */
export class BadKernelInput extends Error {
  override readonly name = 'BadKernelInput';
}

/** One instance with its own memory. Nothing in it is shared; drop it and its memory is gone. */
export interface Kernel {
  /** Takes the inputs of a job and round. Equal inputs again cost nothing: what was prepared stays. */
  load(jobInput: Uint8Array, roundInput: Uint8Array): void;
  /** Works on what all chunks share, about `budgetOps` long. Ops left; 0 = done. */
  prepare(budgetOps: number): number;
  startChunk(index: number): void;
  /** Works on the chunk, about `budgetOps` long. Ops left; 0 = done, its digest and candidate can be read. */
  step(budgetOps: number): number;
  digest(): Digest;
  /** A copy. */
  candidate(): Uint8Array;
  memoryBytes(): number;
}

export function openKernel(module: WebAssembly.Module): Kernel {
  const kernel = new WebAssembly.Instance(module).exports as unknown as KernelExports;
  assert(kernel.abi() === KERNEL_ABI, `expected kernel interface ${KERNEL_ABI}, got ${kernel.abi()}`);
  let loaded: { readonly jobInput: Uint8Array; readonly roundInput: Uint8Array } | undefined;

  return {
    load(jobInput, roundInput) {
      if (loaded && equalBytes(loaded.jobInput, jobInput) && equalBytes(loaded.roundInput, roundInput)) return;
      loaded = undefined;
      const at = kernel.inputAt(jobInput.length, roundInput.length);
      if (at === 0)
        throw new BadKernelInput(`the kernel takes no inputs of ${jobInput.length} + ${roundInput.length} bytes`);
      const memory = new Uint8Array(kernel.memory.buffer);
      memory.set(jobInput, at);
      memory.set(roundInput, at + jobInput.length);
      loaded = { jobInput: jobInput.slice(), roundInput: roundInput.slice() };
    },
    prepare(budgetOps) {
      const left = kernel.prepare(budgetOps);
      if (left < 0) {
        loaded = undefined;
        throw new BadKernelInput('the kernel refuses the input');
      }
      return left;
    },
    startChunk: (index) => kernel.startChunk(index),
    step: (budgetOps) => kernel.step(budgetOps),
    digest() {
      const view = new DataView(kernel.memory.buffer, kernel.digestAt(), 8);
      return { score: view.getUint32(0, true), hash: view.getUint32(4, true) };
    },
    candidate: () => new Uint8Array(kernel.memory.buffer, kernel.resultAt(), kernel.resultLen()).slice(),
    memoryBytes: () => kernel.memory.buffer.byteLength,
  };
}
