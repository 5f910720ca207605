import type { Signals } from '../../shared/agent/governor/signals.ts';
import { openBattery } from './battery.ts';
import { openHeat } from './heat.ts';
import { openIdle } from './idle.ts';
import { openInput } from './input.ts';
import { openLowPower } from './low-power.ts';
import { openNetwork } from './network.ts';
import { openPage } from './page.ts';
import { openPressure } from './pressure.ts';
import type { Plug, SensorParts, Stop } from './surroundings.ts';

const POLL_MS = 1_000;

/** What the phone itself says; the rest of `Signals` is the server's, the driver's and the meters'. */
export type SensorFacts = Pick<
  Signals,
  | 'visible'
  | 'focused'
  | 'battery'
  | 'lowPower'
  | 'heat'
  | 'pressure'
  | 'userActive'
  | 'lastInputAt'
  | 'lastLongFrameAt'
  | 'network'
>;

export interface Sensors {
  facts(now: number): SensorFacts;
  /** Calls back at once when a fact changed, not when it was only said again. Returns how to stop. */
  watch(changed: () => void): Stop;
  /** One of the app's own calls took this long, in milliseconds. */
  roundTrip(ms: number): void;
  /** The worker computed a slice of the fixed work: milliseconds per operation, and what the slice took by the clock. */
  sliced(msPerOp: number, sliceMs?: number): void;
  /** Leaves no listener and no timer. */
  close(): void;
}

/**
 * All of a phone's sensors. Each may be missing, refuse or fall silent by itself: its fact is then unknown. One look a
 * second while the page is visible says again what still is so; a hidden page says nothing, and its facts grow old.
 *
 *     const sensors = openSensors(browserParts(heatStore));
 *     const decision = govern({ ...sensors.facts(now), ...others }, policy, now);
 */
export function openSensors(parts: SensorParts): Sensors {
  const watchers = new Set<() => void>();
  const changed = (): void => [...watchers].forEach((tell) => tell());
  let stopPoll: Stop | undefined;

  const page = openPage(parts, () => {
    pollWhileVisible();
    changed();
  });
  const battery = openBattery(parts, changed);
  const network = openNetwork(parts, changed);
  const idle = openIdle(parts, changed);
  const pressure = openPressure(parts, changed);
  const heat = openHeat(parts.heatStore, changed);
  const lowPower = openLowPower(parts, changed);
  const input = openInput(parts, () => {
    allowProbe();
    changed();
  });

  const isVisible = (): boolean => page.visible(parts.now())?.value === true;
  const allowProbe = (): void => lowPower.allow(battery.isAbsent && input.wasTapped() && isVisible());
  function poll(): void {
    page.refresh();
    if (!isVisible()) return;
    battery.refresh();
    network.refresh();
    idle.refresh();
    heat.refresh(parts.now());
    lowPower.refresh();
  }
  function pollWhileVisible(): void {
    allowProbe();
    if (isVisible() === (stopPoll !== undefined)) return;
    stopPoll?.();
    stopPoll = undefined;
    if (!isVisible()) return;
    stopPoll = parts.timers.every(POLL_MS, poll);
    poll();
  }
  pollWhileVisible();

  function plug(): Plug {
    const known = battery.fact();
    return known ? (known.value.isCharging ? 'plugged' : 'unplugged') : 'unknown';
  }
  return {
    facts: (now) => ({
      visible: page.visible(now),
      focused: page.focused(now),
      battery: battery.fact(),
      lowPower: lowPower.fact(),
      heat: heat.fact(),
      pressure: pressure.fact(),
      userActive: idle.fact(),
      lastInputAt: input.lastInputAt(),
      lastLongFrameAt: input.lastLongFrameAt(),
      network: network.fact(),
    }),
    watch(tell) {
      watchers.add(tell);
      return () => void watchers.delete(tell);
    },
    roundTrip: (ms) => network.roundTrip(ms),
    sliced: (msPerOp, sliceMs) => heat.add(msPerOp, parts.now(), plug(), sliceMs),
    close() {
      watchers.clear();
      stopPoll?.();
      for (const sensor of [page, battery, network, idle, pressure, lowPower, input]) sensor.close();
    },
  };
}
