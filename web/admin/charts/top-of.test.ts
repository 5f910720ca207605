import { expect, test } from 'vitest';
import { topOf, topOfSeconds } from './top-of.ts';

test('an axis holds the largest value, with less than two thirds of it empty, and its half is a whole number', () => {
  expect([0, 1, 2, 3, 4, 9, 10, 11, 41, 99, 137_000].map(topOf)).toEqual([
    2, 2, 2, 4, 4, 10, 10, 20, 100, 100, 200_000,
  ]);
  for (let largest = 1; largest < 5_000; largest++) {
    const top = topOf(largest);
    expect(top).toBeGreaterThanOrEqual(largest);
    expect(top / 2).toBe(Math.floor(top / 2));
    expect(largest < 2 || largest / top > 1 / 3).toBe(true);
  }
});

test('an axis of time ends at a round time of a clock', () => {
  expect([0, 3, 41, 70, 125, 700, 3_600, 90_000, 300_000].map(topOfSeconds)).toEqual([
    2, 4, 60, 120, 240, 1_200, 3_600, 172_800, 345_600,
  ]);
});
