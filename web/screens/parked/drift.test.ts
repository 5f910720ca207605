import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../../shared/time.ts';
import { driftAt, untilNextStep } from './drift.ts';

const hour = (from: number) => Array.from({ length: 60 }, (_, minute) => driftAt(from + minute * MINUTE));

describe('the parked screen’s drift', () => {
  it('stays within twelve pixels, comes back after an hour, and crosses the middle four times', () => {
    const steps = hour(0);
    expect(Math.max(...steps.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]))).toBe(12);
    expect(hour(2 * HOUR)).toEqual(steps);
    expect(steps.filter(({ y }) => y === 0)).toHaveLength(4);
  });

  it('leaves no pixel alight for long: a place is kept for two steps at most', () => {
    const places = hour(0).map(({ x, y }) => `${x} ${y}`);
    const longest = places.map((place, i) => places.slice(i, i + 3).filter((next) => next === place).length);
    expect(Math.max(...longest)).toBeLessThanOrEqual(2);
    expect(new Set(places).size).toBeGreaterThan(40);
  });

  it('changes sides every hour', () => {
    expect([0, 1, 2, 3].map((hours) => driftAt(hours * HOUR).isMirrored)).toEqual([false, true, false, true]);
  });

  it('steps on the minute', () => {
    expect([0, 1, 59_999].map(untilNextStep)).toEqual([60_000, 59_999, 1]);
  });
});
