import { MOST_CORES, MOST_OF_CORE } from '../../shared/model/share.ts';

/** Cores the share is a share of. */
export const countedCores = (cores: number): number => Math.min(Math.max(Math.floor(cores), 1), MOST_CORES);

/**
 * The share of one core the worker computes, 0 … 1: the smaller of the target share of the device and 8 % of one core.
 * `bench` = without a break: the tester's bench and the demo; the same code at another number.
 */
export const dutyOf = (targetPercent: number, cores: number, bench: boolean): number =>
  bench ? 1 : Math.min((targetPercent / 100) * countedCores(cores), MOST_OF_CORE);

/** As a device reports it: hundredths of a percent of the device. */
export const reportedDuty = (duty: number, cores: number): number => Math.round((duty / countedCores(cores)) * 10_000);
