/**
 * A thread that runs kernels, for the mainframe and for audits alike: one request in, one reply out. It handles no errors:
 * a kernel that traps ends the thread, and the pool deals with that as with any other death.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { must } from '../../shared/assert.ts';
import { ALL_OPS, openKernel, type Kernel } from '../../wasm/runtime/kernel.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';
import { openTask } from '../../wasm/runtime/run-task.ts';
import type { Kernels, KernelWork, RoundInputs, ThreadReply, ThreadRequest } from './kernel-work.ts';

/** One kernel per job and round, so that jobs taking turns on a thread are prepared once each. */
interface Opened extends RoundInputs {
  readonly kernel: Kernel;
}

const kernels = workerData as Kernels;
const port = must(parentPort, 'a parent thread');
const opened = new Map<string, Opened>();

port.on('message', ({ key, inputs, forget, work }: ThreadRequest) => {
  if (forget !== undefined) opened.delete(forget);
  if (inputs) opened.set(key, { ...inputs, kernel: openKernel(moduleOf(inputs)) });
  port.postMessage(run(must(opened.get(key), `inputs ${key}`), work));
});

const moduleOf = ({ kind, build }: RoundInputs): WebAssembly.Module =>
  must(kernels[build]?.get(kind), `the ${build} build of kernel ${kind}`);

function run({ kernel, jobInput, roundInput }: Opened, work: KernelWork): ThreadReply {
  if (work.type === 'chunk') return { type: 'chunk', ...runChunk(kernel, jobInput, roundInput, work.chunk) };
  const task = openTask(kernel, { jobInput, roundInput, taskIndex: work.task, scoreToBeat: work.scoreToBeat });
  while (!task.advance(ALL_OPS));
  return { type: 'task', output: task.output() };
}
