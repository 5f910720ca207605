import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Outcome } from './run-scenario.ts';
import { runSeed } from './testing/run-seed.ts';

vi.setConfig({ testTimeout: 120_000 }); // a seed takes seconds; a busy machine is no reason to fail

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, i) => i + 1);

describe('simulated worlds', () => {
  const outcomes: Outcome[] = [];

  async function expectNoBreach(scenario: string, seed: number): Promise<void> {
    const outcome = await runSeed(scenario, seed);
    outcomes.push(outcome);
    expect(outcome.violations).toEqual([]);
  }

  it.each(upTo(3))('a day breaks no rule with seed %i', (seed) => expectNoBreach('day', seed));

  it.each(upTo(2))('a day among cheats breaks no rule with seed %i', (seed) => expectNoBreach('trust', seed));

  it.each(upTo(20))('a small world of any kind breaks no rule with seed %i', (seed) => expectNoBreach('any', seed));

  // Worlds in which nothing happens break no rule either.
  afterAll(() => {
    const all = (of: string): number => outcomes.reduce((sum, { counts }) => sum + (counts[of] ?? 0), 0);
    const happened = [
      'writesNotStored',
      'writesStoredButFailed',
      'readsFailed',
      'crashesBeforeWrite',
      'crashesAfterWrite',
      'crashesAtRead',
      'auditCrashes',
      'threadCrashes',
      'broken',
      'repeated',
      'stalled',
      'late',
      'clockJumps',
      'pagesKilled',
      'lies',
      'forgeries',
      'askedAgain',
      'accepted',
      'mainframeUnits',
      'wholeReruns',
      'convictions',
      'faults',
      'frauds',
      'voids',
      'corrections',
      'appeals',
      'restored',
      'comebacks',
      'settlements',
      'postings',
      'agreements',
    ];
    expect(happened.filter((of) => all(of) === 0)).toEqual([]);
  });
});
