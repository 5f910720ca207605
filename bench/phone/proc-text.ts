/** What Linux says in /proc, read from its text. */

/** User space counts in hundredths of a second on every Linux, whatever the kernel's own tick. */
const TICK_MS = 10;

/**
 * CPU a process has had, threads that have ended included, in milliseconds and steps of ten: fields 14 and 15 of
 * /proc/PID/stat (proc_pid_stat(5)). The name in field 2 may hold anything, brackets and spaces too.
 */
export function cpuMsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields[11]) + Number(fields[12]);
  return Number.isFinite(ticks) ? ticks * TICK_MS : 0;
}

/** Bytes that belong to this process alone: Private_Clean + Private_Dirty of /proc/PID/smaps_rollup. */
export function privateBytesOf(smaps: string): number {
  let kibibytes = 0;
  for (const [, amount] of smaps.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)) kibibytes += Number(amount);
  return kibibytes * 1024;
}

/** CPU a thread has had, in milliseconds: the first number of its schedstat, nanoseconds. */
export const threadMsOf = (schedstat: string): number => Number(schedstat.split(' ')[0] ?? 0) / 1e6;

/** What a thread of a Chromium is for: its process's `--type`, and its own name without the number at its end. */
export function roleOf(commandLine: string, threadName: string): string {
  const [, type = 'browser'] = /--type=([\w.-]+)/.exec(commandLine) ?? [];
  return `${type}: ${threadName.trim().replace(/[/\d]+$/, '')}`;
}

export interface MachineTime {
  readonly idleMs: number;
  readonly allMs: number;
}

/** All cores together since the machine started, from the first line of /proc/stat; waiting for a disk is idle. */
export function machineTimeOf(stat: string): MachineTime {
  const [, ...fields] = (stat.split('\n')[0] ?? '').trim().split(/\s+/);
  // Guests' time, fields 9 and 10, is in user's already.
  const ticks = fields.slice(0, 8).map(Number);
  return {
    idleMs: ((ticks[3] ?? 0) + (ticks[4] ?? 0)) * TICK_MS,
    allMs: ticks.reduce((sum, n) => sum + n, 0) * TICK_MS,
  };
}
