import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../time.ts';
import { areHoursWithin, doMeet, isInHours, opensAt, type Hours } from './hours.ts';

const DAY_MINUTES = 1_440;
const minute = fc.integer({ min: 0, max: DAY_MINUTES - 1 });
const anyHours = fc.record({ from: minute, to: minute });
/** Some that just touch, and some that are nearly nothing or nearly all. */
const edgy = fc.tuple(minute, fc.constantFrom(0, 1, 2, 719, 720, 1_438, 1_439)).map(([from, length]) => ({
  from,
  to: (from + length) % DAY_MINUTES,
}));
const someHours = fc.oneof(anyHours, edgy);
/** Every minute, one by one. */
const minutesOf = (hours: Hours): readonly number[] =>
  Array.from({ length: DAY_MINUTES }, (_, at) => at).filter((at) => isInHours(at, hours));

describe('hours of a day', () => {
  test.each([
    [{ from: 480, to: 1_020 }, 479, false],
    [{ from: 480, to: 1_020 }, 480, true],
    [{ from: 480, to: 1_020 }, 1_019, true],
    [{ from: 480, to: 1_020 }, 1_020, false],
    [{ from: 1_320, to: 360 }, 0, true],
    [{ from: 1_320, to: 360 }, 360, false],
    [{ from: 0, to: 0 }, 0, true],
    [{ from: 600, to: 600 }, 599, true],
  ])('%j at %i: %s', (hours, at, isIn) => {
    expect(isInHours(at, hours)).toBe(isIn);
  });

  test('span as many minutes as lie between their ends, over midnight too', () => {
    fc.assert(
      fc.property(someHours, (hours) => {
        const length = (hours.to - hours.from + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
        expect(minutesOf(hours)).toHaveLength(length);
      }),
    );
  });

  test('lie within others when each of their minutes does', () => {
    const near = fc.tuple(someHours, fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 }));
    const moved = near.map(([outer, from, to]) => {
      const inner = {
        from: (outer.from + from + DAY_MINUTES) % DAY_MINUTES,
        to: (outer.to + to + DAY_MINUTES) % DAY_MINUTES,
      };
      return [inner, outer] as const;
    });
    fc.assert(
      fc.property(fc.oneof(moved, fc.tuple(someHours, someHours)), ([inner, outer]) => {
        const outside = new Set(minutesOf(outer));
        expect(areHoursWithin(inner, outer)).toBe(minutesOf(inner).every((at) => outside.has(at)));
      }),
      { numRuns: 300 },
    );
  });
});

test('hours meet when they have a minute in common', () => {
  fc.assert(
    fc.property(someHours, someHours, (a, b) => {
      const ofB = new Set(minutesOf(b));
      expect(doMeet(a, b)).toBe(minutesOf(a).some((at) => ofB.has(at)));
    }),
  );
});

describe('when they open', () => {
  const NOON = 20_000 * DAY + DAY / 2;
  const clockAt = (at: number, change?: { readonly at: number; readonly minutes: number }) => ({
    minute: Math.floor((at % DAY) / MINUTE),
    dayStartsAt: at - (at % DAY),
    change,
  });

  test('is the first minute at which all hold, by a clock that is watched minute by minute and set once', () => {
    const change = fc.option(
      fc.record({
        after: fc.oneof(fc.integer({ min: 1, max: 240 }), fc.integer({ min: 1, max: 2_879 })),
        minutes: fc.constantFrom(60, -60, 30, -30, 120),
      }),
      { nil: undefined },
    );
    const all = fc.array(someHours, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(all, minute, fc.integer({ min: 0, max: 59_999 }), change, (hours, start, intoMinute, drawn) => {
        const minuteAt = 20_000 * DAY + start * MINUTE;
        const set = drawn && { at: minuteAt + drawn.after * MINUTE, minutes: drawn.minutes };
        const wallAt = (step: number): number =>
          (start + step + (drawn && step >= drawn.after ? drawn.minutes : 0) + 2 * DAY_MINUTES) % DAY_MINUTES;
        const isOpen = (step: number): boolean => hours.every((one) => isInHours(wallAt(step), one));
        fc.pre(!isOpen(0));
        const steps = Array.from({ length: 2 * DAY_MINUTES + 241 }, (_, step) => step);
        const first = steps.find(isOpen);
        const at = opensAt(hours, clockAt(minuteAt + intoMinute, set));
        expect(at).toBe(first === undefined ? undefined : minuteAt + first * MINUTE);
      }),
      { numRuns: 300 },
    );
  });

  test('two that never meet never do', () => {
    expect(
      opensAt(
        [
          { from: 480, to: 540 },
          { from: 600, to: 700 },
        ],
        clockAt(NOON),
      ),
    ).toBeUndefined();
    expect(
      opensAt(
        [
          { from: 480, to: 601 },
          { from: 600, to: 700 },
        ],
        clockAt(NOON),
      ),
    ).toBe(NOON + 22 * HOUR);
  });

  test('hours that a night with summer time swallows begin when the clock has been set', () => {
    const evening = 20_000 * DAY + 23 * HOUR;
    const spring = { at: 20_001 * DAY + 2 * HOUR, minutes: 60 };
    const autumn = { at: 20_001 * DAY + 3 * HOUR, minutes: -60 };
    expect(opensAt([{ from: 150, to: 360 }], clockAt(evening, spring))).toBe(spring.at); // there is no 2:30
    expect(opensAt([{ from: 360, to: 600 }], clockAt(evening, spring))).toBe(evening + 6 * HOUR);
    expect(opensAt([{ from: 360, to: 600 }], clockAt(evening, autumn))).toBe(evening + 8 * HOUR);
    expect(opensAt([{ from: 150, to: 360 }], clockAt(evening, autumn))).toBe(evening + 3.5 * HOUR); // the first 2:30
  });
});
