import { expect, test } from 'vitest';
import fc from 'fast-check';
import { MINUTE } from '../../shared/time.ts';
import { Buckets } from './rate-limit.ts';

test('a minute’s share at once, then one at a time, each name for itself', () => {
  const buckets = new Buckets();
  for (let i = 0; i < 60; i++) expect(buckets.take('a', 60, 0)).toBe(0);
  expect(buckets.take('a', 60, 0)).toBeCloseTo(1_000);
  expect(buckets.take('b', 60, 0)).toBe(0);
  expect(buckets.take('a', 60, 999)).toBeCloseTo(1);
  expect(buckets.take('a', 60, 1_000)).toBe(0);
  expect(buckets.take('a', 60, 1_000)).toBeGreaterThan(0);
});

test('whoever waits as long as told gets in, and no minute sees more than twice the share', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(5_000), { maxLength: 300 }), (perMinute, gaps) => {
      const buckets = new Buckets();
      const taken: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        const wait = buckets.take('a', perMinute, now);
        if (wait === 0) taken.push(now);
        else expect(buckets.take('a', perMinute, now + Math.ceil(wait))).toBe(0);
        if (wait !== 0) taken.push((now += Math.ceil(wait)));
      }
      for (const from of taken) {
        expect(taken.filter((at) => at >= from && at < from + MINUTE).length).toBeLessThanOrEqual(2 * perMinute);
      }
    }),
  );
});

test('names without end take no memory without end', () => {
  const buckets = new Buckets();
  for (let i = 0; i < 120_000; i++) buckets.take(`name ${i}`, 1, 0);
  expect(buckets.size).toBeLessThanOrEqual(50_000);
});
