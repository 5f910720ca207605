import { POLICY } from '../../shared/model/policy.ts';
import { micros } from '../../shared/money.ts';
import type { Rng } from '../../shared/rng.ts';
import { HOUR, MINUTE } from '../../shared/time.ts';
import { between, happens, pick } from './chance.ts';
import { STEADY } from './executors.ts';
import { SOUND, type StoreFaults } from './faulty-store.ts';
import { CALM } from './network.ts';
import type { Personality } from './personality.ts';
import { policyFor, ROUGH_NETWORK, type Scenario } from './scenario.ts';

/** Who may come besides the honest: one or two kinds a world, so that what each does is not drowned by the others. */
const GUESTS: readonly (readonly Personality[])[] = [
  ['slow', 'sleepy'],
  ['implausible', 'sleepy'],
  ['liar'],
  ['sparse_liar', 'sparse_liar'],
  ['lazy_skipper'],
  ['colluder', 'colluder', 'colluder', 'colluder', 'colluder'],
  ['sleeper', 'sleeper'],
  ['re_registrar'],
  ['forger', 'replayer'],
  ['hoarder', 'withholder'],
  ['league', 'league_friend'],
];

const GANG = Array.from({ length: 9 }, (): Personality => 'colluder');

const STORES: readonly StoreFaults[] = [
  SOUND,
  { ...SOUND, commitMs: 1_500 },
  { writeFails: 0.03, readFails: 0.005, crashes: 0, commitMs: 20 },
  { writeFails: 0, readFails: 0, crashes: 0.01, commitMs: 20 },
  { writeFails: 0.05, readFails: 0.01, crashes: 0.01, commitMs: 200 },
];

/** A small world of any kind, over in a quarter of a second: everything about it is drawn from the seed. */
export function anyScenario(rng: Rng): Scenario {
  const honest = Array.from({ length: between(rng, 3, 6) }, (): Personality => 'honest');
  const guests = [...pick(rng, GUESTS), ...pick(rng, GUESTS), ...(happens(rng, 0.3) ? pick(rng, GUESTS) : [])];
  const isReplicated = happens(rng, 0.1);
  const isGang = happens(rng, 0.1) && !isReplicated; // most lie alike: the same slot goes from one to the next of them
  const isTight = happens(rng, 0.15) && !isReplicated; // with no money left, the mainframe finishes, but makes no copies
  const isShared = happens(rng, 0.3); // large jobs: the mainframe does what no account may
  return {
    name: 'any',
    policy: policyFor(rng, {
      mainframeThreads: happens(rng, 0.25) ? 1 : 0,
      ...(isReplicated && { replicas: { tiny: 2 }, mainframeThreads: 0 }),
      ...(isTight && { phaseBudgetMicros: micros(50_000 * between(rng, 10, 40)), mainframeThreads: 1 }),
      ...(isShared && !isReplicated && { mainframeThreads: 1 }),
      ...(isGang && { probationTasks: 1 }),
      maturityTasks: between(rng, 3, 12),
      maturityMs: between(rng, 1, isGang ? 2 : 4) * HOUR,
      audit: {
        appealMs: between(rng, 1, isGang ? 12 : 6) * HOUR,
        lenientTasks: isGang ? 1_000 : between(rng, 2, 16),
        lenientSample: between(rng, 1, 8),
        banWithinTasks: between(rng, 2, 5),
        probationFloorPerHour: between(rng, 10, 50),
      },
      limits: { ...POLICY.limits, newDevicesPerDay: pick(rng, [2, 5]) },
      leases: {
        first: pick(rng, [1, 1, 4]),
        stragglerTimes: pick(rng, [0.3, 1.5, 1.5]),
        ...(isShared && !isReplicated && { largeJobUnits: 5, largeJobShare: between(rng, 20, 50) / 100 }),
      },
    }),
    // Where copies are compared, those who agree on a lie win: that is a weakness of replicas, not a broken rule.
    phones: [...honest, ...(isGang ? GANG : guests).filter((guest) => !isReplicated || guest !== 'colluder')],
    askers: between(rng, 2, 4),
    jobs: between(rng, 4, 9),
    mostUnits: pick(rng, [4, 8, 14]),
    startAt: Date.UTC(2026, 0, 6) - between(rng, 30, 240) * MINUTE,
    durationMs: between(rng, 90, 300) * MINUTE,
    network: happens(rng, 0.5) ? ROUGH_NETWORK : CALM,
    store: pick(rng, STORES),
    executors: happens(rng, 0.5) ? { auditCrashes: pick(rng, [0.03, 0.3]), threadCrashes: 0.03 } : STEADY,
    clockJumps: happens(rng, 0.3) ? 0.3 : 0,
    appeals: happens(rng, 0.4) ? 0.6 : 0,
    cancels: happens(rng, 0.5) ? 0.4 : 0,
    leavers: !isReplicated && happens(rng, 0.4) ? 0.3 : 0,
    erasers: !isReplicated && happens(rng, 0.4) ? 0.3 : 0,
    hourKeepers: !isReplicated && happens(rng, 0.3) ? 0.6 : 0,
  };
}
