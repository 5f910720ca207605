/** Whether a translation may go on the screen. Pure; what it finds is read by whoever translates. */
import type { Translated } from './catalogues.ts';
import { SAME } from './same-words.ts';
import { type Shape, shapeOf } from './shape.ts';

export type Fault = 'missing' | 'same_as_english' | 'not_readable' | 'other_placeholders' | 'wrong_plural';

export interface Judged {
  readonly fault: Fault;
  readonly says: string;
}

/** The first fault, in this order; nothing for a good translation. */
export function judge(english: string, text: string, locale: Translated): Judged | undefined {
  if (text.trim() === '') return { fault: 'missing', says: 'not translated' };
  if (text === english && !isRightlySame(english, locale)) {
    return { fault: 'same_as_english', says: 'equal to the English; if that is right, house/strings/same-words.ts' };
  }
  let shape: Shape;
  try {
    shape = shapeOf(text);
  } catch (error) {
    return { fault: 'not_readable', says: `no ICU MessageFormat: ${String(error).split('\n')[0]}` };
  }
  const wanted = shapeOf(english);
  if (wanted.parts.join() !== shape.parts.join()) {
    return { fault: 'other_placeholders', says: `expected ${list(wanted.parts)}, got ${list(shape.parts)}` };
  }
  const says = pluralFault(wanted, shape, locale);
  return says === undefined ? undefined : { fault: 'wrong_plural', says };
}

/** Nothing to translate: named in the list, or made of placeholders, numbers and signs alone. */
const isRightlySame = (english: string, locale: Translated): boolean =>
  SAME[locale].has(english) || !/\p{L}{2}/u.test(english.replace(/\{\w+\}|<\/?\d+\/?>/g, ''));

/**
 * Each language has its own cases. Filipino's `one` is 1, 2, 3, 5, 7, 8, 10 and so on (all whose last digit is not 4, 6 or
 * 9), so a case that says the number in English says it there, too, or five would read as one.
 */
function pluralFault(wanted: Shape, shape: Shape, locale: Translated): string | undefined {
  const known = new Set<string>(new Intl.PluralRules(locale).resolvedOptions().pluralCategories);
  for (const { name, cases } of shape.plurals) {
    const original = wanted.plurals.find((plural) => plural.name === name);
    // A choice by word, not by number, has its own cases.
    if (original && !original.cases.has('one') && !original.cases.has('few')) continue;
    for (const key of ['one', 'other']) if (!cases.has(key)) return `{${name}} has no case "${key}"`;
    // An exact number ({n, plural, =1 {…}}) may say itself in words.
    for (const [key, saysNumber] of cases) {
      if (/^=?\d/.test(key)) continue;
      if (!known.has(key)) return `{${name}}: ${locale} has no case "${key}"`;
      if (!saysNumber && original?.cases.get('one')) return `{${name}}: "${key}" lacks the #`;
    }
  }
  return undefined;
}

const list = (parts: readonly string[]): string => (parts.length === 0 ? 'no placeholders' : parts.join(' '));
