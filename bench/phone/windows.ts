/** Counters of one moment, all of them growing: milliseconds of CPU since the counters' own beginning. */
export interface CpuSample {
  /** On one clock for all samples, in ms. */
  readonly at: number;
  /** All processes of the phone that computes, and of its twin that is opted out. */
  readonly onMs: number;
  readonly controlMs: number;
  /** The phone's Web Worker threads alone. */
  readonly workerMs: number;
}

/** Shares of the device, 0 … 1, over one stretch. */
export interface Shares {
  /** What opting in added: the phone's less its twin's. */
  readonly addedCpuShare: number;
  readonly onCpuShare: number;
  readonly controlCpuShare: number;
  readonly workerCpuShare: number;
}

export interface Window extends Shares {
  /** When it began, in seconds from the first of the samples. */
  readonly fromS: number;
}

const WINDOW_MS = 60_000;
const STEP_MS = 10_000;

/** Every window of 60 s that lies within the samples, one each 10 s. At least two samples. */
export function slidingWindows(samples: readonly CpuSample[], cores: number): readonly Window[] {
  const [first, last] = [samples.at(0)?.at ?? 0, samples.at(-1)?.at ?? 0];
  const windows: Window[] = [];
  for (let from = first; from + WINDOW_MS <= last; from += STEP_MS)
    windows.push({
      fromS: Math.round((from - first) / 1000),
      ...sharesBetween(samples, from, from + WINDOW_MS, cores),
    });
  return windows;
}

/** Shares from one instant to another, CPU ÷ (wall × cores). */
export function sharesBetween(samples: readonly CpuSample[], from: number, to: number, cores: number): Shares {
  const [start, end] = [countersAt(samples, from), countersAt(samples, to)];
  const share = (spentMs: number): number => spentMs / ((to - from) * cores);
  const onCpuShare = share(end.onMs - start.onMs);
  const controlCpuShare = share(end.controlMs - start.controlMs);
  return {
    addedCpuShare: onCpuShare - controlCpuShare,
    onCpuShare,
    controlCpuShare,
    workerCpuShare: share(end.workerMs - start.workerMs),
  };
}

/** Between two samples a counter is taken to grow evenly: they are a second apart and a window sixty. */
function countersAt(samples: readonly CpuSample[], at: number): CpuSample {
  const after = samples.findIndex((sample) => sample.at >= at);
  const next = samples[after] ?? samples.at(-1);
  const before = samples[after - 1] ?? next;
  if (!before || !next) throw new Error('no samples');
  const part = next.at > before.at ? Math.min(1, (at - before.at) / (next.at - before.at)) : 0;
  const mid = (from: number, to: number): number => from + (to - from) * part;
  return {
    at,
    onMs: mid(before.onMs, next.onMs),
    controlMs: mid(before.controlMs, next.controlMs),
    workerMs: mid(before.workerMs, next.workerMs),
  };
}

/** A duty that a phone told us: a share of the device, 0 … 1, from the last one told until now. */
export interface DutyReport {
  readonly at: number;
  readonly share: number;
}

/**
 * What the phone aimed at between two instants, weighted by time: a report tells what held since the one before it; after
 * the last one it goes on. Undefined without any report.
 */
export function meanTarget(reports: readonly DutyReport[], from: number, to: number): number | undefined {
  const last = reports.at(-1);
  if (!last) return undefined;
  let [at, sum] = [from, 0];
  for (const report of reports) {
    const until = Math.min(Math.max(report.at, at), to);
    sum += report.share * (until - at);
    at = until;
  }
  return (sum + last.share * (to - at)) / (to - from);
}
