import type { FrameCount } from './link-log.ts';
import type { Cargo } from './cargo.ts';
import { meanTarget, sharesBetween, slidingWindows, type CpuSample, type DutyReport } from './windows.ts';
import type { MemorySample } from './sampler.ts';
import type { StopTrial } from './stop-trial.ts';
import { STOP_MS } from './thread-log.ts';

/** All that was read while the phones ran. */
export interface Readings {
  readonly cores: number;
  readonly stops: number;
  /** From the opt-in on, warm-up included. */
  readonly cpu: readonly CpuSample[];
  /** On the clock of `cpu`: when the warm-up was over. */
  readonly measuredFrom: number;
  readonly measuredUntil: number;
  readonly memory: readonly MemorySample[];
  /** Before anybody was asked. */
  readonly memoryBefore: MemorySample;
  readonly machineIdle: number;
  readonly duties: readonly DutyReport[];
  /** Accepted and not void, warm-up included, like the bytes. */
  readonly units: number;
  readonly exchangeBytes: number;
  readonly frames: Readonly<Record<string, FrameCount>>;
  readonly wireBytes: Readonly<Record<Cargo, number>>;
  readonly controlWireBytes: Readonly<Record<Cargo, number>>;
  readonly requests: Readonly<Record<Cargo, number>>;
  /** Where the CPU went, the largest first; of the stretch that was measured. */
  readonly addedMsByRole: Readonly<Record<string, number>>;
  readonly linksOpened: number;
  readonly linksResumed: number;
  readonly linksCut: number;
  readonly stopTrials: readonly StopTrial[];
  /** What Home's sign said, each 10 s. */
  readonly signs: Readonly<Record<string, number>>;
}

/** Shares of the device are 0 … 1, not percent. */
export type PhoneReport = ReturnType<typeof reportOn>;

export function reportOn(readings: Readings) {
  const { cpu, cores, measuredFrom, measuredUntil, units, wireBytes, stopTrials, memory } = readings;
  const whole = sharesBetween(cpu, measuredFrom, measuredUntil, cores);
  const warmUp = sharesBetween(cpu, cpu[0]?.at ?? 0, measuredFrom, cores);
  const measured = cpu.filter(({ at }) => at >= measuredFrom && at <= measuredUntil);
  const windows = slidingWindows(measured, cores);
  const perUnit = (bytes: number): number | null => (units > 0 ? bytes / units : null);
  const figures = {
    windows,
    maxShare: Math.max(...windows.map(({ addedCpuShare }) => addedCpuShare)),
    meanShare: whole.addedCpuShare,
    workerShare: whole.workerCpuShare,
    targetShare: meanTarget(readings.duties, measuredFrom, measuredUntil) ?? null,
    privateBytesAdded: peak(memory, 'onBytes') - peak(memory, 'controlBytes'),
    bytesPerUnit: perUnit(readings.exchangeBytes),
    socketBytesPerUnit: perUnit(wireBytes.link + wireBytes.kernel),
    stopMs: Math.max(...stopTrials.map(({ stopMs }) => stopMs)),
    machineIdle: readings.machineIdle,
    cores,
    stops: readings.stops,
    minutes: (measuredUntil - measuredFrom) / 60_000,
    shares: whole,
    warmUp: { seconds: (measuredFrom - (cpu[0]?.at ?? 0)) / 1000, ...warmUp },
    privateBytes: {
      on: peak(memory, 'onBytes'),
      control: peak(memory, 'controlBytes'),
      onBefore: readings.memoryBefore.onBytes,
      controlBefore: readings.memoryBefore.controlBytes,
    },
    units,
    frames: readings.frames,
    wireBytes,
    controlWireBytes: readings.controlWireBytes,
    requests: readings.requests,
    addedMsByRole: readings.addedMsByRole,
    linksOpened: readings.linksOpened,
    linksResumed: readings.linksResumed,
    linksCut: readings.linksCut,
    stopTrials,
    signs: readings.signs,
  };
  return { ...figures, broken: promisesBroken(figures, readings.stops, stopTrials) };
}

const peak = (memory: readonly MemorySample[], of: keyof MemorySample): number =>
  Math.max(...memory.map((sample) => sample[of]));

/** What product promises, in the figures' own units. */
export const PROMISE = {
  share: 0.02,
  leastOfTarget: 0.9,
  privateBytes: 50_000_000,
  bytesPerUnit: { 100: 1_200, 1000: 2_000 } as Readonly<Record<number, number>>,
  stopMs: STOP_MS,
} as const;

interface Judged {
  readonly maxShare: number;
  readonly meanShare: number;
  readonly targetShare: number | null;
  readonly privateBytesAdded: number;
  readonly bytesPerUnit: number | null;
  readonly stopMs: number;
}

/** One sentence for each promise that these figures break. */
export function promisesBroken(
  { maxShare, meanShare, targetShare, privateBytesAdded, bytesPerUnit, stopMs }: Judged,
  stops: number,
  stopTrials: readonly Pick<StopTrial, 'lateCpuMs' | 'lateBytes'>[],
): readonly string[] {
  const lines: string[] = [];
  const isBroken = (isSo: boolean, line: string): void => void (isSo && lines.push(line));
  const mostBytes = PROMISE.bytesPerUnit[stops] ?? 0;
  isBroken(!(maxShare <= PROMISE.share), `a window of 60 s had ${percent(maxShare)} of the device, more than 2 %`);
  if (targetShare === null) lines.push('no exchange told what the phone aims at');
  else
    isBroken(
      !(meanShare >= PROMISE.leastOfTarget * targetShare),
      `the mean of ${percent(meanShare)} is less than nine tenths of the target of ${percent(targetShare)}`,
    );
  isBroken(
    !(privateBytesAdded < PROMISE.privateBytes),
    `${privateBytesAdded} private bytes were added, not under 50 MB`,
  );
  if (bytesPerUnit === null) lines.push('no unit was accepted');
  else
    isBroken(bytesPerUnit > mostBytes, `${bytesPerUnit.toFixed(0)} bytes a unit in exchanges, more than ${mostBytes}`);
  isBroken(!(stopMs <= PROMISE.stopMs), `worker threads were seen to change ${stopMs.toFixed(0)} ms after a stop`);
  for (const { lateCpuMs, lateBytes } of stopTrials) {
    isBroken(lateCpuMs > 0, `${lateCpuMs.toFixed(2)} ms of worker CPU later than 100 ms after a stop`);
    isBroken(lateBytes > 0, `${lateBytes} bytes later than a second after a stop`);
  }
  return lines;
}

export const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
