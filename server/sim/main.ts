import { parseArgs } from 'node:util';
import { runOne, runSeeds, type SeedReport } from './run-seeds.ts';
import { scenario, scenarioNames } from './scenarios.ts';
import { verification } from './verification/verification.ts';
import { worstCase } from './verification/worst-case.ts';

/**
 * `npm run sim -- --seed 1 --scenario day --json`: one seed. `--seeds 1000`: seeds 1 to 1000 of the scenario `any`, on all
 * cores, with a line whenever some are done. What is broken is told on stderr; the last line on stdout is JSON. The process
 * ends with 1 when a rule was broken, with 2 when the call makes no sense.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string' },
      scenario: { type: 'string' },
      json: { type: 'boolean', default: false },
      'until-failure': { type: 'boolean', default: false },
      f: { type: 'string', default: '0.05' },
      tasks: { type: 'string', default: '1000' },
      row: { type: 'string' },
      policy: { type: 'string' },
    },
  });
  if (values.scenario === 'verification') return verification(values);
  if (values.scenario === 'worst-case') return worstCase(values);
  const isMany = values.seeds !== undefined;
  const name = values.scenario ?? (isMany ? 'any' : 'day');
  const [first, last] = isMany ? [1, Number(values.seeds)] : [Number(values.seed), Number(values.seed)];
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last) || first < 0 || last < first) {
    console.error(`Expected a seed from 0 on, or a number of seeds, got ${values.seeds ?? values.seed}.`);
    return 2;
  }
  if (!scenario(name, first)) {
    console.error(`There is no scenario “${name}”. There are: ${scenarioNames.join(', ')}.`);
    return 2;
  }
  if (isMany) return runMany(name, last, values.json, values['until-failure']);
  const report = await runOne(name, first);
  tell(report);
  console.log(values.json ? JSON.stringify(asJson(name, report)) : summary(report));
  return report.violations.length > 0 ? 1 : 0;
}

/** How often there is a line of progress. */
const PROGRESS_MS = 5_000;

async function runMany(name: string, last: number, json: boolean, isUntilFailure: boolean): Promise<number> {
  const failed: number[] = [];
  const startedAt = performance.now();
  const seconds = (): number => Number(((performance.now() - startedAt) / 1000).toFixed(1));
  let [seeds, events, toldAt] = [0, 0, 0];
  const each = (report: SeedReport): void => {
    seeds++;
    events += report.events;
    if (report.violations.length > 0) failed.push(report.seed);
    tell(report);
    if (json) console.log(JSON.stringify(asJson(name, report)));
    else if (performance.now() - toldAt > PROGRESS_MS) {
      toldAt = performance.now();
      console.log(`${seeds} of ${last} seeds, ${events} events, ${failed.length} failed, ${seconds()} s`);
    }
  };
  await runSeeds({ scenario: name, first: 1, last, isUntilFailure, each });
  failed.sort((a, b) => a - b);
  console.log(JSON.stringify({ scenario: name, seeds, events, failed, seconds: seconds() }));
  return failed.length > 0 ? 1 : 0;
}

const asJson = (name: string, { seed, events, logHash, violations, counts }: SeedReport): object => ({
  seed,
  scenario: name,
  events,
  logHash,
  violations: violations.map(({ event, rule, detail }) => `event ${event}: ${rule}: ${detail}`),
  counts,
});

function tell({ seed, violations }: SeedReport): void {
  for (const { event, at, rule, detail } of violations)
    console.error(`seed ${seed}, event ${event}, ${new Date(at).toISOString()}: ${rule}: ${detail}`);
}

const summary = ({ seed, events, logHash, violations, counts }: SeedReport): string =>
  `seed ${seed}: ${events} events, log ${logHash}, ${counts['accepted']} units accepted, ${counts['crashes']} crashes, ${violations.length} violations`;

process.exitCode = await main();
