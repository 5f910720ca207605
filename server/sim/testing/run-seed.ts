import { must } from '../../../shared/assert.ts';
import { runScenario, type Outcome, type RunOptions } from '../run-scenario.ts';
import { scenario } from '../scenarios.ts';

export const runSeed = (name: string, seed: number, options: RunOptions = {}): Promise<Outcome> =>
  runScenario(must(scenario(name, seed), `scenario ${name}`), seed, options);

/** The names of the rules that a run broke. */
export const brokenRules = ({ violations }: Outcome): readonly string[] => violations.map(({ rule }) => rule);
