import { expect, test } from 'vitest';
import { readDollars } from './read-dollars.ts';

test.each([
  ['5', 5_000_000],
  [' 5.25 ', 5_250_000],
  ['0.000001', 1],
  ['1000', 1_000_000_000],
  ['9999999.999999', 9_999_999_999_999],
])('“%s” is so many millionths of a dollar, to the last', (text, expected) => {
  expect(readDollars(text)).toBe(expected);
});

test.each(['', '.5', '5.', '-5', '+5', '5,00', '1e3', '0x5', '5.0000001', '12345678', 'five', 'NaN'])(
  '“%s” is no amount',
  (text) => {
    expect(readDollars(text)).toBeUndefined();
  },
);
