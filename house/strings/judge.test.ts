import { expect, test } from 'vitest';
import { type Fault, judge } from './judge.ts';

const STOPS = '{n, plural, one {# stop} other {# stops}}';

test.each<[why: string, english: string, text: string, locale: 'es' | 'fil', fault: Fault | undefined]>([
  ['a good one', 'Nothing runs.', 'Nada está corriendo.', 'es', undefined],
  ['an empty one', 'Nothing runs.', ' ', 'es', 'missing'],
  ['a forgotten one', 'Nothing runs.', 'Nothing runs.', 'fil', 'same_as_english'],
  ['a name', 'Wi-Fi', 'Wi-Fi', 'es', undefined],
  ['a word that Filipino keeps', 'Battery', 'Battery', 'fil', undefined],
  ['the same word, which Spanish does not keep', 'Battery', 'Battery', 'es', 'same_as_english'],
  ['placeholders alone', '{level}: {used} / {cap} %', '{level}: {used} / {cap} %', 'es', undefined],
  ['a brace that does not close', 'Back at {level}', 'Sigue al {level', 'es', 'not_readable'],
  ['placeholders in another order', '{a} of {b}', '{b}: {a}', 'es', undefined],
  ['a lost placeholder', 'Back at {level} %', 'Sigue luego', 'es', 'other_placeholders'],
  ['a misspelt placeholder', 'Back at {level} %', 'Sigue al {nivel} %', 'es', 'other_placeholders'],
  ['a lost tag', 'Incident <0>{x}</0>', 'Incidente {x}', 'es', 'other_placeholders'],
  ['a tag that does not close', 'Incident <0>{x}</0>', 'Incidente <0>{x}', 'es', 'other_placeholders'],
  ['a good plural', STOPS, '{n, plural, one {# parada} other {# paradas}}', 'es', undefined],
  ['a good Filipino plural', STOPS, '{n, plural, one {# stop} other {# na stop}}', 'fil', undefined],
  ['a plural that became plain', STOPS, '{n} paradas', 'es', 'other_placeholders'],
  ['a plural without its one', STOPS, '{n, plural, other {# paradas}}', 'es', 'wrong_plural'],
  ['a case of another language', STOPS, '{n, plural, one {#} few {#} other {#}}', 'fil', 'wrong_plural'],
  ['a one that would say five is one', STOPS, '{n, plural, one {isang stop} other {# na stop}}', 'fil', 'wrong_plural'],
  ['an exact number in words', STOPS, '{n, plural, =1 {isang stop} one {# stop} other {# na stop}}', 'fil', undefined],
])('%s', (_, english, text, locale, fault) => {
  expect(judge(english, text, locale)?.fault).toBe(fault);
});
