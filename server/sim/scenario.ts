import { must } from '../../shared/assert.ts';
import { POLICY, type AuditPolicy, type LeasePolicy, type Policy } from '../../shared/model/policy.ts';
import type { Rng } from '../../shared/rng.ts';
import { HOUR, MINUTE, SECOND } from '../../shared/time.ts';
import { between, pick } from './chance.ts';
import type { ExecutorFaults } from './executors.ts';
import type { StoreFaults } from './faulty-store.ts';
import type { NetworkFaults } from './network.ts';
import type { Personality } from './personality.ts';

export interface Scenario {
  readonly name: string;
  readonly policy: Policy;
  readonly phones: readonly Personality[];
  readonly askers: number;
  readonly jobs: number;
  readonly mostUnits: number;
  /** Money is posted at midnight: noon unless somebody wants to see one soon. */
  readonly startAt?: number;
  readonly durationMs: number;
  readonly network: NetworkFaults;
  readonly store: StoreFaults;
  readonly executors: ExecutorFaults;
  /** Per hour: somebody sets the server's clock, by minutes. */
  readonly clockJumps: number;
  /** Per request: its asker calls it off a while later. */
  readonly cancels?: number;
  /** Per finding: its device's driver appeals. */
  readonly appeals: number;
  /** Whenever a result waits for its check: its asker erases the account. */
  readonly erasers?: number;
  /** Drivers change their minds about consent, and this share of them has everything erased; 0 = nobody does. */
  readonly leavers: number;
  /** Admins who adjust credits by hand. */
  readonly stewards?: number;
  /** This share of drivers lends only at certain hours, agrees to others now and then, and travels; left out: nobody does. */
  readonly hourKeepers?: number;
}

interface Changes extends Partial<Omit<Policy, 'audit' | 'leases'>> {
  readonly audit?: Partial<AuditPolicy>;
  readonly leases?: Partial<LeasePolicy>;
}

/**
 * The policy of simulated days: money matures within hours and idle phones ask every quarter of an hour (they are woken
 * anyway), so that a day holds postings and is over in a second. Windows and thresholds of trust shrink with it: a record
 * that takes weeks to build is built in a shift. Everything else is the shipped policy.
 */
export function policyFor(rng: Rng, { audit, leases, ...changes }: Changes): Policy {
  const rounds = between(rng, 1, 3);
  const maturityTasks = changes.maturityTasks ?? between(rng, 4, 25);
  return {
    ...POLICY,
    slabUnits: pick(rng, [5, 20, 200]),
    maturityTasks,
    maturityMs: between(rng, 2, 8) * HOUR,
    audit: {
      ...POLICY.audit,
      appealMs: between(rng, 3, 12) * HOUR,
      settleMs: pick(rng, [SECOND, MINUTE, 10 * MINUTE]), // sometimes too short for the re-runs it waits for
      wholeTrust: between(rng, 50, 400),
      suspectTasks: between(rng, 5, 50),
      lenientTasks: between(rng, 10, 30),
      lenientSample: between(rng, 2, 32),
      banWithinTasks: between(rng, 3, 9),
      probationFloorPerHour: between(rng, 20, 50),
      probationShare: 0,
      // Fewer further tasks to see a lie in: the same certainty from as many of them, relative to what matures.
      settleRate: (POLICY.audit.settleRate * (POLICY.maturityTasks + 1)) / (maturityTasks + 1),
      ...audit,
    },
    leases: { ...POLICY.leases, idleMs: 15 * MINUTE, ...leases },
    mainframeThreads: pick(rng, [0, 0, 1, 2]),
    batchFacts: pick(rng, [1, 4, 256, 256]),
    // As many units as the request asks for, in one to three rounds.
    effort: { tiny: must(POLICY.effort['tiny'], 'effort of tiny').map((step) => ({ ...step, rounds })) },
    ...changes,
  };
}

type Shares = Readonly<Partial<Record<Personality, number>>>;

/** So many phones of each kind. */
export const exactly = (shares: Shares): Personality[] =>
  (Object.entries(shares) as [Personality, number][]).flatMap(([personality, count]) =>
    Array.from({ length: count }, () => personality),
  );

/** So many phones of each kind at most, and half as many at least. */
export const crowd = (rng: Rng, shares: Shares): Personality[] =>
  exactly(
    Object.fromEntries(Object.entries(shares).map(([of, most]) => [of, between(rng, Math.ceil(most / 2), most)])),
  );

export const ROUGH_NETWORK: NetworkFaults = {
  breaks: 0.004,
  repeats: 0.004,
  stalls: 0.003,
  partitions: 0.05,
  stragglers: 0.5,
};
