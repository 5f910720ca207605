import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aimedShare, charged, nextSliceAt, SLICE_MS } from './pacer.ts';

const WINDOW_MS = 60_000;

interface Ran {
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Runs the pacer as a worker does: slices of these lengths, each beginning that much later than it might. */
function simulate(duty: number, slices: readonly { readonly ms: number; readonly lateMs: number }[]): readonly Ran[] {
  let nextAt = 0;
  return slices.map(({ ms, lateMs }) => {
    const startedAt = nextAt + lateMs;
    const endedAt = startedAt + ms;
    nextAt = nextSliceAt(duty, startedAt, endedAt);
    return { startedAt, endedAt };
  });
}

/** The most computed in any window: it is greatest in one that begins with a slice or ends with one. */
function mostBusy(ran: readonly Ran[]): number {
  const busyIn = (from: number): number =>
    ran.reduce((sum, { startedAt, endedAt }) => {
      return sum + Math.max(0, Math.min(endedAt, from + WINDOW_MS) - Math.max(startedAt, from));
    }, 0);
  return Math.max(...ran.flatMap(({ startedAt, endedAt }) => [busyIn(startedAt), busyIn(endedAt - WINDOW_MS)]));
}

const duties = fc.double({ min: 0.005, max: 0.08, noNaN: true });
const slicesUpTo = (mostMs: number) =>
  fc.array(
    fc.record({
      ms: fc.double({ min: 0.05, max: mostMs, noNaN: true }),
      // Mostly on time, now and then a paused page or a busy phone.
      lateMs: fc.oneof(
        { weight: 9, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 90_000 }) },
      ),
    }),
    { minLength: 1, maxLength: 700 },
  );

describe('the pacer', () => {
  it('keeps every window of 60 s within the duty, whatever the slices and however late the timers', () => {
    fc.assert(
      fc.property(duties, slicesUpTo(20), (duty, slices) => {
        expect(mostBusy(simulate(duty, slices))).toBeLessThanOrEqual(duty * WINDOW_MS + 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('goes over by no more than the last slice when a phone stretches slices, and pays it back', () => {
    fc.assert(
      fc.property(duties, slicesUpTo(300), (duty, slices) => {
        const longest = Math.max(...slices.map(({ ms }) => ms));
        expect(mostBusy(simulate(duty, slices))).toBeLessThanOrEqual(duty * WINDOW_MS + longest + 1e-6);
      }),
      { numRuns: 40 },
    );
  });

  it('wakes at most five times in any second', () => {
    fc.assert(
      fc.property(duties, slicesUpTo(20), (duty, slices) => {
        const starts = simulate(duty, slices).map(({ startedAt }) => startedAt);
        for (const [i, at] of starts.entries())
          expect((starts[i + 5] ?? Infinity) - at).toBeGreaterThanOrEqual(999.999);
      }),
      { numRuns: 40 },
    );
  });

  it.each([0.015, 0.03, 0.06, 0.08])(
    'uses its budget: at a duty of %s, full slices on time come within 5 %% of it',
    (duty) => {
      const ran = simulate(
        duty,
        Array.from({ length: 900 }, () => ({ ms: SLICE_MS, lateMs: 0 })),
      );
      const share = (900 * SLICE_MS) / ((ran.at(-1)?.endedAt ?? 0) - (ran[0]?.startedAt ?? 0));
      expect(share / duty).toBeGreaterThan(0.95);
      expect(share / duty).toBeLessThanOrEqual(1);
    },
  );

  it('makes nothing up for a late timer', () => {
    const onTime = nextSliceAt(0.08, 1_000, 1_016) - 1_000;
    expect(nextSliceAt(0.08, 9_000, 9_016) - 9_000).toBeCloseTo(onTime, 6);
  });

  it('never sleeps at a duty of 1', () => {
    expect(nextSliceAt(1, 1_000, 1_016)).toBe(1_016);
  });

  it('takes a second at most for computing: a phone that slept in the middle of a slice owes no hours', () => {
    expect(nextSliceAt(0.08, 0, 3_600_000)).toBeLessThan(13_000);
  });

  it('charges what is done outside slices', () => {
    expect(charged(0.08, 500, 1_000, 8)).toBeCloseTo(1_000 + 8 / aimedShare(0.08), 6);
    expect(charged(0.08, 5_000, 1_000, 8)).toBeGreaterThan(5_000);
    expect(charged(1, 500, 1_000, 8)).toBe(500);
  });
});
