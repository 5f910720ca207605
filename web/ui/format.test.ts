import { i18n } from '@lingui/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dayAndMonth, megabytes, money, percent, seconds, timeOfDay, when, whole } from './format.ts';

const AT = new Date(2026, 4, 12, 18, 31).getTime();
const EARLY = new Date(2026, 4, 12, 0, 5).getTime();

beforeEach(() => i18n.load({ en: {}, es: {}, fil: {} }));
afterEach(() => i18n.activate('en'));

describe.each([
  ['en', '6:31\u00A0PM', '12:05\u00A0AM', 'May 12'],
  ['es', '6:31\u00A0p.m.', '12:05\u00A0a.m.', '12 de mayo'],
  ['fil', '6:31\u00A0PM', '12:05\u00A0AM', 'Mayo 12'],
])('in %s', (locale, evening, midnight, day) => {
  beforeEach(() => i18n.activate(locale));

  it.each([
    [50_000, '$0.05'],
    [0, '$0.00'],
    [7_950_000, '$7.95'],
    [7, '$0.00'],
    [100, '$0.0001'],
    [12_500, '$0.0125'],
    [1_234_560_000, '$1,234.56'],
  ])('%d micro-dollars are %s', (micros, text) => expect(money(micros)).toBe(text));

  it('numbers keep the point, and units stand after a no-break space', () => {
    expect(whole(12_345)).toBe('12,345');
    expect(percent(1.5)).toBe('1.5\u00A0%');
    expect(percent(2)).toBe('2\u00A0%');
    expect(megabytes(121_000)).toBe('0.12\u00A0MB');
    expect(seconds(65_400)).toBe('1\u00A0min 5\u00A0s');
  });

  it('times are of twelve hours and never break; a day is in words', () => {
    expect(timeOfDay(AT)).toBe(evening);
    expect(timeOfDay(EARLY)).toBe(midnight);
    expect(dayAndMonth(AT)).toBe(day);
    expect(when(AT, EARLY)).toBe(evening);
    expect(when(AT, AT + 86_400_000)).toBe(`${day}, ${evening}`);
  });
});

it('a language that is switched to is spoken at once, and back', () => {
  expect(dayAndMonth(AT)).toBe('May 12');
  i18n.activate('es');
  expect(dayAndMonth(AT)).toBe('12 de mayo');
  i18n.activate('en');
  expect(dayAndMonth(AT)).toBe('May 12');
});
