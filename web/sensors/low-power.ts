import type { Signal } from '../../shared/agent/governor/signals.ts';
import { keepFact } from './kept-fact.ts';
import { probeLowPower } from './low-power-probe.ts';
import type { SensorParts, Stop } from './surroundings.ts';

/** Well after the tap that allowed it: inside a gesture any video may play. */
const FIRST_MS = 1_000;
/** Until seen twice, and after that. From the end of one probe to the beginning of the next. */
const UNSURE_MS = 5_000;
const SURE_MS = 60_000;
/** A minute without a verdict twice: this browser will not give one soon. */
const PATIENCE = 12;

export interface LowPowerSensor {
  fact(): Signal<boolean>;
  /** Probes while allowed: the page is visible, was tapped, and has no battery to read. Costs nothing otherwise. */
  allow(isAllowed: boolean): void;
  /** Says again what was seen twice. What was seen once stays as old as its probe: the governor counts for itself. */
  refresh(): void;
  readonly close: Stop;
}

/**
 * waiting → probing (a timer) → waiting (a verdict, or none) … ; from either to resting when no longer allowed. Resting →
 * waiting when allowed again, and then everything is to be seen twice anew.
 */
export function openLowPower(
  parts: Pick<SensorParts, 'probes' | 'timers' | 'now'>,
  changed: () => void,
): LowPowerSensor {
  const { fact, say, sayAgain } = keepFact<boolean>('estimated', parts.now, changed);
  /** Ends the timer or the probe; nothing while resting. */
  let stop: Stop | undefined;
  let seenCount = 0;
  let unsureCount = 0;

  function wait(ms: number): void {
    stop = parts.timers.after(ms, () => {
      stop = probeLowPower(parts, judged);
    });
  }
  function judged(isLow: boolean | undefined): void {
    if (isLow === undefined) seenCount = 0;
    else seenCount = seenCount > 0 && isLow === fact()?.value ? seenCount + 1 : 1;
    const isSure = seenCount >= 2;
    unsureCount = isSure ? 0 : unsureCount + 1;
    wait(isSure || unsureCount >= PATIENCE ? SURE_MS : UNSURE_MS);
    say(isLow);
  }
  function allow(isAllowed: boolean): void {
    if (isAllowed === (stop !== undefined)) return;
    seenCount = 0;
    unsureCount = 0;
    stop?.();
    stop = undefined;
    if (isAllowed) wait(FIRST_MS);
  }
  return {
    fact,
    allow,
    refresh() {
      if (seenCount >= 2) sayAgain();
    },
    close: () => allow(false),
  };
}
