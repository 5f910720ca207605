import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { Violation } from './observer.ts';
import { runScenario } from './run-scenario.ts';
import { scenario } from './scenarios.ts';

/** What a child says of one seed. */
export interface SeedReport {
  readonly seed: number;
  readonly events: number;
  readonly logHash: string;
  readonly violations: readonly Violation[];
  readonly counts: Readonly<Record<string, number>>;
}

export interface SeedsRun {
  readonly scenario: string;
  readonly first: number;
  readonly last: number;
  /** Stops at the first seed that breaks a rule. */
  readonly isUntilFailure: boolean;
  readonly each: (report: SeedReport) => void;
}

/** Asked of a child: seeds go out one by one, so that no core waits for a long one. */
interface Asked {
  readonly scenario: string;
  readonly seed: number;
}

/** As many processes as cores, two at least. */
const processCount = (seeds: number): number => Math.min(seeds, Math.max(2, availableParallelism()));

/** Runs seeds in child processes; the order in which they are reported is the order in which they end. */
export async function runSeeds({ scenario: name, first, last, isUntilFailure, each }: SeedsRun): Promise<void> {
  let next = first;
  let hasFailed = false;
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(new URL(import.meta.url), ['--child'], { serialization: 'advanced' });
      let isDone = false;
      const give = (): void => {
        if (next > last || (hasFailed && isUntilFailure)) {
          isDone = true;
          child.disconnect();
          return;
        }
        child.send({ scenario: name, seed: next++ } satisfies Asked);
      };
      child.on('message', (report: SeedReport) => {
        if (report.violations.length > 0) hasFailed = true;
        each(report);
        give();
      });
      child.on('error', reject);
      child.on('exit', (code) => (isDone ? resolve() : reject(new Error(`a child ended with ${code}`))));
      give();
    });
  await Promise.all(Array.from({ length: processCount(last - first + 1) }, worker));
}

/** One seed, in this process. */
export async function runOne(name: string, seed: number): Promise<SeedReport> {
  const chosen = scenario(name, seed);
  if (!chosen) throw new Error(`no scenario ${name}`);
  return runScenario(chosen, seed);
}

function answerAsChild(): void {
  process.on('message', ({ scenario: name, seed }: Asked) => {
    void runOne(name, seed).then((report) => process.send?.(report));
  });
}

if (process.argv[2] === '--child' && process.send) answerAsChild();
