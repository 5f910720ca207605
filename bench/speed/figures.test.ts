import { expect, test } from 'vitest';
import { interactiveAt, percentile } from './figures.ts';

test('a page is interactive when its control is there and five seconds without a long task begin', () => {
  expect(interactiveAt(900, [])).toBe(900);
  expect(interactiveAt(900, [{ at: 200, ms: 300 }])).toBe(900);
  expect(interactiveAt(900, [{ at: 1_000, ms: 80 }])).toBe(1_080);
  const following = [
    { at: 6_000, ms: 100 },
    { at: 2_000, ms: 100 },
  ];
  expect(interactiveAt(900, following)).toBe(6_100);
  expect(interactiveAt(900, [{ at: 5_901, ms: 100 }])).toBe(900);
});

test('percentiles are values that were measured', () => {
  expect(percentile([], 0.75)).toBeNull();
  expect(percentile([40, 16, 24, 32], 0.75)).toBe(32);
  expect(percentile([40, 16, 24, 32], 0.98)).toBe(40);
  expect(percentile([8], 0.5)).toBe(8);
});
