import { expect, test } from 'vitest';
import { addUp, playwrightTally, vitestTally } from './tally.ts';

const suite = (name: string, passed: number, failed: number) => ({ name, tally: { passed, failed } });

test('the tools report their counts', () => {
  expect(vitestTally(true, { numPassedTests: 5, numFailedTests: 0 })).toEqual({ passed: 5, failed: 0 });
  expect(vitestTally(false, { numPassedTests: 5, numFailedTests: 2 })).toEqual({ passed: 5, failed: 2 });
  expect(playwrightTally(true, { stats: { expected: 3, unexpected: 0, flaky: 0, skipped: 1 } })).toEqual({
    passed: 3,
    failed: 0,
  });
});

test('a tool that fails without naming a failed test counts as one failure', () => {
  expect(vitestTally(false, { numPassedTests: 5, numFailedTests: 0 })).toEqual({ passed: 5, failed: 1 });
  expect(vitestTally(false, undefined)).toEqual({ passed: 0, failed: 1 });
});

test('a tool that exits with 0 but leaves no report counts as one failure', () => {
  expect(vitestTally(true, undefined)).toEqual({ passed: 0, failed: 1 });
  expect(playwrightTally(true, {})).toEqual({ passed: 0, failed: 1 });
});

test('a test that passed only on a second try has failed', () => {
  expect(playwrightTally(true, { stats: { expected: 3, unexpected: 0, flaky: 1 } })).toEqual({ passed: 3, failed: 1 });
});

test('a full run adds up, and a suite without tests is a failure', () => {
  const full = addUp([suite('checks', 4, 0), suite('vitest', 10, 1), suite('playwright', 0, 0)], false);
  expect(full).toEqual({
    passed: 14,
    failed: 2,
    remarks: ['playwright: no tests found, which counts as a failure.'],
  });
});

test('a filtered run may leave a suite empty, but not all of them', () => {
  expect(addUp([suite('vitest', 2, 0), suite('playwright', 0, 0)], true)).toEqual({
    passed: 2,
    failed: 0,
    remarks: [],
  });
  expect(addUp([suite('vitest', 0, 0), suite('playwright', 0, 0)], true).failed).toBe(2);
});
