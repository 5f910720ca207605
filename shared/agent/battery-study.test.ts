import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pcg32, unit } from '../rng.ts';
import { HOUR, MINUTE, SECOND } from '../time.ts';
import {
  measuringUntil,
  NEW_STUDY,
  STUDY_POLICY,
  studyResult,
  studyStep,
  type StudyPolicy,
  type StudySight,
  type StudyState,
} from './battery-study.ts';

const OFF = { u32: () => 0 };
const ON = { u32: () => 0xffff_ffff };
const at = (minute: number, percent: number, rest: Partial<StudySight> = {}): StudySight => ({
  now: minute * MINUTE,
  battery: { percent, isCharging: false },
  isFit: true,
  ...rest,
});

/** A sight a minute; the level falls by `fall` percent an hour. */
function live(state: StudyState, from: number, to: number, fall: number, lot = OFF, start = 90): StudyState {
  let seen = state;
  for (let minute = from; minute <= to; minute++) {
    seen = studyStep(seen, at(minute, Math.round(start - (fall * (minute - from)) / 60)), lot, STUDY_POLICY);
  }
  return seen;
}

describe('blocks on battery, drawn by lot', () => {
  it('begin half an hour after the phone was first fit, and last half an hour', () => {
    const warm = live(NEW_STUDY, 0, 29, 4);
    expect(warm.block).toBeUndefined();
    const begun = live(warm, 30, 30, 4);
    expect(begun.block).toMatchObject({ startedAt: 30 * MINUTE, isOn: false });
    expect(measuringUntil(begun, STUDY_POLICY)).toBe(60 * MINUTE);
    const next = live(begun, 31, 60, 4, ON, 90);
    expect(next.off).toMatchObject({ count: 1 });
    expect(next.block).toMatchObject({ startedAt: 60 * MINUTE, isOn: true });
    expect(measuringUntil(next, STUDY_POLICY)).toBeUndefined();
  });

  it.each<[string, Partial<StudySight>]>([
    ['plugged in', { battery: { percent: 90, isCharging: true } }],
    ['of unknown level', { battery: undefined }],
    ['fuller than it was', { battery: { percent: 95, isCharging: false } }],
  ])('are not counted of a phone that was %s meanwhile, and the next waits again', (_, change) => {
    const broken = studyStep(live(NEW_STUDY, 0, 45, 4), at(46, 88, change), OFF, STUDY_POLICY);
    expect(broken.block).toBeUndefined();
    const after = live(broken, 47, 75, 4);
    expect(after).toMatchObject({ block: undefined, on: { count: 0 }, off: { count: 0 } });
    expect(live(after, 76, 78, 4).block).toBeDefined();
  });

  it('outlive a minute behind another app, and not three', () => {
    const block = live(NEW_STUDY, 0, 40, 4);
    const away = studyStep(block, at(41, 87, { isFit: false }), OFF, STUDY_POLICY);
    expect(studyStep(away, at(42, 87), OFF, STUDY_POLICY).block).toEqual(block.block);
    expect(studyStep(away, at(44, 87), OFF, STUDY_POLICY).block).toBeUndefined();
  });

  it('end with a clock that goes back, and never begin below 30 %', () => {
    const block = live(NEW_STUDY, 0, 40, 4);
    expect(studyStep(block, at(20, 89), OFF, STUDY_POLICY).block).toBeUndefined();
    expect(live(NEW_STUDY, 0, 90, 0, OFF, 29).block).toBeUndefined();
    expect(live(NEW_STUDY, 0, 90, 0, OFF, 30).block).toBeDefined();
  });

  it('are without lending in a quarter of the draws, and nothing is lent for longer than one at a time says', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const lot = pcg32(BigInt(seed));
        let [state, off, all] = [NEW_STUDY, 0, 0];
        for (let minute = 0; minute < 400 * 30; minute++) {
          const before = state.block?.startedAt;
          state = studyStep(state, at(minute, 50), lot, STUDY_POLICY);
          if (state.block && state.block.startedAt !== before) [all, off] = [all + 1, off + (state.block.isOn ? 0 : 1)];
          const left = (measuringUntil(state, STUDY_POLICY) ?? 0) - minute * MINUTE;
          expect(left).toBeLessThanOrEqual(30 * MINUTE);
        }
        expect(off / all).toBeGreaterThan(0.15);
        expect(off / all).toBeLessThan(0.35);
      }),
      { numRuns: 10 },
    );
  });
});

describe('what is claimed', () => {
  it('is nothing at first, with how long it takes', () => {
    const { hours, hoursNeeded, costs } = studyResult(live(NEW_STUDY, 0, 220, 5), STUDY_POLICY);
    expect([hours, costs]).toEqual([3, undefined]);
    expect(Math.round(hoursNeeded)).toBe(699);
  });

  /** Days of a phone whose battery falls by `alone` an hour, and by `lending` more while it lends. */
  function days(seed: number, alone: number, lending: number, hours: number, policy: StudyPolicy): StudyState {
    const chance = pcg32(BigInt(seed), 7n);
    let state = NEW_STUDY;
    let level = 100;
    let noise = 0;
    for (let now = 0; now < hours * HOUR; now += 10 * SECOND) {
      if (now % (10 * MINUTE) === 0) noise = 4 * (unit(chance) - 0.5);
      const isLending = measuringUntil(state, policy) === undefined;
      level -= (alone + noise + (isLending ? lending : 0)) / 360;
      if (level < 25)
        [level, state] = [100, studyStep(state, { now, battery: undefined, isFit: true }, chance, policy)];
      state = studyStep(
        state,
        { now, battery: { percent: Math.round(level), isCharging: false }, isFit: true },
        chance,
        policy,
      );
    }
    return state;
  }

  it.each([0, 0.8, 3])('comes to the %s %% an hour that lending takes, within what it says', (lending) => {
    // Blocks near one another: a few hundred hours are enough.
    const { costs, hours, hoursNeeded } = studyResult(days(3, 8, lending, 900, STUDY_POLICY), STUDY_POLICY);
    expect(hours).toBeGreaterThan(hoursNeeded);
    expect(costs?.plusMinus).toBeLessThanOrEqual(0.5);
    expect(Math.abs((costs?.percentAnHour ?? NaN) - lending)).toBeLessThan(2 * (costs?.plusMinus ?? 0));
  });
});
