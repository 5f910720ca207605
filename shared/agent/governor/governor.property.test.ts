import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ends, REST_CODES, type RestCode, type Signals } from './signals.ts';
import { newGovernor, NOON } from './testing/good-signals.ts';
import { againstConsent, failing, failingNow, halvedBy, unknownNow } from './testing/rules-restated.ts';
import { dwellTrace, forwardTrace, jumpingTrace, type Moment, play } from './testing/trace.ts';

/** Product section 3 and the wire: their places are sent. */
const ORDER =
  'not_opted_in not_in_rollout programme_off not_in_front battery_low low_power hot in_use weak_network data_cap wifi_only charging_only outside_hours paused_by_you measuring_battery'.split(
    ' ',
  );
const CLOSING: readonly RestCode[] = [
  'not_opted_in',
  'not_in_rollout',
  'programme_off',
  'not_in_front',
  'data_cap',
  'measuring_battery',
];
const RUNS = { numRuns: 40 };
/** Asking of all that was seen takes its time, on a busy machine more than the five seconds that a test has. */
const TIMEOUT_MS = 60_000;

const isRest = (code: RestCode): boolean => code !== 'weak_network';
const smallest = (moment: Moment, unknown: boolean, half: boolean): number =>
  Math.min(1.5, moment.limits.lowerShare ?? 1.5, unknown ? 1 : 1.5, half ? 0.75 : 1.5);

test('the codes stand in the order of the product', () => {
  expect(REST_CODES).toEqual(ORDER);
});

describe('over any trace of signals', () => {
  test(
    'it rests exactly when a rule, asked of all that was seen, says so, and the first is the reason',
    () => {
      fc.assert(
        fc.property(fc.oneof(forwardTrace, dwellTrace), (trace) => {
          const moments = play(trace);
          moments.forEach((moment, index) => {
            const history = moments.slice(0, index + 1);
            const codes = failing(history);
            const first = ORDER.find((code) => codes.has(code as RestCode));
            const isResting = [...codes].some(isRest);
            const half = halvedBy(history);
            const unknown = unknownNow(moment);
            const link = CLOSING.some((code) => codes.has(code)) ? 'close' : 'keep';
            const { ends, endsOf, ...decision } = moment.decision;
            expect(decision).toEqual({
              reason: first,
              failing: ORDER.filter((code) => codes.has(code as RestCode)),
              byConsent: againstConsent(moment),
              half,
              unknown,
              share: isResting ? 0 : smallest(moment, unknown.length > 0, half.length > 0),
              link,
              mayTransfer: link === 'keep' && !codes.has('weak_network') && !codes.has('wifi_only'),
            });
            expect(ends.length > 0, 'every rest says what ends it').toBe(first !== undefined);
            expect(Object.keys(endsOf).toSorted()).toEqual([...codes].toSorted());
            if (first) expect(endsOf[first as RestCode]).toEqual(ends);
            for (const code of codes) expect(endsOf[code]?.length).toBeGreaterThan(0);
          });
        }),
        RUNS,
      );
    },
    TIMEOUT_MS,
  );

  test('it never starts within five minutes of a battery stop, nor within ten of heat', () => {
    fc.assert(
      fc.property(fc.oneof(forwardTrace, dwellTrace), (trace) => {
        let stoppedAt = -Infinity;
        let hotAt = -Infinity;
        let wasComputing = true;
        for (const moment of play(trace)) {
          const { now, decision, limits } = moment;
          const codes = failingNow(moment);
          if (limits.ignoreBatteryWhileCharging) stoppedAt = -Infinity; // the driver waives the stop
          else if (wasComputing && codes.has('battery_low')) stoppedAt = now;
          if (codes.has('hot')) hotAt = now;
          if (now - stoppedAt < 300_000 || now - hotAt < 600_000) expect(decision.share).toBe(0);
          wasComputing = decision.share > 0;
        }
      }),
      RUNS,
    );
  });

  test('it gives the same again, and leaves what it is given as it was', () => {
    fc.assert(
      fc.property(jumpingTrace, (trace) => {
        expect(play(trace)).toEqual(play(trace)); // play freezes all that it hands over
      }),
      { numRuns: 20 },
    );
  });
});

describe('whatever the clock does', () => {
  test('it computes against no rule, above no limit, and only ever with a known good view', () => {
    fc.assert(
      fc.property(jumpingTrace, (trace) => {
        for (const moment of withNewUseOnly(play(trace))) {
          const codes = failingNow(moment);
          const { share, link, mayTransfer, reason } = moment.decision;
          if ([...codes].some(isRest)) expect(share).toBe(0);
          if (CLOSING.some((code) => codes.has(code))) expect(link).toBe('close');
          if (link === 'close' || codes.has('weak_network')) expect(mayTransfer).toBe(false);
          if (codes.size > 0) expect(ORDER.indexOf(reason ?? '')).toBeLessThanOrEqual(firstOf(codes));
          expect(reason === undefined || codes.has(reason) || REMEMBERED.includes(reason)).toBe(true);
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(smallest(moment, unknownNow(moment).length > 0, false));
        }
      }),
      RUNS,
    );
  });

  test('no rest is longer than its own length, and none ends in the past', () => {
    fc.assert(
      fc.property(jumpingTrace, (trace) => {
        for (const { now, decision } of play(trace)) {
          const longest = LONGEST[decision.reason ?? ''] ?? Infinity;
          for (const end of decision.ends.filter(isTime)) {
            expect(end.at).toBeGreaterThan(now);
            expect(end.at - now).toBeLessThanOrEqual(longest);
          }
        }
      }),
      RUNS,
    );
  });
});

test('two unknowns lower the duty no more than one, with any share of the driver’s', () => {
  const silent = fc.subarray(['battery', 'heat', 'network'] as const, { minLength: 1 });
  fc.assert(
    fc.property(
      silent,
      fc.option(fc.double({ min: 0, max: 3, noNaN: true }), { nil: undefined }),
      (names, lowerShare) => {
        const changes = Object.fromEntries(names.map((name) => [name, undefined])) as Partial<Signals>;
        expect(newGovernor({ lowerShare })(NOON, changes)).toMatchObject({
          reason: undefined,
          unknown: names,
          share: Math.min(1, lowerShare ?? 1),
        });
      },
    ),
  );
});

/** After a jump back, an old input lies ahead of the clock and then at it: only what is said for the first time is use now. */
const withNewUseOnly = (moments: readonly Moment[]): readonly Moment[] =>
  moments.map((moment, index) => {
    const before = moments[index - 1]?.signals;
    const ifNew = (name: 'lastInputAt' | 'lastLongFrameAt') =>
      moment.signals[name] === before?.[name] ? undefined : moment.signals[name];
    const uses = { lastInputAt: ifNew('lastInputAt'), lastLongFrameAt: ifNew('lastLongFrameAt') };
    return { ...moment, signals: { ...moment.signals, ...uses } };
  });

/** These may last after their cause. */
const REMEMBERED: readonly RestCode[] = ['battery_low', 'low_power', 'hot', 'in_use'];
const LONGEST: Readonly<Record<string, number>> = { battery_low: 300_000, hot: 600_000, in_use: 5_000 };
const firstOf = (codes: ReadonlySet<RestCode>): number => ORDER.findIndex((code) => codes.has(code as RestCode));
const isTime = (end: Ends): end is Extract<Ends, { when: 'time' }> => end.when === 'time';
