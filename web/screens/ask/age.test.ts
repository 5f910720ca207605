import { expect, test } from 'vitest';
import { ageOf } from './age.ts';

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

test('an age is said in the largest unit that has passed, and changes exactly when it says', () => {
  const table: readonly (readonly [passed: number, unit: string, count: number])[] = [
    [0, 'now', 0],
    [MINUTE - 1, 'now', 0],
    [MINUTE, 'minutes', 1],
    [HOUR - 1, 'minutes', 59],
    [HOUR, 'hours', 1],
    [2 * HOUR + 5, 'hours', 2],
    [DAY - 1, 'hours', 23],
    [DAY, 'days', 1],
    [9 * DAY + 7 * HOUR, 'days', 9],
  ];
  for (const [passed, unit, count] of table) {
    const age = ageOf(1_000, 1_000 + passed);
    expect(age, `${passed} ms`).toMatchObject({ unit, count });
    const { unit: still, count: same } = ageOf(1_000, 1_000 + passed + age.changesInMs - 1);
    expect([still, same]).toEqual([unit, count]);
    const next = ageOf(1_000, 1_000 + passed + age.changesInMs);
    expect([next.unit, next.count]).not.toEqual([unit, count]);
  }
});

test('a clock that was set back makes it now', () => {
  expect(ageOf(5_000, 1_000)).toEqual({ unit: 'now', count: 0, changesInMs: MINUTE, passedMs: 0 });
});
