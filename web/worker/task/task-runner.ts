import { BadKernelInput, openKernel, type Kernel } from '../../../wasm/runtime/kernel.ts';
import { openTask, type TaskRun } from '../../../wasm/runtime/run-task.ts';
import type { FromWorker, Meter, RunFailure, ToWorker } from './messages.ts';
import { charged, nextSliceAt, SLICE_MS } from './pacer.ts';
import { runSlice, type Slice, type Speed, UNKNOWN_SPEED } from './slice.ts';

export interface RunnerPorts {
  now(): number;
  /** Calls `wake` once, `ms` from now and never before messages that have arrived. Replaces the wake asked for before. */
  sleep(ms: number): void;
  /** No wake. */
  stay(): void;
  post(message: FromWorker): void;
}

interface Run {
  readonly runNo: number;
  readonly kernelHash: string;
  readonly task: TaskRun;
  paused: boolean;
  busyMs: number;
  /** Steps in a row past the limit. */
  slowSteps: number;
}

/** A pulse a second is what a screen needs, and costs a hundredth of the smallest duty. */
const PULSE_MS = 1_000;
/**
 * A kernel's step is 2 ms; one past 250 ms is refused, at the second in a row: a phone that takes the core away or sleeps
 * in the middle of a step makes one long step, a kernel that runs away makes nothing else. One that never comes back is
 * the page's to end.
 */
const SLOW_STEP_MS = 250;
const SLOW_STEPS = 2;

/**
 * What the worker does, without the worker: takes messages, computes in slices, keeps the pace. One task at a time; the
 * kernel of the last one stays open, with its input in memory, so that the next task of the same round need not prepare.
 * Nothing of a task goes anywhere but into that memory and the message with its output.
 */
export class TaskRunner {
  readonly #ports: RunnerPorts;
  #duty = 0;
  #nextAt = 0;
  #run: Run | undefined;
  #kernel: { readonly hash: string; readonly kernel: Kernel } | undefined;
  /** By kernel. */
  readonly #speeds = new Map<string, Speed>();
  #busyMs = 0;
  #pulsedAt = -Infinity;
  #sliceCount = 0;
  #longestSliceMs = 0;
  #recentSliceMs = 0;

  constructor(ports: RunnerPorts) {
    this.#ports = ports;
  }

  take(message: ToWorker): void {
    switch (message.type) {
      case 'duty':
        return this.#setDuty(message.duty);
      case 'run':
        return this.#open(message);
      case 'pause':
        if (this.#run?.runNo === message.runNo) this.#pause(this.#run);
        return;
      case 'resume':
        if (this.#run?.runNo !== message.runNo) return;
        this.#run.paused = false;
        return this.#sleep();
      case 'abort':
        return this.#run?.runNo === message.runNo ? this.#close('forget') : undefined;
      case 'ping':
        return this.#pulse();
    }
  }

  /** A slice, if its time has come. */
  wake(): void {
    const run = this.#run;
    if (!run || run.paused || this.#duty <= 0) return;
    if (this.#ports.now() < this.#nextAt) return this.#sleep(); // a timer that fired early
    const slice = this.#slice(run);
    if (!slice) return;
    if (slice.done) return this.#finish(run);
    run.slowSteps = slice.longestStepMs > SLOW_STEP_MS ? run.slowSteps + 1 : 0;
    if (run.slowSteps >= SLOW_STEPS) return this.#fail(run.runNo, 'slow_step');
    this.#sleep();
    const sleepMs = this.#nextAt - slice.endedAt;
    if (slice.endedAt - this.#pulsedAt >= PULSE_MS || sleepMs > PULSE_MS) this.#pulse();
  }

  /** Debt is owed at the old duty and not forgiven: a change back and forth wins nothing. Only full speed has none. */
  #setDuty(duty: number): void {
    this.#duty = duty;
    if (duty >= 1) this.#nextAt = Math.min(this.#nextAt, this.#ports.now());
    if (this.#run && !this.#run.paused) this.#sleep();
  }

  #open(message: ToWorker & { type: 'run' }): void {
    const { runNo, kernelHash, paused } = message;
    const startedAt = this.#ports.now();
    try {
      if (this.#kernel?.hash !== kernelHash) this.#kernel = { hash: kernelHash, kernel: openKernel(message.module) };
      const task = openTask(this.#kernel.kernel, message.input);
      this.#run = { runNo, kernelHash, task, paused, busyMs: 0, slowSteps: 0 };
    } catch (error) {
      return this.#fail(runNo, reasonOf(error));
    }
    const now = this.#ports.now();
    this.#nextAt = charged(this.#duty, this.#nextAt, now, now - startedAt);
    this.#busyMs += now - startedAt;
    this.#pulsedAt = now;
    if (paused) this.#pulse();
    else this.#sleep();
  }

  #slice(run: Run): Slice | undefined {
    const speed = this.#speeds.get(run.kernelHash) ?? UNKNOWN_SPEED;
    const startedAt = this.#ports.now();
    try {
      const slice = runSlice(run.task, speed, SLICE_MS, () => this.#ports.now());
      this.#speeds.set(run.kernelHash, slice.speed);
      this.#charge(run, startedAt, slice.endedAt);
      return slice;
    } catch (error) {
      this.#charge(run, startedAt, this.#ports.now());
      this.#fail(run.runNo, reasonOf(error));
      return undefined;
    }
  }

  #charge(run: Run, startedAt: number, endedAt: number): void {
    const ms = endedAt - startedAt;
    run.busyMs += ms;
    this.#busyMs += ms;
    this.#sliceCount++;
    this.#longestSliceMs = Math.max(this.#longestSliceMs, ms);
    this.#recentSliceMs += (ms - this.#recentSliceMs) / Math.min(16, this.#sliceCount);
    this.#nextAt = nextSliceAt(this.#duty, startedAt, endedAt);
  }

  #pause(run: Run): void {
    run.paused = true;
    this.#ports.stay();
    this.#pulse();
  }

  #finish(run: Run): void {
    const output = run.task.output();
    this.#close('keep');
    this.#ports.post({ type: 'done', runNo: run.runNo, output, cpuMs: run.busyMs, ...this.#meter() });
  }

  /** A kernel that failed is not used again: nobody knows what its memory holds. */
  #fail(runNo: number, reason: RunFailure): void {
    this.#close('forget');
    this.#ports.post({ type: 'failed', runNo, reason, ...this.#meter() });
  }

  #close(kernel: 'keep' | 'forget'): void {
    this.#run = undefined;
    if (kernel === 'forget') this.#kernel = undefined;
    this.#ports.stay();
  }

  #sleep(): void {
    if (this.#duty <= 0) return this.#ports.stay();
    this.#ports.sleep(Math.max(0, Math.ceil(this.#nextAt - this.#ports.now())));
  }

  #pulse(): void {
    this.#pulsedAt = this.#ports.now();
    const { runNo = 0, task } = this.#run ?? {};
    this.#ports.post({ type: 'pulse', runNo, progress: task?.progress() ?? 0, ...this.#meter() });
  }

  #msPerOp(): number {
    const speed = this.#run && this.#speeds.get(this.#run.kernelHash);
    return speed ? 1 / speed.opsPerMs : 0;
  }

  #meter(): Meter {
    const isOn = this.#run && !this.#run.paused && this.#duty > 0;
    return {
      busyMs: this.#busyMs,
      sleepMs: isOn ? Math.max(0, this.#nextAt - this.#ports.now()) : undefined,
      sliceCount: this.#sliceCount,
      longestSliceMs: this.#longestSliceMs,
      recentSliceMs: this.#recentSliceMs,
      msPerOp: this.#msPerOp(),
    };
  }
}

const reasonOf = (error: unknown): RunFailure => (error instanceof BadKernelInput ? 'bad_input' : 'trapped');
