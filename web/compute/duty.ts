import { MOST_CORES, MOST_OF_CORE } from '../../shared/model/share.ts';

/** Cores the share is a share of. */
export const countedCores = (cores: number): number => Math.min(Math.max(Math.floor(cores), 1), MOST_CORES);

/**
 * What the page itself takes of one core while its worker computes: messages, the link, the share drawn, the pressure
 * watched. The promise counts it, so the worker leaves it out. `npm run bench -- phone` measures 0.009 to 0.012 of a core
 * (`addedMsByRole`): below the true figure the share comes out too high, above it too little of the target is used.
 */
const PAGE_OF_CORE = 0.01;

/**
 * The share of one core the worker computes, 0 … 1: the target share of the device less the page's own part (at most
 * half of it), and never above 8 % of one core. `bench` = without a break: the tester's bench and the demo; the same
 * code at another number.
 */
export function dutyOf(targetPercent: number, cores: number, bench: boolean): number {
  if (bench) return 1;
  const target = (targetPercent / 100) * countedCores(cores);
  return Math.min(Math.max(target / 2, target - PAGE_OF_CORE), MOST_OF_CORE);
}

/** What worker and page take together, as a device reports it: hundredths of a percent of the device. */
export function reportedDuty(duty: number, cores: number): number {
  const whole = duty > 0 ? Math.min(duty + PAGE_OF_CORE, 1) : 0;
  return Math.round((whole / countedCores(cores)) * 10_000);
}
