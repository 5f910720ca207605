import { assert } from './assert.ts';
import type { Branded } from './ids.ts';

/** Money: an integer number of micro-dollars (1 USD = 1,000,000). Never a float, never multiplied by one. */
export type Micros = Branded<number, 'Micros'>;

/** The only maker of money. Throws on a fraction or past ±2^53. */
export function micros(n: number): Micros {
  assert(Number.isSafeInteger(n), `money must be whole micro-dollars, got ${n}`);
  return (n === 0 ? 0 : n) as Micros; // -0 would print as "-0" in a statement
}

export const ZERO: Micros = micros(0);
export const plus = (a: Micros, b: Micros): Micros => micros(a + b);
export const minus = (a: Micros, b: Micros): Micros => micros(a - b);
export const negate = (a: Micros): Micros => micros(-a);

/** `price` for each of `count` things; `count` is a whole number. */
export function times(price: Micros, count: number): Micros {
  assert(Number.isSafeInteger(count), `a count must be whole, got ${count}`);
  return micros(price * count);
}
