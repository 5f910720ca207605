import { type Result, ok, refuse } from '../../shared/result.ts';
import type { TaskKind } from '../../wasm/kind.ts';
// oxlint-disable-next-line import/default -- Vite makes this module: the address the worker's bundle gets.
import workerUrl from '../worker/local.worker.ts?worker&url';
import type { FromLocalWorker, LocalFailure } from './messages.ts';
import { startWorker } from './trusted-worker.ts';

/**
 * Three quarters of a unit: a second or two on a phone, and for what fits a phone the same answer that a whole unit gives
 * nearly always. A search that stops early is never wrong, only longer.
 */
const CHUNKS = 48;

/** Answers a request on this phone. The worker is gone when the answer is there, or when the asker lost patience. */
export function answerHere<Spec, Answer>(
  kind: TaskKind<Spec, Answer>,
  spec: Spec,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Result<Answer, LocalFailure | 'stopped'>> {
  return new Promise((resolve) => {
    const worker = startWorker(workerUrl, 'answer-here');
    const end = (result: Result<Answer, LocalFailure | 'stopped'>): void => {
      worker.terminate();
      resolve(result);
    };
    worker.onmessage = ({ data }: MessageEvent<FromLocalWorker>) => {
      if (data.type === 'progress') onProgress(data.chunksDone / CHUNKS);
      else if (data.type === 'answer') end(ok(kind.answer.decode(data.answer)));
      else end(refuse(data.reason));
    };
    worker.onerror = () => end(refuse('cannot_run'));
    signal.addEventListener('abort', () => end(refuse('stopped')), { once: true });
    worker.postMessage({ kind: kind.name, spec: kind.spec.encode(spec), chunkCount: CHUNKS });
  });
}
