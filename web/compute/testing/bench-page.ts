import { jobId } from '../../../shared/ids.ts';
import { NO_SCORE } from '../../../shared/protocol/output.ts';
import { openKernels } from '../kernels.ts';
import { startTaskWorker } from '../start-worker.ts';
import { openTaskWorker, type TaskWorker, type WorkerReport } from '../task-worker.ts';

/** Runs in the page: the worker and its side of the page, with nothing around them. */
export interface WorkerBench {
  readonly worker: TaskWorker;
  readonly reports: (WorkerReport & { readonly at: number })[];
  /** Starts a task and waits for its output. */
  readonly run: (runNo: number, task: BenchTask) => Promise<readonly number[] | 'failed'>;
  /** What the pause message and the worker's answer to it are apart. */
  readonly pause: (runNo: number) => Promise<number>;
  workersStarted: number;
}

export interface BenchTask {
  readonly kind: string;
  readonly kernelHash: readonly number[];
  readonly jobInput: readonly number[];
  readonly taskIndex: number;
}

export function openBench(duty: number): WorkerBench {
  const reports: WorkerBench['reports'] = [];
  let heard: () => void = () => undefined;
  const worker = openTaskWorker({
    startWorker() {
      bench.workersStarted++;
      return startTaskWorker();
    },
    kernels: openKernels(() => undefined),
    heard(report) {
      reports.push({ ...report, at: performance.now() });
      heard();
    },
    after(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  worker.setDuty(duty);
  const bench: WorkerBench = {
    worker,
    reports,
    workersStarted: 0,
    run: (runNo, { kind, kernelHash, jobInput, taskIndex }) =>
      new Promise((resolve) => {
        const computation = {
          runNo,
          jobId: jobId(1),
          round: 0,
          kind,
          kindVersion: 1,
          kernelHash: Uint8Array.from(kernelHash),
          jobInput: Uint8Array.from(jobInput),
          roundInput: new Uint8Array(),
          firstChunk: taskIndex * 64,
          scoreToBeat: NO_SCORE,
        };
        worker.start(computation, {
          computed: (output) => resolve([...output]),
          failed: () => resolve('failed'),
        });
      }),
    pause: (runNo) =>
      new Promise((resolve) => {
        const askedAt = performance.now();
        heard = () => {
          heard = () => undefined;
          resolve(performance.now() - askedAt);
        };
        worker.pause(runNo);
      }),
  };
  return bench;
}
