import { readdirSync, readFileSync } from 'node:fs';
import { cpuMsOf, machineTimeOf, privateBytesOf, roleOf, threadMsOf, type MachineTime } from './proc-text.ts';
import { processTree } from '../../fleet/thread-cpu.ts';

/** CPU of one program with all its processes, those that have ended included; never falls. */
export class TreeMeter {
  readonly root: number;
  readonly #cpuMs = new Map<number, number>();
  readonly #workerMs = new Map<string, number>();
  #pids: readonly number[] = [];

  constructor(root: number) {
    this.root = root;
  }

  /** The processes at the last look. */
  get pids(): readonly number[] {
    return this.#pids;
  }

  /**
   * Looks once. Of a process that has ended since, what it had spent at the look before counts. Chromium's crash handler
   * leaves the tree when it starts, and does nothing.
   */
  look(): { readonly cpuMs: number; readonly workerMs: number } {
    this.#pids = processTree(this.root);
    for (const pid of this.#pids) {
      const cpuMs = cpuMsOf(textOf(`/proc/${pid}/stat`));
      this.#cpuMs.set(pid, Math.max(this.#cpuMs.get(pid) ?? 0, cpuMs));
    }
    for (const [thread, ms] of workerThreads(this.#pids))
      this.#workerMs.set(thread, Math.max(this.#workerMs.get(thread) ?? 0, ms));
    return { cpuMs: sum(this.#cpuMs.values()), workerMs: sum(this.#workerMs.values()) };
  }

  /** CPU of its living threads by what they are for, in ms: where the rest went is not known. */
  byRole(): ReadonlyMap<string, number> {
    const roles = new Map<string, number>();
    for (const pid of this.#pids) {
      const commandLine = textOf(`/proc/${pid}/cmdline`);
      for (const thread of namesIn(`/proc/${pid}/task`)) {
        const folder = `/proc/${pid}/task/${thread}`;
        const role = roleOf(commandLine, textOf(`${folder}/comm`));
        roles.set(role, (roles.get(role) ?? 0) + (threadMs(folder) ?? 0));
      }
    }
    return roles;
  }

  /** Private bytes of all its processes now. */
  privateBytes(): number {
    return sum(this.#pids.map((pid) => privateBytesOf(textOf(`/proc/${pid}/smaps_rollup`))));
  }
}

/** Threads that run Web Workers, by their place in /proc, with the CPU each has had in ms. */
export function workerThreads(pids: readonly number[]): ReadonlyMap<string, number> {
  const threads = new Map<string, number>();
  for (const pid of pids) {
    for (const thread of namesIn(`/proc/${pid}/task`)) {
      const folder = `/proc/${pid}/task/${thread}`;
      if (!textOf(`${folder}/comm`).startsWith('DedicatedWorker')) continue;
      const ms = threadMs(folder);
      if (ms !== undefined) threads.set(folder, ms);
    }
  }
  return threads;
}

/** Nothing when the thread has ended. */
export function threadMs(folder: string): number | undefined {
  const text = textOf(`${folder}/schedstat`);
  return text === '' ? undefined : threadMsOf(text);
}

export const machineTime = (): MachineTime => machineTimeOf(textOf('/proc/stat'));

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((all, n) => all + n, 0);

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // gone meanwhile
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
