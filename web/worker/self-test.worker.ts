/** Computes the chunks of the self-test, at full speed and without a break. The page ends it after. */
import { must } from '../../shared/assert.ts';
import type { Digest } from '../../shared/protocol/output.ts';
import { ALL_OPS, openKernel } from '../../wasm/runtime/kernel.ts';
import { runChunk } from '../../wasm/runtime/run-chunk.ts';
import type { FromSelfTest, RunSelfTest } from './self-test/messages.ts';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const say = (message: FromSelfTest): void => scope.postMessage(message);

scope.onmessage = ({ data }: MessageEvent<RunSelfTest>) => {
  try {
    say({ type: 'tested', ...run(data) });
  } catch {
    say({ type: 'failed' });
  }
};

function run({ module, jobInput, roundInput, chunks }: RunSelfTest): { digests: readonly Digest[]; chunkMs: number } {
  const kernel = openKernel(module);
  // What all chunks share is no chunk's time.
  kernel.load(jobInput, roundInput);
  while (kernel.prepare(ALL_OPS) > 0);
  const digests: Digest[] = [];
  const times: number[] = [];
  for (const chunk of chunks) {
    const startedAt = performance.now();
    digests.push(runChunk(kernel, jobInput, roundInput, chunk).digest);
    times.push(performance.now() - startedAt);
    say({ type: 'progress', chunksDone: digests.length });
  }
  const median = must(times.toSorted((a, b) => a - b)[times.length >> 1], 'a time');
  return { digests, chunkMs: Math.max(median, LEAST_MS) };
}

/** Below this the clock's own grain is what was measured. */
const LEAST_MS = 0.1;
