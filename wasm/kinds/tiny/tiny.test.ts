import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { viewOf } from '../../../shared/bytes.ts';
import { testKind } from '../../testing/test-kind.ts';
import { tiny } from './kind.ts';

testKind({
  kind: tiny,
  effort: { units: 3, rounds: 2 },
  anySpec: fc.record({
    numbers: fc.array(fc.nat({ max: 0xfffff }), { minLength: 1, maxLength: 700 }),
    units: fc.integer({ min: 1, max: 3 }),
  }),
  checkAnswer({ numbers, units }, answer) {
    const sums = Array.from({ length: 64 * units }, () => 0);
    numbers.forEach((number, i) => (sums[i % sums.length]! += number));
    expect(answer.sum).toBe(Math.min(...sums));
    expect(sums[answer.column]).toBe(answer.sum);
  },
  checkScore: (_spec, score, value) => expect(score).toBe(value),
  checkHidden({ numbers, units }, jobInput) {
    // all the numbers, each row's in another order; a handful may fall into place by chance
    if (numbers.length < 64 * units || new Set(numbers).size < 32) return;
    const there = numbers.filter((number, i) => number === viewOf(jobInput).getUint32(8 + 3 * i - 1, true) >>> 8);
    expect(there.length).toBeLessThan(numbers.length / 2);
  },
});

describe('a request for tiny', () => {
  test('is read with one unit unless it says more', () => {
    expect(tiny.read({ numbers: [1, 2] })).toEqual({ ok: true, value: { numbers: [1, 2], units: 1 } });
    expect(tiny.read({ numbers: [1], units: 64 }).ok).toBe(true);
    expect(tiny.read({ numbers: Array.from({ length: 4096 }, () => 0xfffff) }).ok).toBe(true);
  });

  test.each([
    ['bad_shape', null],
    ['bad_shape', 'a text'],
    ['bad_shape', [1, 2]],
    ['bad_shape', { numbers: 5 }],
    ['unknown_field', { numbers: [1], extra: 1 }],
    ['too_few_numbers', { numbers: [] }],
    ['too_many_numbers', { numbers: Array.from({ length: 4097 }, () => 1) }],
    ['not_a_number', { numbers: [1, '2'] }],
    ['not_a_number', { numbers: [Number.NaN] }],
    ['not_a_number', { numbers: [-1] }],
    ['not_a_number', { numbers: [0.5] }],
    ['not_a_number', { numbers: [1 << 20] }],
    ['bad_units', { numbers: [1], units: 0 }],
    ['bad_units', { numbers: [1], units: 65 }],
  ])('is refused as %s', (code, request) => {
    const read = tiny.read(request);
    expect(read.ok ? 'accepted' : read.error.code).toBe(code);
  });
});
