/** Answers a small request on this phone, off the main thread. One request, one worker: the page ends it after the answer. */
import { must } from '../../shared/assert.ts';
import { pcg32 } from '../../shared/rng.ts';
import { kindNamed } from '../../wasm/registry.ts';
import { answeringLocally } from '../../wasm/runtime/answer-locally.ts';
import { openKernel } from '../../wasm/runtime/kernel.ts';
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

/** The kernel the server names for a kind, by its hash, and only if its bytes hash to that. */
async function loadKernel(kind: string): Promise<WebAssembly.Module> {
  const list = await (await load('/api/kernels')).json();
  const { kernels } = list as { readonly kernels: readonly { readonly kind: string; readonly hash: string }[] };
  const named = kernels.find((kernel) => kernel.kind === kind);
  if (!named) throw new Failed('no_kernel');
  const bytes = await (await load(`/kernels/${named.hash}.wasm`)).arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  if (hexOf(digest) !== named.hash) throw new Failed('kernel_differs');
  return WebAssembly.compile(bytes);
}

async function load(url: string): Promise<Response> {
  const response = await fetch(url).catch(() => undefined);
  if (!response?.ok) throw new Failed('no_kernel');
  return response;
}

const hexOf = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
