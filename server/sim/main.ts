import { parseArgs } from 'node:util';
import { runScenario, type Outcome } from './run-scenario.ts';
import { scenario, scenarioNames } from './scenarios.ts';

/**
 * `npm run sim -- --seed 1 --scenario day --json`: one seed. `--seeds 20`: seeds 1 to 20, a line each. The last line on
 * stdout is JSON; the process ends with 1 when a rule was broken, with 2 when the call makes no sense.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string' },
      scenario: { type: 'string', default: 'day' },
      json: { type: 'boolean', default: false },
    },
  });
  const [first, last] =
    values.seeds === undefined ? [Number(values.seed), Number(values.seed)] : [1, Number(values.seeds)];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 0 || last < first) {
    console.error(`Expected a seed from 0 on, or a number of seeds, got ${values.seeds ?? values.seed}.`);
    return 2;
  }
  if (!scenario(values.scenario, first)) {
    console.error(`There is no scenario “${values.scenario}”. There are: ${scenarioNames.join(', ')}.`);
    return 2;
  }
  const failed: number[] = [];
  let events = 0;
  const startedAt = performance.now();
  for (let seed = first; seed <= last; seed++) {
    const outcome = await runOne(values.scenario, seed);
    events += outcome.events;
    if (outcome.violations.length > 0) failed.push(seed);
    for (const line of readable(outcome)) console.error(line);
    console.log(values.json ? JSON.stringify(asJson(outcome)) : summary(outcome));
  }
  if (values.seeds !== undefined) {
    const seconds = (performance.now() - startedAt) / 1000;
    console.log(
      JSON.stringify({ scenario: values.scenario, seeds: last, events, failed, seconds: Number(seconds.toFixed(1)) }),
    );
  }
  return failed.length > 0 ? 1 : 0;
}

function runOne(name: string, seed: number): Promise<Outcome> {
  const chosen = scenario(name, seed);
  if (!chosen) throw new Error(`no scenario ${name}`);
  return runScenario(chosen, seed);
}

const asJson = ({ seed, scenario: name, events, logHash, violations, counts }: Outcome): object => ({
  seed,
  scenario: name,
  events,
  logHash,
  violations: violations.map(({ event, rule, detail }) => `event ${event}: ${rule}: ${detail}`),
  counts,
});

const readable = ({ seed, violations }: Outcome): readonly string[] =>
  violations.map(
    ({ event, at, rule, detail }) => `seed ${seed}, event ${event}, ${new Date(at).toISOString()}: ${rule}: ${detail}`,
  );

const summary = ({ seed, events, logHash, violations, counts }: Outcome): string =>
  `seed ${seed}: ${events} events, log ${logHash}, ${counts['accepted']} units accepted, ${counts['crashes']} crashes, ${violations.length} violations`;

process.exitCode = await main();
