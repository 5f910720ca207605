import { expect, test } from 'vitest';
import { Attempts } from './attempts.ts';

test('so many in a window, and the wait for the next; what has ended is forgotten, what lasts longer stays', () => {
  let now = 1_000;
  const attempts = new Attempts(100, () => now);
  expect([attempts.take('a', 2), attempts.take('a', 2), attempts.take('a', 2)]).toEqual([0, 0, 100]);
  expect(attempts.take('day', 1, 10_000)).toBe(0);
  for (let i = 0; i < 500; i++) attempts.take(`stranger ${i}`, 1);
  expect(attempts.size).toBe(502);
  now += 100;
  expect([attempts.take('a', 2), attempts.size]).toEqual([0, 2]);
  expect(attempts.take('day', 1, 10_000)).toBe(9_900);
});

test('one that is given back or forgiven does not count', () => {
  const attempts = new Attempts(100, () => 0);
  attempts.take('a', 1);
  attempts.giveBack('a');
  expect([attempts.take('a', 1), attempts.take('a', 1)]).toEqual([0, 100]);
  attempts.forgive('a');
  expect(attempts.take('a', 1)).toBe(0);
});
