import type { Signal } from '../../shared/agent/governor/signals.ts';
import { medianOf, sorted } from './median.ts';
import { attempt, type HeatMemory, type HeatStore, type Plug } from './surroundings.ts';

const WINDOW_MS = 30_000;
const FEWEST_SAMPLES = 5;
/** After a start or a gap, caches are cold and the clock has not risen yet. */
const WARM_UP_COUNT = 2;
const GAP_MS = 2_000;
/** A slice that took twice its 16 ms was interrupted: by a freeze, or by another app. */
const LONGEST_SLICE_MS = 32;
const RATIO_COUNT = 3;
const SESSION_COUNT = 20;

export interface HeatSensor {
  fact(): Signal<readonly number[]>;
  /** A slice of the fixed work: milliseconds per operation, when, and, if known, how long the slice took by the clock. */
  add(msPerOp: number, at: number, plug: Plug, sliceMs?: number): void;
  /** The last windows still stand, if there was a slice within one window's time; later they are forgotten. */
  refresh(at: number): void;
}

/**
 * No browser tells a temperature; a hot phone clocks lower, so the same work takes longer. A window of 30 s has the median of
 * its slices. It is compared with this phone's cold baseline: the 10th percentile of the last twenty sessions, each of
 * which leaves the 10th percentile of its own windows. A phone without a past takes its first window, and whatever colder
 * comes, for provisional. Late, because phones clock down well above 38 °C, and sometimes early, when the system moves
 * light work to a small core: an estimate, and called so.
 *
 * Thirty seconds without a slice end the run: what was hot before a rest is not said of the phone after it.
 */
export function openHeat(store: HeatStore, changed: () => void): HeatSensor {
  let past: HeatMemory = { plugged: [], unplugged: [], unknown: [] };
  const session: Record<Plug, number[]> = { plugged: [], unplugged: [], unknown: [] };
  let isLoaded = false;
  let ratios: readonly number[] = [];
  let samples: number[] = [];
  let beganAt = 0;
  let lastAt = -Infinity;
  let saidAt = 0;
  let warmUp = WARM_UP_COUNT;
  let plugNow: Plug = 'unknown';

  async function load(): Promise<void> {
    past = believable(await store.load());
  }
  async function save(): Promise<void> {
    if (!isLoaded) return;
    await store.save({ plugged: kept('plugged'), unplugged: kept('unplugged'), unknown: kept('unknown') });
  }
  // What cannot be loaded begins anew: a baseline is learnt again within a session.
  load()
    .catch(() => undefined)
    .finally(() => (isLoaded = true));

  const kept = (plug: Plug): readonly number[] => {
    const own = session[plug];
    return (own.length ? [...past[plug], tenthOf(own)] : past[plug]).slice(-SESSION_COUNT);
  };
  function endWindow(): void {
    if (samples.length >= FEWEST_SAMPLES) {
      const middle = medianOf(samples);
      const own = session[plugNow];
      const before = own.length ? tenthOf(own) : undefined;
      own.push(middle);
      ratios = [...ratios, middle / tenthOf(past[plugNow].length ? past[plugNow] : own)].slice(-RATIO_COUNT);
      if (tenthOf(own) !== before) save().catch(() => undefined);
      changed();
    }
    samples = [];
  }
  function forget(): void {
    samples = [];
    if (ratios.length === 0) return;
    ratios = [];
    changed();
  }
  return {
    fact: () => (ratios.length ? { value: ratios, source: 'estimated', at: saidAt } : undefined),
    add(msPerOp, at, plug, sliceMs = 0) {
      const gapMs = at - lastAt;
      lastAt = at;
      if (gapMs > WINDOW_MS) forget();
      if (plug !== plugNow) samples = [];
      plugNow = plug;
      if (gapMs > GAP_MS) warmUp = WARM_UP_COUNT;
      saidAt = at;
      if (warmUp > 0) {
        warmUp--;
        return;
      }
      if (!(msPerOp > 0 && msPerOp < Infinity) || sliceMs > LONGEST_SLICE_MS) return;
      if (samples.length && at - beganAt >= WINDOW_MS) endWindow();
      if (samples.length === 0) beganAt = at;
      samples.push(msPerOp);
    },
    refresh(at) {
      if (at - lastAt > WINDOW_MS) forget();
      else saidAt = at;
    },
  };
}

/** The 10th percentile by nearest rank: the smallest of up to ten. Of at least one value. */
function tenthOf(values: readonly number[]): number {
  return sorted(values)[Math.ceil(values.length / 10) - 1] ?? Number.NaN;
}

function believable(said: unknown): HeatMemory {
  const of = (plug: Plug): readonly number[] => {
    const list = attempt(() => (said as Partial<Record<Plug, unknown>>)[plug]);
    const numbers = Array.isArray(list)
      ? list.filter((one) => typeof one === 'number' && one > 0 && one < Infinity)
      : [];
    return (numbers as number[]).slice(-SESSION_COUNT);
  };
  return { plugged: of('plugged'), unplugged: of('unplugged'), unknown: of('unknown') };
}
