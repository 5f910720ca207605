import { expect, test } from 'vitest';
import { Pace } from './pace.ts';

const repeat = (times: number, act: () => void): void => {
  for (let i = 0; i < times; i++) act();
};

test('a chunk is expected to take 13 ms, and each measured one moves the mean by a 64th', () => {
  const pace = new Pace();
  expect(pace.chunkMs).toBe(13);
  pace.took(13 + 64);
  expect(pace.chunkMs).toBe(14);
});

test('the mean comes to what chunks take, and one bad moment hardly moves it', () => {
  const pace = new Pace();
  repeat(1_000, () => pace.took(26));
  expect(pace.chunkMs).toBeCloseTo(26, 5);
  pace.took(90);
  expect(pace.chunkMs).toBeCloseTo(27, 5);
});

test('only the last minute counts as busy, to five seconds', () => {
  const pace = new Pace();
  for (let second = 1; second <= 300; second++) pace.wasBusy(400, second * 1000);
  const busy = pace.busyMs(300_000);
  expect(busy).toBeGreaterThanOrEqual(400 * 55);
  expect(busy).toBeLessThanOrEqual(400 * 60);
  expect(pace.busyMs(330_000)).toBeLessThanOrEqual(400 * 30);
  expect(pace.busyMs(400_000)).toBe(0);
});
