export interface FailedSeed {
  readonly scenario: string;
  readonly seed: number;
  /** What it found. */
  readonly found: string;
}

/**
 * Every seed that ever failed, and what it found. They run in the suite for ever. Each fails again when what it found is put back (tried).
 */
export const FAILED_SEEDS: readonly FailedSeed[] = [
  {
    scenario: 'contest',
    seed: 1,
    found:
      'a conviction threw out an honest result that had taken the slot earlier in the same batch, and left it unpaid',
  },
  { scenario: 'contest', seed: 2, found: 'the same' },
  {
    scenario: 'storm',
    seed: 5,
    found: 'an exchange over two blocks counted its units once a block, and matured too early',
  },
  {
    scenario: 'day',
    seed: 3,
    found: 'a read of the outbox that failed after a commit reached nobody, and would have ended the process',
  },
];
