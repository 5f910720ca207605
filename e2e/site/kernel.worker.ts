/** Runs one task in a Web Worker through `wasm/runtime`, in slices, and answers with hashes. */
import { openKernel } from '../../wasm/runtime/kernel.ts';
import { openTask } from '../../wasm/runtime/run-task.ts';

export interface KernelRequest {
  readonly url: string;
  readonly jobInput: readonly number[];
  readonly taskIndex: number;
  readonly budgetOps: number;
}

export interface KernelReply {
  readonly moduleHash: string;
  readonly outputHash: string;
}

async function run({ url, jobInput, taskIndex, budgetOps }: KernelRequest): Promise<KernelReply> {
  const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const task = openTask(openKernel(await WebAssembly.compile(bytes)), {
    jobInput: Uint8Array.from(jobInput),
    roundInput: new Uint8Array(0),
    taskIndex,
    scoreToBeat: 0xffff_ffff,
  });
  while (!task.advance(budgetOps));
  return { moduleHash: await sha256(bytes), outputHash: await sha256(task.output()) };
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

addEventListener('message', ({ data }: MessageEvent<KernelRequest>) => {
  void run(data).then((reply) => postMessage(reply));
});
