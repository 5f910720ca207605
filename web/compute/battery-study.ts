import {
  measuringUntil,
  NEW_STUDY,
  studyResult,
  studyStep,
  type StudyPolicy,
  type StudyResult,
  type StudyState,
  type Tally,
} from '../../shared/agent/battery-study.ts';
import type { BatteryFact } from '../../shared/agent/governor/signals.ts';
import type { Rng } from '../../shared/rng.ts';

/** What lending takes from this phone's battery: blocks on and off by lot, counted in this browser and told to nobody. */
export interface BatteryStudy {
  /** Looks at the phone; until when nothing is lent, on the same clock. */
  look(now: number, battery: BatteryFact | undefined, isFit: boolean): number | undefined;
  result(): StudyResult;
}

const KEY = 'battery-study';

/** Counted blocks outlast the page; one that was under way when it ended is lost. */
export function browserStudy(rng: Rng, isWanted: () => boolean, policy: StudyPolicy): BatteryStudy {
  let state: StudyState = { ...NEW_STUDY, ...readTallies() };
  return {
    look(now, battery, isFit) {
      if (!isWanted()) {
        state = { ...state, block: undefined, fitSince: undefined };
        return undefined;
      }
      const before = state;
      const sight = battery && { percent: Math.round(100 * battery.level), isCharging: battery.isCharging };
      state = studyStep(state, { now, battery: sight, isFit }, rng, policy);
      if (state.on !== before.on || state.off !== before.off) keep(state);
      return measuringUntil(state, policy);
    },
    result: () => studyResult(state, policy),
  };
}

function keep({ on, off }: StudyState): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ on, off }));
  } catch {
    // Full, or refused: it is counted as long as the page lives.
  }
}

/** What is kept and is no tally is none: both arms begin again, for a half of them says nothing. */
function readTallies(): Partial<Pick<StudyState, 'on' | 'off'>> {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Record<'on' | 'off', Partial<Tally>>>;
    const [on, off] = [tallyIn(kept.on), tallyIn(kept.off)];
    return on && off ? { on, off } : {};
  } catch {
    return {};
  }
}

function tallyIn(kept: Partial<Tally> | undefined): Tally | undefined {
  const { count, sum, squares } = kept ?? {};
  const isTally = Number.isSafeInteger(count) && Number.isFinite(sum) && Number.isFinite(squares);
  return isTally && (count ?? -1) >= 0 ? { count: count ?? 0, sum: sum ?? 0, squares: squares ?? 0 } : undefined;
}
