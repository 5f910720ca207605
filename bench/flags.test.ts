import { expect, test } from 'vitest';
import { readFlags } from './flags.ts';

test('the name alone is ten minutes at a hundred stops', () => {
  expect(readFlags(['phone'])).toEqual({
    ok: true,
    value: { name: 'phone', minutes: 10, stops: 100, seed: 1n, json: false },
  });
});

test('every flag is heard, before or after the name', () => {
  expect(readFlags(['--json', 'phone', '--minutes', '2.5', '--stops', '1000', '--seed=42'])).toEqual({
    ok: true,
    value: { name: 'phone', minutes: 2.5, stops: 1000, seed: 42n, json: true },
  });
});

test.each([
  [[], /name of one bench, phone; got nothing/],
  [['tablet'], /got “tablet”/],
  [['phone', 'tablet'], /got “phone tablet”/],
  [['phone', '--minutes', '0'], /--minutes: expected 1 to 1440.*got “0”/],
  [['phone', '--minutes', 'ten'], /--minutes: .*got “ten”/],
  [['phone', '--minutes', '1e3'], /--minutes: .*got “1e3”/],
  [['phone', '--minutes='], /--minutes: .*got nothing/],
  [['phone', '--stops', '500'], /--stops: expected 100 or 1000.*got “500”/],
  [['phone', '--seed', '-1'], /seed/],
  [['phone', '--seed', '1.5'], /--seed: expected a whole number; got “1\.5”/],
  [['phone', '--loud'], /Unknown option '--loud'\.$/],
  [['phone', '--json=yes'], /json/],
])('%j is refused in one sentence', (args, sentence) => {
  expect(readFlags(args)).toEqual({ ok: false, error: expect.stringMatching(sentence) });
});
