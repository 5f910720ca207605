import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { FAILED_SEEDS } from './seeds.ts';
import { brokenRules, runSeed } from './testing/run-seed.ts';

vi.setConfig({ testTimeout: 120_000 }); // a seed takes a second; a busy machine is no reason to fail

describe('the simulator', () => {
  it('writes the same log for the same seed, and another for another', async () => {
    const [first, again, other] = [await runSeed('storm', 1), await runSeed('storm', 1), await runSeed('storm', 2)];
    expect(again).toEqual(first);
    expect(other.logHash).not.toBe(first.logHash);
  });

  it.each(FAILED_SEEDS)('no longer fails with seed $seed of $scenario: $found', async ({ scenario, seed }) => {
    expect((await runSeed(scenario, seed)).violations).toEqual([]);
  });

  it.each(['calm', 'tight'])('breaks no rule in the scenario %s', async (scenario) => {
    expect(brokenRules(await runSeed(scenario, 1))).toEqual([]);
  });
});

describe('the auditor', () => {
  const OWN = [
    'auditor.ts',
    'audit-compare.ts',
    'audit-inbox.ts',
    'audit-jobs.ts',
    'audit-money.ts',
    'audit-promises.ts',
    'audited-world.ts',
    'naive-tiny.ts',
  ];
  const NAMES_ONLY = 'observer.ts';

  it.each([...OWN, NAMES_ONLY])('shares no code with what it audits: %s', (file) => {
    const source = readFileSync(new URL(file, import.meta.url), 'utf8');
    const imports = [...source.matchAll(/^import (?<type>type )?.*?from '(?<from>[^']+)';$/gms)];
    const shared = imports
      .filter(({ groups }) => !groups?.['type'])
      .map(({ groups }) => groups?.['from'] ?? '')
      .filter((from) => ![...OWN, NAMES_ONLY].includes(from.replace('./', '')));
    expect(shared).toEqual([]);
  });
});
