import type { DeviceView, SelfTest, SelfTestAnswer } from '../../shared/protocol/app.ts';
import { type Result, ok, refuse } from '../../shared/result.ts';
import { SECOND } from '../../shared/time.ts';
import type { Api } from '../data/api.ts';
import type { CannotTest, TurnOnProblem } from '../data/device.ts';
import { startWorker } from '../local/trusted-worker.ts';
import type { FromSelfTest, RunSelfTest } from '../worker/self-test/messages.ts';
// oxlint-disable-next-line import/default -- Vite makes this module: the address the worker's bundle gets.
import workerUrl from '../worker/self-test.worker.ts?worker&url';
import { askAnew } from './ask-anew.ts';
import { openKernels, type KernelRefusal } from './kernels.ts';
import { unsupportedReason } from './supported.ts';

/** A chunk takes 33 ms on the reference phone. A worker that says nothing for this long will say nothing any more. */
const SILENT_MS = 20 * SECOND;

/**
 * Shows the server that this phone computes as it does, before anything is agreed: chunks that the server drew, at full speed,
 * in a worker that lives only for this. Nothing of it is stored here.
 */
export const runSelfTest = (
  api: Api,
  deviceId: number,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Result<undefined, TurnOnProblem>> => askAnew(() => testOnce(api, deviceId, onProgress, signal), signal);

async function testOnce(
  api: Api,
  deviceId: number,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Result<undefined, TurnOnProblem>> {
  const reason = unsupportedReason(globalThis);
  if (reason) return refuse({ kind: 'phone', reason });
  const path = `/api/devices/${deviceId}/self-test`;
  const drawn = await api.get<SelfTest>(path);
  if (!drawn.ok) return drawn;
  const { ticket, kernelHash, jobInput, roundInput, chunks } = drawn.value.body;
  const kernel = await openKernels(() => undefined).open(kernelHash);
  if (!kernel.ok) return refuse(problemOf(kernel.error));
  if (signal.aborted) return refuse({ kind: 'stopped' });
  const input = { module: kernel.value, jobInput: bytesOf(jobInput), roundInput: bytesOf(roundInput), chunks };
  const computed = await computeIn(input, onProgress, signal);
  if (!computed.ok) return computed;
  const answer: SelfTestAnswer = { ticket, ...computed.value };
  const told = await api.post<DeviceView>(path, { body: answer });
  return told.ok ? ok(undefined) : told;
}

/** A kernel that did not come is the network's fault; one that is not what the server named is nobody's here. */
const problemOf = (refusal: KernelRefusal): TurnOnProblem =>
  refusal === 'no_kernel' ? { kind: 'unreached' } : { kind: 'phone', reason: refusal };

type Computed = Omit<SelfTestAnswer, 'ticket'>;

function computeIn(
  input: RunSelfTest,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Result<Computed, { kind: 'phone'; reason: CannotTest } | { kind: 'stopped' }>> {
  return new Promise((resolve) => {
    let silence: ReturnType<typeof setTimeout> | undefined;
    let worker: Worker;
    const end = (result: Awaited<ReturnType<typeof computeIn>>): void => {
      clearTimeout(silence);
      worker.terminate();
      resolve(result);
    };
    const broken = (): void => end(refuse({ kind: 'phone', reason: 'worker_broken' }));
    const listen = (): void => {
      clearTimeout(silence);
      silence = setTimeout(broken, SILENT_MS);
    };
    try {
      worker = startWorker(workerUrl, 'self-test');
    } catch {
      return resolve(refuse({ kind: 'phone', reason: 'worker_broken' }));
    }
    worker.addEventListener('message', ({ data }: MessageEvent<FromSelfTest>) => {
      listen();
      if (data.type === 'progress') onProgress(data.chunksDone / input.chunks.length);
      else if (data.type === 'tested') end(ok({ digests: data.digests, chunkMs: data.chunkMs }));
      else broken();
    });
    worker.addEventListener('error', broken);
    signal.addEventListener('abort', () => end(refuse({ kind: 'stopped' })), { once: true });
    worker.postMessage(input);
    listen();
  });
}

const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
