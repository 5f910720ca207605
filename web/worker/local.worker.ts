/** Answers a small request on this phone, off the main thread. One request, one worker: the page ends it after the answer. */
import { must } from '../../shared/assert.ts';
import { pcg32 } from '../../shared/rng.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { answeringLocally } from '../../wasm/runtime/answer-locally.ts';
import { openKernel } from '../../wasm/runtime/kernel.ts';
import { openKernels, type KernelRefusal } from '../compute/kernels.ts';
import type { AnswerHere, FromLocalWorker, LocalFailure } from '../local/messages.ts';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const say = (message: FromLocalWorker): void => scope.postMessage(message);

class Failed extends Error {
  readonly reason: LocalFailure;
  constructor(reason: LocalFailure) {
    super(reason);
    this.reason = reason;
  }
}

scope.onmessage = ({ data }: MessageEvent<AnswerHere>) => {
  answer(data).then(
    (bytes) => say({ type: 'answer', answer: bytes }),
    (error: unknown) => say({ type: 'failed', reason: error instanceof Failed ? error.reason : 'cannot_run' }),
  );
};

async function answer({ kind: name, spec: bytes, chunkCount }: AnswerHere): Promise<Uint8Array> {
  const kind = must(kindNamed(name), `kind ${name}`);
  const kernel = openKernel(await loadKernel(name));
  const [high, low] = crypto.getRandomValues(new Uint32Array(2));
  const rng = pcg32((BigInt(high ?? 0) << 32n) | BigInt(low ?? 0));
  const steps = answeringLocally({ kind, kernel, spec: kind.spec.decode(bytes), chunkCount, rng });
  for (;;) {
    const step = steps.next();
    if (step.done) return kind.answer.encode(step.value);
    say({ type: 'progress', chunksDone: step.value.chunksDone });
  }
}

/** The kernel of a kind, in the manifest that was signed. Answering the driver's own request is not Shared Compute's traffic. */
async function loadKernel(kind: string): Promise<WebAssembly.Module> {
  const opened = await openKernels(() => undefined).openKind(kind);
  if (!opened.ok) throw new Failed(FAILURES[opened.error]);
  return opened.value;
}

const FAILURES = {
  no_kernel: 'no_kernel',
  wrong_kernel: 'kernel_differs',
  bad_kernel: 'cannot_run',
} as const satisfies Record<KernelRefusal, LocalFailure>;
