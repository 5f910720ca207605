import { expect, test } from 'vitest';
import { chart } from './chart.ts';

test('shares below the line leave it free, one above it covers it', () => {
  expect(chart([0.01, 0.02, 0.0225, 0.9, -0.01], 0.02)).toBe(
    ['       │   █ ', '   2 % │──▄█─', '       │ ███ ', '       │ ███ ', '       │████ ', '       │████ '].join('\n'),
  );
});
