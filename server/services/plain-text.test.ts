import { expect, test } from 'vitest';
import { displayName, plainLine } from './plain-text.ts';

test.each([
  ['Ana Ñandú', 'Ana Ñandú'],
  ['  Ｍａｒｉａ ', 'Maria'], // wide letters are letters
  ['Nguyễn Thị Ánh', 'Nguyễn Thị Ánh'],
  ['ทิพย์', 'ทิพย์'],
  ['Ana ❤\uFE0F', 'Ana ❤'],
  ['🚗'.repeat(24), '🚗'.repeat(24)], // letters, not code units
])('“%s” is a name', (typed, kept) => {
  expect(displayName(typed)).toBe(kept);
});

test.each([
  ['', 'nothing'],
  ['\u3164', 'a Hangul filler: a letter that is blank'],
  ['Ada\uFFA0', '… in half width, behind a name that somebody else has'],
  ['Ada\u17B4', 'a Khmer vowel nobody sees'],
  ['Ada\u034F', 'a joiner of graphemes'],
  ['Ada\u{E0100}', 'a variation selector'],
  ['Ada\u200B', 'no width'],
  ['\u202EadA', 'right to left'],
  ['a\u2028b', 'a line separator'],
  ['\u2800', 'an empty Braille cell'],
  ['a\u0007', 'a bell'],
  ['\uD800', 'half a character'],
  [`A${'\u0301'.repeat(5)}`, 'accents over the line above'],
  ['ﷺ'.repeat(2), 'two letters that compose to thirty-six'],
  ['🚗'.repeat(25), 'one letter too many'],
])('“%s” is no name: %s', (typed) => {
  expect(displayName(typed)).toBeUndefined();
});

test('a label keeps what is seen of it, and a terminal or an admin’s page is told nothing else', () => {
  expect(plainLine(' \u202Eevil\u0007\u001B[2J key ')).toBe('evil[2J key');
  expect(plainLine('\u200B\u3164\t\n')).toBe('');
});
