import { machineTime, type TreeMeter } from './process-meter.ts';
import type { CpuSample } from './windows.ts';
import type { MachineTime } from './proc-text.ts';

const EVERY_MS = 1_000;
/** Looking at memory walks the pages of every process, so it is done less often. */
const SAMPLES_PER_MEMORY = 5;

export interface MemorySample {
  readonly onBytes: number;
  readonly controlBytes: number;
}

/** Reads both phones once a second, one right after the other, until it is stopped. */
export class Sampler {
  readonly cpu: CpuSample[] = [];
  readonly memory: MemorySample[] = [];
  readonly machine: (MachineTime & { readonly at: number })[] = [];
  readonly #on: TreeMeter;
  readonly #control: TreeMeter;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(on: TreeMeter, control: TreeMeter) {
    this.#on = on;
    this.#control = control;
    this.look();
    this.#timer = setInterval(() => this.look(), EVERY_MS);
  }

  /** Returns when, on the clock of `performance.now`. */
  look(): number {
    const at = performance.now();
    const on = this.#on.look();
    const control = this.#control.look();
    this.cpu.push({ at, onMs: on.cpuMs, controlMs: control.cpuMs, workerMs: on.workerMs });
    this.machine.push({ at, ...machineTime() });
    if (this.cpu.length % SAMPLES_PER_MEMORY === 1)
      this.memory.push({ onBytes: this.#on.privateBytes(), controlBytes: this.#control.privateBytes() });
    return at;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.look();
  }
}
