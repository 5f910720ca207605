import { expect, test } from 'vitest';
import { readSpeedFlags } from './flags.ts';

test('a minute unless said otherwise', () => {
  expect(readSpeedFlags([])).toEqual({ ok: true, value: { seconds: 60, json: false } });
  expect(readSpeedFlags(['--seconds', '120', '--json'])).toEqual({ ok: true, value: { seconds: 120, json: true } });
});

test.each([[['--seconds', 'x']], [['--seconds', '5']], [['--seconds', '1e3']], [['--minutes', '2']], [['more']]])(
  '%j is refused with a sentence',
  (args) => {
    const flags = readSpeedFlags(args);
    expect(flags.ok).toBe(false);
    expect(!flags.ok && flags.error).toMatch(/\.$/);
  },
);
