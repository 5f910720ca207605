import { type Result, ok, refuse } from '../../../shared/result.ts';
import { sayValue, shorten } from '../../../shared/say-value.ts';
import type { SpecRefusal } from '../../kind.ts';
import { MAX_NUMBER, MAX_NUMBERS, MAX_UNITS, type TinySpec } from './codec.ts';

/** Reads `{numbers: [5, 3, …], units?: 1}`. Codes: bad_shape, unknown_field, too_few_numbers, too_many_numbers, not_a_number, bad_units. */
export function readTiny(request: unknown): Result<TinySpec, SpecRefusal> {
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return refuse({ code: 'bad_shape', message: 'Expected an object with a list of numbers.' });
  }
  const fields: Record<string, unknown> = { ...request };
  const unknown = Object.keys(fields).find((name) => name !== 'numbers' && name !== 'units');
  if (unknown !== undefined)
    return refuse({ code: 'unknown_field', message: `There is no field “${shorten(unknown)}”.` });
  const { numbers, units = 1 } = fields;
  if (!Array.isArray(numbers)) return refuse({ code: 'bad_shape', message: 'Expected “numbers” to be a list.' });
  if (numbers.length < 1) return refuse({ code: 'too_few_numbers', message: 'Expected at least 1 number, got none.' });
  if (numbers.length > MAX_NUMBERS) {
    return refuse({
      code: 'too_many_numbers',
      message: `Expected at most ${MAX_NUMBERS} numbers, got ${numbers.length}.`,
    });
  }
  if (!isWhole(units, 1, MAX_UNITS)) {
    return refuse({ code: 'bad_units', message: `Expected 1 to ${MAX_UNITS} units, got ${sayValue(units)}.` });
  }
  const whole: number[] = [];
  for (const [i, number] of numbers.entries()) {
    if (!isWhole(number, 0, MAX_NUMBER)) {
      const message = `Number ${i + 1}: expected a whole number from 0 to ${MAX_NUMBER}, got ${sayValue(number)}.`;
      return refuse({ code: 'not_a_number', message });
    }
    whole.push(number);
  }
  return ok({ numbers: whole, units });
}

const isWhole = (value: unknown, from: number, to: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
