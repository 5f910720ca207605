import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvCell } from './csv-cell.ts';

test.each([
  ['plain', 'plain'],
  ['Ana, Ñandú', '"Ana, Ñandú"'],
  ['she said "so"', '"she said ""so"""'],
  ['two\nlines', '"two\nlines"'],
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ['+1', `'+1`],
  ['-2+3', `'-2+3`],
  ['@SUM(1)', `'@SUM(1)`],
  ['\t=1', `'\t=1`],
  ['\r=1', `"'\r=1"`],
  ['  =1', `'  =1`],
  ['＝1', `'＝1`],
  ['\u200B=1', `'\u200B=1`],
  ['', ''],
  [-12.5, '-12.5'],
] as const)('%j becomes %j', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test('no text begins a formula, and none breaks out of its cell', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '"', ',', '\n', '\r', '\t', ' ', 'a', '＝') }),
      (text) => {
        const cell = csvCell(text);
        const read = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
        if (!cell.startsWith('"')) expect(cell).not.toMatch(/[",\r\n]/);
        expect(read).not.toMatch(/^\s*[=+\-@＝]/);
        expect(read === text || read === `'${text}`).toBe(true);
      },
    ),
  );
});
