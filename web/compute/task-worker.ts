import type { Computer, RunEars } from '../../shared/agent/run-agent.ts';
import type { Computation } from '../../shared/agent/agent-state.ts';
import { CHUNKS_PER_TASK } from '../../shared/protocol/output.ts';
import type { FromWorker, Meter, RunFailure, ToWorker } from '../worker/task/messages.ts';
import { hex, type KernelRefusal, type Kernels } from './kernels.ts';

/** Why a computation gave no result, as the screen may say it. `worker_stuck`: it was silent and was ended. */
export type ComputeFailure = RunFailure | KernelRefusal | 'worker_stuck' | 'worker_broken';

export interface TaskWorkerParts {
  readonly startWorker: () => Pick<Worker, 'postMessage' | 'terminate' | 'addEventListener'>;
  readonly kernels: Kernels;
  readonly heard: (said: WorkerReport) => void;
  readonly after: (ms: number, run: () => void) => () => void;
}

export interface WorkerReport {
  readonly runNo: number;
  /** 0 … 1; nothing when the run is over. */
  readonly progress: number | undefined;
  /** Computed since the report before. */
  readonly busyMs: number;
  readonly meter: Meter;
  readonly failure: ComputeFailure | undefined;
}

/** The page's side of the worker: one alive at most, started with the first task. */
export interface TaskWorker extends Computer {
  setDuty(duty: number): void;
  /** Ends the worker at once, whatever it does. The next task starts another. */
  end(): void;
}

interface CurrentRun {
  readonly computation: Computation;
  readonly ears: RunEars;
  paused: boolean;
  /** In the worker: its kernel is here and checked. */
  isPosted: boolean;
}

/**
 * A worker says when its next slice is due and is given a second beyond that, then asked, then given five more: on a loaded
 * machine a thread may get no core for seconds, and a task ended for nothing is a unit lost. The worker itself is stricter:
 * see `SLOW_STEP_MS`.
 */
const GRACE_MS = 1_500;
const SILENT_MS = 5_000;

export function openTaskWorker({ startWorker, kernels, heard, after }: TaskWorkerParts): TaskWorker {
  let worker: ReturnType<TaskWorkerParts['startWorker']> | undefined;
  let current: CurrentRun | undefined;
  let duty = 0;
  let busyMs = 0;
  let stopWatching: () => void = () => undefined;

  function post(message: ToWorker): void {
    worker?.postMessage(message);
  }

  function open(): boolean {
    if (worker) return true;
    const opened = tryToStart(startWorker);
    if (!opened) return false;
    worker = opened;
    busyMs = 0;
    opened.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (worker === opened) hear(data);
    });
    opened.addEventListener('error', () => {
      if (worker === opened) breakOff('worker_broken');
    });
    post({ type: 'duty', duty });
    return true;
  }

  function hear(message: FromWorker): void {
    const { type, runNo } = message;
    const mine = current?.computation.runNo === runNo ? current : undefined;
    const newlyBusyMs = message.busyMs - busyMs;
    busyMs = message.busyMs;
    const progress = type === 'pulse' && mine ? message.progress : undefined;
    const failure = type === 'failed' ? message.reason : undefined;
    heard({ runNo, progress, busyMs: newlyBusyMs, meter: message, failure });
    if (type === 'pulse') return watch(message.sleepMs);
    if (!mine) return;
    forgetRun();
    if (type === 'done') mine.ears.computed(message.output, message.cpuMs);
    else mine.ears.failed();
  }

  /** Nothing is expected of a worker that has nothing to do or is paused. */
  function watch(sleepMs: number | undefined): void {
    stopWatching();
    stopWatching = () => undefined;
    if (sleepMs === undefined || !current?.isPosted || current.paused) return;
    stopWatching = after(sleepMs + GRACE_MS, () => {
      post({ type: 'ping' });
      stopWatching = after(SILENT_MS, () => breakOff('worker_stuck'));
    });
  }

  function breakOff(failure: ComputeFailure): void {
    const broken = current;
    end();
    if (broken) fail(broken, failure);
  }

  function fail({ computation, ears }: CurrentRun, failure: ComputeFailure): void {
    heard({ runNo: computation.runNo, progress: undefined, busyMs: 0, meter: NOTHING, failure });
    ears.failed();
  }

  async function begin(run: CurrentRun): Promise<void> {
    const { runNo, firstChunk, jobInput, roundInput, scoreToBeat, kernelHash: hash } = run.computation;
    const kernelHash = hex(hash);
    const kernel = await kernels.open(kernelHash);
    if (current !== run) return; // aborted meanwhile
    if (!kernel.ok || !open()) {
      forgetRun();
      return fail(run, kernel.ok ? 'worker_broken' : kernel.error);
    }
    const input = { jobInput, roundInput, taskIndex: firstChunk / CHUNKS_PER_TASK, scoreToBeat };
    run.isPosted = true;
    post({ type: 'run', runNo, kernelHash, module: kernel.value, input, paused: run.paused });
    watch(0);
  }

  function forgetRun(): void {
    current = undefined;
    watch(undefined);
  }

  function end(): void {
    worker?.terminate();
    worker = undefined;
    forgetRun();
  }

  /** Pauses and resumes reach a run whose kernel is still on its way by the flag alone. */
  function setPaused(runNo: number, paused: boolean): void {
    if (current?.computation.runNo !== runNo) return;
    current.paused = paused;
    if (!current.isPosted) return;
    post({ type: paused ? 'pause' : 'resume', runNo });
    watch(paused ? undefined : 0);
  }

  return {
    start(computation, ears) {
      current = { computation, ears, paused: false, isPosted: false };
      void begin(current);
    },
    pause: (runNo) => setPaused(runNo, true),
    resume: (runNo) => setPaused(runNo, false),
    abort(runNo) {
      if (current?.computation.runNo !== runNo) return;
      if (current.isPosted) post({ type: 'abort', runNo });
      forgetRun();
    },
    setDuty(wanted) {
      duty = wanted;
      post({ type: 'duty', duty });
    },
    end,
  };
}

/** Nothing when the browser refuses to make one (a policy that is not ours). */
function tryToStart(startWorker: TaskWorkerParts['startWorker']): ReturnType<typeof startWorker> | undefined {
  try {
    return startWorker();
  } catch {
    return undefined;
  }
}

const NOTHING: Meter = {
  busyMs: 0,
  sleepMs: undefined,
  sliceCount: 0,
  longestSliceMs: 0,
  recentSliceMs: 0,
  msPerOp: 0,
};
