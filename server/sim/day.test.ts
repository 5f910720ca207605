import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Outcome } from './run-scenario.ts';
import { runSeed } from './testing/run-seed.ts';

vi.setConfig({ testTimeout: 120_000 }); // a seed takes a second; a busy machine is no reason to fail

const SEEDS = Array.from({ length: 20 }, (_, i) => i + 1);

describe('a simulated day', () => {
  const outcomes: Outcome[] = [];

  it.each(SEEDS)('breaks no rule with seed %i', async (seed) => {
    const outcome = await runSeed('day', seed);
    outcomes.push(outcome);
    expect(outcome.violations).toEqual([]);
  });

  // A day on which nothing happens breaks no rule either.
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
      'pagesKilled',
      'lies',
      'forgeries',
      'askedAgain',
      'accepted',
      'mainframeUnits',
      'convictions',
      'voids',
      'postings',
    ];
    expect(happened.filter((of) => all(of) === 0)).toEqual([]);
  });
});
