import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BlockId, DeviceId } from '../../shared/ids.ts';
import { secretsFrom } from '../adapters/secrets.ts';
import { fraction, gateChunks, type ResultKey } from './draws.ts';

const secrets = secretsFrom(new Uint8Array(32).fill(7));
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const keys: fc.Arbitrary<ResultKey> = fc.record({
  deviceId: u32.map((id) => id as DeviceId),
  seq: u32,
  blockId: u32.map((id) => id as BlockId),
  taskIndex: fc.integer({ min: 0, max: 1023 }),
});
const key = (n: number): ResultKey => ({
  deviceId: (2 + (n % 97)) as DeviceId,
  seq: 1 + Math.floor(n / 97),
  blockId: 5 as BlockId,
  taskIndex: n % 16,
});
const MANY = Array.from({ length: 6_400 }, (_, n) => key(n));

describe('the chunks of a gate', () => {
  test('are as many as asked for, different, in order and of the task, and always the same', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 0, max: 16 }), (result, count) => {
        const drawn = gateChunks(secrets, result, count);
        expect(drawn).toHaveLength(count);
        expect(new Set(drawn).size).toBe(count);
        expect([...drawn].sort((a, b) => a - b)).toEqual(drawn);
        expect(drawn.every((chunk) => Number.isInteger(chunk) && chunk >= 0 && chunk < 64)).toBe(true);
        expect(gateChunks(secrets, { ...result }, count)).toEqual(drawn);
      }),
    );
  });

  test.each([1, 8])('fall on every chunk alike, %i at a time', (count) => {
    const hits = Array<number>(64).fill(0);
    for (const result of MANY) for (const chunk of gateChunks(secrets, result, count)) hits[chunk]!++;
    expectEven(hits, (MANY.length * count) / 64);
  });

  test('fall elsewhere for the next seq, block, task or device, and under another secret', () => {
    const other = secretsFrom(new Uint8Array(32).fill(8));
    const changes: readonly ((result: ResultKey) => ResultKey)[] = [
      (result) => ({ ...result, seq: result.seq + 1 }),
      (result) => ({ ...result, blockId: (result.blockId + 1) as BlockId }),
      (result) => ({ ...result, taskIndex: result.taskIndex + 1 }),
      (result) => ({ ...result, deviceId: (result.deviceId + 1) as DeviceId }),
    ];
    const hits = (draw: (result: ResultKey) => readonly number[]): number =>
      MANY.filter((result) => gateChunks(secrets, result, 1)[0] === draw(result)[0]).length;
    const byChance = MANY.length / 64;
    for (const change of changes) expectEven([hits((result) => gateChunks(secrets, change(result), 1))], byChance);
    expectEven([hits((result) => gateChunks(other, result, 1))], byChance);
  });
});

describe('a fraction', () => {
  const purposes = ['whole', 'settle', 'look'] as const;

  test('is at least 0 and below 1, and always the same', () => {
    fc.assert(
      fc.property(keys, fc.constantFrom(...purposes), (result, purpose) => {
        const drawn = fraction(secrets, purpose, result);
        expect(drawn >= 0 && drawn < 1).toBe(true);
        expect(fraction(secrets, purpose, { ...result })).toBe(drawn);
      }),
    );
  });

  test.each(purposes)('falls everywhere alike: %s', (purpose) => {
    const hits = Array<number>(20).fill(0);
    for (const result of MANY) hits[Math.floor(fraction(secrets, purpose, result) * 20)]!++;
    expectEven(hits, MANY.length / 20);
  });

  test('of one purpose tells nothing of another, nor of the gate', () => {
    const draws = (purpose: (typeof purposes)[number]): number[] =>
      MANY.map((result) => fraction(secrets, purpose, result));
    const gate = MANY.map((result) => gateChunks(secrets, result, 1)[0]! / 64);
    const all = [gate, ...purposes.map(draws)];
    for (const [i, a] of all.entries())
      for (const b of all.slice(i + 1)) expect(Math.abs(correlation(a, b))).toBeLessThan(5 / Math.sqrt(MANY.length));
    expect(correlation(gate, gate)).toBeGreaterThan(0.99); // what the measure says of draws that depend
  });
});

/** Counts of a fair draw: five standard deviations off happen once in a million. The keys are fixed, so it is now or never. */
function expectEven(hits: readonly number[], expected: number): void {
  for (const count of hits) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  const product = (x: readonly number[], mx: number, y: readonly number[], my: number): number =>
    x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return product(a, ma, b, mb) / Math.sqrt(product(a, ma, a, ma) * product(b, mb, b, mb));
}
