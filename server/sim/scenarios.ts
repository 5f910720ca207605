import { POLICY } from '../../shared/model/policy.ts';
import { micros } from '../../shared/money.ts';
import { pcg32, type Rng } from '../../shared/rng.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import { anyScenario } from './any-scenario.ts';
import { between, happens, pick } from './chance.ts';
import { STEADY } from './executors.ts';
import { SOUND } from './faulty-store.ts';
import { CALM } from './network.ts';
import { crowd, exactly, policyFor, ROUGH_NETWORK, type Scenario } from './scenario.ts';

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
    clockJumps: 0.02,
    appeals: 0.3,
    leavers: 0,
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
    clockJumps: 0,
    appeals: 0,
    leavers: 0,
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
    clockJumps: 0,
    appeals: 0,
    leavers: 0,
  }),
  /** Hardly any money, and much of it promised: late results, lost leases and forgers compete for the last units. */
  tight: (rng) => ({
    name: 'tight',
    policy: policyFor(rng, {
      phaseBudgetMicros: micros(50_000 * between(rng, 20, 90)),
      slabUnits: between(rng, 1, 6),
      mainframeThreads: 1,
      leases: { stragglerTimes: 0.5, mainframeUnitMs: 60_000 },
    }),
    phones: crowd(rng, { honest: 8, slow: 14, sleepy: 6, liar: 4, forger: 4 }),
    askers: 6,
    jobs: 24,
    mostUnits: 12,
    durationMs: 4 * HOUR,
    network: ROUGH_NETWORK,
    store: { writeFails: 0.02, readFails: 0.002, crashes: 0.006, commitMs: pick(rng, [12, 3_000]) },
    executors: STEADY,
    clockJumps: 0,
    appeals: 0,
    leavers: 0,
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
    clockJumps: 0.1,
    appeals: 0.5,
    leavers: 0,
  }),
  /** Slow phones, lying phones and a slow disk: second copies of one slot meet in one batch with the verdict on the first. */
  contest: (rng) => ({
    name: 'contest',
    policy: policyFor(rng, {
      mainframeThreads: 0,
      batchFacts: 256,
      leases: { stragglerTimes: 0.3, first: 4 },
    }),
    phones: crowd(rng, { honest: 16, slow: 10, liar: 18 }),
    askers: 6,
    jobs: 40,
    mostUnits: 12,
    durationMs: 6 * HOUR,
    network: CALM,
    store: { ...SOUND, commitMs: 8_000 },
    executors: STEADY,
    clockJumps: 0,
    appeals: 0,
    leavers: 0,
  }),
  /** Everybody who is after money or answers that are not theirs, and rules of trust that bite within the day. */
  trust: (rng) => ({
    name: 'trust',
    policy: policyFor(rng, {
      mainframeThreads: 1,
      audit: { probationFloorPerHour: between(rng, 12, 30) },
      limits: { ...POLICY.limits, newDevicesPerDay: 2 },
      leases: { largeJobUnits: between(rng, 8, 20), largeJobShare: between(rng, 15, 40) / 100 },
    }),
    phones: [
      ...crowd(rng, { honest: 16, slow: 3, sleepy: 5, implausible: 5, liar: 3, sparse_liar: 4, lazy_skipper: 3 }),
      ...crowd(rng, { colluder: 8, sleeper: 6, re_registrar: 3, forger: 3, hoarder: 3, withholder: 3, replayer: 4 }),
      'league',
      'league_friend',
    ],
    askers: 10,
    jobs: between(rng, 50, 80),
    mostUnits: 24,
    durationMs: 24 * HOUR,
    network: ROUGH_NETWORK,
    store: { writeFails: 0.006, readFails: 0.001, crashes: 0.0015, commitMs: pick(rng, [4, 20, 400]) },
    executors: { auditCrashes: 0.01, threadCrashes: 0.01 },
    clockJumps: 0.05,
    appeals: 0.4,
    leavers: 0,
  }),
  /** No audits: every task goes to several accounts, and what they say is compared. */
  replicas: (rng) => ({
    name: 'replicas',
    policy: policyFor(rng, { mainframeThreads: 0, replicas: { tiny: between(rng, 2, 3) } }),
    phones: crowd(rng, { honest: 24, slow: 4, sleepy: 6, liar: 4, sparse_liar: 4, forger: 2, replayer: 2 }),
    askers: 6,
    jobs: 30,
    mostUnits: 10,
    durationMs: 12 * HOUR,
    network: ROUGH_NETWORK,
    store: { writeFails: 0.006, readFails: 0.001, crashes: 0.001, commitMs: 20 },
    executors: { auditCrashes: 0.01, threadCrashes: 0 },
    clockJumps: 0,
    appeals: 0,
    leavers: 0,
  }),
  /** Two thousand one hundred phones for an hour and a half. Not in the test suite: by name only. */
  crowd: (rng) => ({
    name: 'crowd',
    policy: policyFor(rng, {
      mainframeThreads: 0,
      batchFacts: 256,
      slabUnits: 200,
      audit: { probationShare: POLICY.audit.probationShare }, // two thousand newcomers at once
      limits: { ...POLICY.limits, driverUnitsPerDay: 5_000 },
    }),
    phones: [
      ...exactly({ honest: 1_500, slow: 100, sleepy: 250, implausible: 10, liar: 30, sparse_liar: 40, colluder: 30 }),
      ...exactly({ sleeper: 40, re_registrar: 10, forger: 20, hoarder: 30, withholder: 30, replayer: 10 }),
    ],
    askers: 60,
    jobs: 300,
    mostUnits: 48,
    durationMs: 90 * MINUTE,
    network: ROUGH_NETWORK,
    store: { writeFails: 0.001, readFails: 0.0002, crashes: 0.0001, commitMs: 12 },
    executors: { auditCrashes: 0.002, threadCrashes: 0.002 },
    clockJumps: 0,
    appeals: 0.2,
    leavers: 0,
  }),
  /** Drivers change their minds about consent, and some have everything erased. */
  leavers: (rng) => ({
    name: 'leavers',
    policy: policyFor(rng, { mainframeThreads: 0 }),
    phones: crowd(rng, { honest: 20, sleepy: 4, liar: 3 }),
    askers: 5,
    jobs: 30,
    mostUnits: 10,
    durationMs: 10 * HOUR,
    network: CALM,
    store: SOUND,
    executors: STEADY,
    clockJumps: 0,
    appeals: 0,
    leavers: 0.15,
  }),
  /** Admins adjust credits by hand while drivers work and some go, on a server that dies and a disk that fails. */
  desk: (rng) => ({
    name: 'desk',
    // Now and then a budget that runs out under their hands.
    policy: policyFor(rng, {
      mainframeThreads: 1,
      ...(happens(rng, 0.3) && { phaseBudgetMicros: micros(1_000_000 * between(rng, 100, 400)) }),
    }),
    phones: crowd(rng, { honest: 8, sleepy: 2, liar: 2 }),
    askers: 3,
    jobs: 10,
    mostUnits: 8,
    durationMs: 32 * HOUR,
    network: CALM,
    store: { writeFails: 0.02, readFails: 0.003, crashes: 0.002, commitMs: 20 },
    executors: STEADY,
    clockJumps: 0,
    appeals: 0,
    leavers: 0.1,
    stewards: 3,
  }),
  /** Askers erase their accounts while phones compute for them, some of which lie. */
  erasers: (rng) => ({
    name: 'erasers',
    policy: policyFor(rng, { mainframeThreads: 0 }),
    phones: [...crowd(rng, { honest: 16, slow: 4, sleepy: 4, liar: 10, sparse_liar: 4 }), 'league', 'league_friend'],
    askers: 16,
    jobs: 60,
    mostUnits: 10,
    durationMs: 10 * HOUR,
    network: ROUGH_NETWORK,
    store: { writeFails: 0.01, readFails: 0.002, crashes: 0.002, commitMs: 20 },
    executors: { auditCrashes: 0.02, threadCrashes: 0 },
    clockJumps: 0,
    appeals: 0.3,
    cancels: 0.1,
    leavers: 0.1,
    erasers: 0.2,
  }),
  /** Drivers who lend at certain hours only, and travel. A zone is believed more often than once a day, to see it change. */
  hours: (rng) => ({
    name: 'hours',
    policy: policyFor(rng, { mainframeThreads: 0, throttle: { ...POLICY.throttle, zoneMs: 2 * HOUR } }),
    phones: crowd(rng, { honest: 20, sleepy: 4, liar: 2 }),
    askers: 5,
    jobs: 40,
    mostUnits: 10,
    durationMs: 10 * HOUR,
    network: ROUGH_NETWORK,
    store: { writeFails: 0.01, readFails: 0.001, crashes: 0.002, commitMs: 20 },
    executors: STEADY,
    clockJumps: 0.1,
    appeals: 0,
    leavers: 0.05,
    hourKeepers: 0.8,
  }),
  /** A small world of any kind: what `--seeds` runs. */
  any: anyScenario,
};

export const scenarioNames: readonly string[] = Object.keys(SCENARIOS);

export function scenario(name: string, seed: number): Scenario | undefined {
  return SCENARIOS[name]?.(pcg32(BigInt(seed), 1n));
}
