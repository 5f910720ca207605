import { micros, type Micros } from './money.ts';

/** Dollars as a person writes them (`5`, `5.25`, `0.000001`), digit by digit: a float would not hold every millionth. */
export function readDollars(text: string): Micros | undefined {
  const [, whole, part = ''] = /^(\d{1,7})(?:\.(\d{1,6}))?$/.exec(text.trim()) ?? [];
  return whole === undefined ? undefined : micros(Number(whole) * 1_000_000 + Number(part.padEnd(6, '0')));
}
