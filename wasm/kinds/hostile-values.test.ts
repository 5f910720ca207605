import { expect, test } from 'vitest';
import { readRoute } from './route-plan/read.ts';
import { readTiny } from './tiny/read.ts';

/** Objects that JSON can hold and that cannot be made a text: `String` of them throws. Found by the fuzzer. */
const HOSTILE: readonly unknown[] = [
  { toString: 1, valueOf: null },
  [{ toString: null }],
  JSON.parse('{"__proto__": null, "toString": 0}'),
  'x'.repeat(100_000),
  null,
  [],
];

/** Where each kind reads a value and says what it got. */
const REQUESTS: readonly ((value: unknown) => unknown)[] = [
  (units) => ({ numbers: [1], units }),
  (value) => ({ numbers: [1, value] }),
  (metric) => ({ stops: [[0, 0], [3, 4], [6, 0]], metric }), // prettier-ignore
  (value) => ({ stops: [[0, 0], [3, value], [6, 0]] }), // prettier-ignore
  (value) => ({ stops: [[0, 0], value, [6, 0]] }), // prettier-ignore
];

test('every value of a request that a kind does not take is refused, in a short sentence', () => {
  for (const value of HOSTILE)
    for (const request of REQUESTS)
      for (const read of [readTiny, readRoute]) {
        const result = read(request(value));
        expect(result.ok).toBe(false);
        if (!result.ok) expect(result.error.message?.length).toBeLessThan(200);
      }
});

test('a field that does not exist is named in part, however long its name', () => {
  for (const read of [readTiny, readRoute]) {
    const result = read({ ['y'.repeat(100_000)]: 1 });
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.error.message?.length).toBeLessThan(200);
  }
});
