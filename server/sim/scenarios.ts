import { must } from '../../shared/assert.ts';
import { POLICY, type Policy } from '../../shared/model/policy.ts';
import { micros } from '../../shared/money.ts';
import { pcg32, type Rng } from '../../shared/rng.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import { between, happens, pick } from './chance.ts';
import { STEADY, type ExecutorFaults } from './executors.ts';
import { SOUND, type StoreFaults } from './faulty-store.ts';
import { CALM, type NetworkFaults } from './network.ts';
import type { Personality } from './personality.ts';

export interface Scenario {
  readonly name: string;
  readonly policy: Policy;
  readonly phones: readonly Personality[];
  readonly askers: number;
  readonly jobs: number;
  readonly mostUnits: number;
  readonly durationMs: number;
  readonly network: NetworkFaults;
  readonly store: StoreFaults;
  readonly executors: ExecutorFaults;
}

/**
 * The policy of simulated days: money matures within hours and idle phones ask every quarter of an hour (they are woken
 * anyway), so that a day holds postings and is over in a second. Everything else is the shipped policy.
 */
function policyFor(rng: Rng, changes: Partial<Policy>): Policy {
  const rounds = between(rng, 1, 3);
  return {
    ...POLICY,
    slabUnits: pick(rng, [5, 20, 200]),
    maturityTasks: between(rng, 4, 25),
    maturityMs: between(rng, 2, 8) * HOUR,
    leases: { ...POLICY.leases, idleMs: 15 * MINUTE },
    mainframeThreads: pick(rng, [0, 0, 1, 2]),
    batchFacts: pick(rng, [1, 4, 256, 256]),
    // As many units as the request asks for, in one to three rounds.
    effort: { tiny: must(POLICY.effort['tiny'], 'effort of tiny').map((step) => ({ ...step, rounds })) },
    ...changes,
  };
}

const crowd = (rng: Rng, shares: Readonly<Partial<Record<Personality, number>>>): Personality[] =>
  (Object.entries(shares) as [Personality, number][]).flatMap(([personality, most]) =>
    Array.from({ length: between(rng, Math.ceil(most / 2), most) }, () => personality),
  );

const ROUGH_NETWORK: NetworkFaults = { breaks: 0.004, repeats: 0.004, stalls: 0.003, partitions: 0.05 };

const SCENARIOS: Readonly<Record<string, (rng: Rng) => Scenario>> = {
  /** A day of everything: all kinds of phones, a bad network, a store that fails, a server that dies. */
  day: (rng) => ({
    name: 'day',
    // Now and then a budget that runs out: then promises must stay within what is reserved, and the mainframe finishes.
    policy: policyFor(
      rng,
      happens(rng, 0.2) ? { phaseBudgetMicros: micros(50_000 * between(rng, 30, 300)), mainframeThreads: 1 } : {},
    ),
    phones: crowd(rng, { honest: 26, slow: 8, sleepy: 10, liar: 8, sparse_liar: 6, forger: 6 }),
    askers: 12,
    jobs: between(rng, 40, 70),
    mostUnits: 16,
    durationMs: 24 * HOUR,
    network: ROUGH_NETWORK,
    store: { writeFails: 0.012, readFails: 0.002, crashes: 0.002, commitMs: pick(rng, [4, 20, 1_500]) },
    executors: { auditCrashes: 0.01, threadCrashes: 0.01 },
  }),
  /** Nothing goes wrong but what phones do. */
  calm: (rng) => ({
    name: 'calm',
    policy: policyFor(rng, { mainframeThreads: 0 }),
    phones: crowd(rng, { honest: 30, slow: 4, sleepy: 8, forger: 4 }),
    askers: 6,
    jobs: 40,
    mostUnits: 12,
    durationMs: 12 * HOUR,
    network: CALM,
    store: SOUND,
    executors: STEADY,
  }),
  /** Half the phones lie about everything. */
  liars: (rng) => ({
    name: 'liars',
    policy: policyFor(rng, { mainframeThreads: 0 }),
    phones: crowd(rng, { honest: 14, sleepy: 6, liar: 16 }),
    askers: 6,
    jobs: 30,
    mostUnits: 12,
    durationMs: 8 * HOUR,
    network: ROUGH_NETWORK,
    store: SOUND,
    executors: { auditCrashes: 0.02, threadCrashes: 0 },
  }),
  /** Hardly any money, and much of it promised: late results, lost leases and forgers compete for the last units. */
  tight: (rng) => ({
    name: 'tight',
    policy: policyFor(rng, {
      phaseBudgetMicros: micros(50_000 * between(rng, 20, 90)),
      slabUnits: between(rng, 1, 6),
      mainframeThreads: 1,
      leases: { ...POLICY.leases, idleMs: 15 * MINUTE, stragglerTimes: 0.5, mainframeUnitMs: 60_000 },
    }),
    phones: crowd(rng, { honest: 8, slow: 14, sleepy: 6, liar: 4, forger: 4 }),
    askers: 6,
    jobs: 24,
    mostUnits: 12,
    durationMs: 4 * HOUR,
    network: ROUGH_NETWORK,
    store: { writeFails: 0.02, readFails: 0.002, crashes: 0.006, commitMs: pick(rng, [12, 3_000]) },
    executors: STEADY,
  }),
  /** The server dies every few minutes and its disk fails every few writes. */
  storm: (rng) => ({
    name: 'storm',
    policy: policyFor(rng, { mainframeThreads: 1 }),
    phones: crowd(rng, { honest: 24, slow: 6, sleepy: 8, liar: 4, sparse_liar: 2 }),
    askers: 6,
    jobs: 50,
    mostUnits: 12,
    durationMs: 10 * HOUR,
    network: ROUGH_NETWORK,
    store: { writeFails: 0.08, readFails: 0.01, crashes: 0.01, commitMs: 200 },
    executors: { auditCrashes: 0.05, threadCrashes: 0.05 },
  }),
  /** Slow phones, lying phones and a slow disk: second copies of one slot meet in one batch with the verdict on the first. */
  contest: (rng) => ({
    name: 'contest',
    policy: policyFor(rng, {
      mainframeThreads: 0,
      batchFacts: 256,
      leases: { ...POLICY.leases, idleMs: 15 * MINUTE, stragglerTimes: 0.3, first: 4 },
    }),
    phones: crowd(rng, { honest: 16, slow: 10, liar: 18 }),
    askers: 6,
    jobs: 40,
    mostUnits: 12,
    durationMs: 6 * HOUR,
    network: CALM,
    store: { ...SOUND, commitMs: 8_000 },
    executors: STEADY,
  }),
};

export const scenarioNames: readonly string[] = Object.keys(SCENARIOS);

export function scenario(name: string, seed: number): Scenario | undefined {
  return SCENARIOS[name]?.(pcg32(BigInt(seed), 1n));
}
