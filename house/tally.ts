/** Adds up what the test tools report. A tool that failed without naming a failed test (a file that does not load, a crash) counts as one failure. */

export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

export interface Suite {
  readonly name: string;
  readonly tally: Tally;
}

function tallyOf(ok: boolean, passed: number, failed: number): Tally {
  return { passed, failed: ok ? failed : Math.max(failed, 1) };
}

function count(report: unknown, field: string): number {
  if (typeof report !== 'object' || report === null) return 0;
  const value = Object.entries(report).find(([key]) => key === field)?.[1];
  return typeof value === 'number' ? value : 0;
}

/** @param report vitest's JSON report */
export function vitestTally(ok: boolean, report: unknown): Tally {
  return tallyOf(ok && report !== undefined, count(report, 'numPassedTests'), count(report, 'numFailedTests'));
}

/** @param report Playwright's JSON report. A test that passed only on a second try (`flaky`) has failed. */
export function playwrightTally(ok: boolean, report: unknown): Tally {
  const stats = typeof report === 'object' && report !== null && 'stats' in report ? report.stats : undefined;
  const failed = count(stats, 'unexpected') + count(stats, 'flaky');
  return tallyOf(ok && stats !== undefined, count(stats, 'expected'), failed);
}

/**
 * The sum. In a full run a suite without tests is a failure of its own (a wrong pattern finds nothing and would look green); in a filtered one only a sum of zero is.
 */
export function addUp(suites: readonly Suite[], filtered: boolean): Tally & { readonly remarks: readonly string[] } {
  const isEmpty = ({ tally }: Suite): boolean => tally.passed + tally.failed === 0;
  const empty = filtered && !suites.every(isEmpty) ? [] : suites.filter(isEmpty);
  return {
    passed: suites.reduce((sum, { tally }) => sum + tally.passed, 0),
    failed: suites.reduce((sum, { tally }) => sum + tally.failed, 0) + empty.length,
    remarks: empty.map(({ name }) => `${name}: no tests found, which counts as a failure.`),
  };
}
