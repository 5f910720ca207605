import type { DeviceId } from '../../../shared/ids.ts';
import type { Exchange } from '../../../shared/model/exchange.ts';
import type { Vote } from '../../../shared/model/job.ts';
import { micros } from '../../../shared/money.ts';
import { POLICY, type AuditPolicy, type Policy } from '../../../shared/model/policy.ts';
import type { Rng } from '../../../shared/rng.ts';
import type { SlotKey } from '../../core/ports.ts';
import { agreementOf, type ReplicationRule } from '../../core/replication.ts';
import { KIND } from '../kernels.ts';
import { BoincAdaptive } from './boinc-adaptive.ts';
import type { Leak } from './conduct.ts';
import { CredibilityVoting } from './credibility.ts';

export const schemeNames = [
  'ours-standard',
  'ours-strict',
  'quorum2',
  'boinc-adaptive',
  'boinc-adaptive-leaks',
  'spot-check',
  'credibility',
] as const;
export type SchemeName = (typeof schemeNames)[number];

/** What a rule that compares results may use. */
export interface RivalParts {
  readonly rng: Rng;
  /** The share of cheaters there is; a rule that needs a bound for it is given this one. */
  readonly f: number;
  readonly isRight: (slot: SlotKey, vote: Vote) => boolean;
  readonly blacklisted: (deviceId: DeviceId) => void;
}

export interface Rival {
  readonly rule: ReplicationRule;
  /** A scheduler call begins. */
  readonly handed?: (exchange: Exchange) => void;
  readonly leak?: (deviceId: DeviceId, slot: SlotKey) => Leak;
}

/** A way of making sure: values of the policy, and a rule of its own where results are compared. */
export interface Scheme {
  readonly policy: Policy;
  readonly rival?: (parts: RivalParts) => Rival;
}

/** Limits that only keep one asker, or the phase's money, in bounds. */
const OPEN_HANDED: Policy = {
  ...POLICY,
  phaseBudgetMicros: micros(10 ** 15),
  mainframeThreads: 0,
  throttle: { ...POLICY.throttle, bytesADay: 10 ** 12, unitsADay: 10 ** 9, burstUnits: 10 ** 9, framesAtOnce: 10 ** 9 },
  limits: { ...POLICY.limits, driverUnitsPerDay: 10 ** 9, runningJobs: 10 ** 6 },
};

const audited = (probationTasks: number, audit: Partial<AuditPolicy>): Policy => ({
  ...OPEN_HANDED,
  probationTasks,
  audit: { ...POLICY.audit, ...audit },
});

/** Nothing is re-run: what copies say is compared. */
const COMPARED: Policy = {
  ...audited(0, { wholeFloor: 0, wholeTrust: 0, settleRate: 0 }),
  replicas: { [KIND]: 2 },
};

/**
 * Sarmenta's spot-checking with blacklisting, by policy values: whole results at one rate, no gate, no probation, the first
 * finding is the end, and everything not posted is void. Escrow is ours, so that only the checking differs.
 */
export const spotChecking = (rate: number, maturity?: Partial<Policy>): Policy => ({
  ...audited(0, {
    gateChunks: 0,
    probationGateChunks: 0,
    wholeFloor: rate,
    wholeTrust: 0,
    settleRate: 0,
    skipChunks: 1,
  }),
  ...maturity,
});

/** What ours costs an honest device of 1,000 tasks in whole re-runs and gates, so that both pay the same. */
const SPOT_CHECK_RATE = 0.047;
/** As in Sarmenta's simulations; he accepts at 1 - 10^-3 among others. */
const CREDIBILITY_CHECK_RATE = 0.1;
const CREDIBILITY_EPSILON = 1e-3;
/** What credibility voting reckons with when it is not told. */
const LEAST_F = 0.05;

function boinc({ rng }: RivalParts): Rival {
  const rule = new BoincAdaptive(rng);
  return {
    rule,
    handed: ({ deviceId, want }) => {
      if (want > 0) rule.called(deviceId);
    },
    leak: (deviceId, slot) => rule.leak(deviceId, slot),
  };
}

const credibility = ({ f, ...parts }: RivalParts): Rival => ({
  rule: new CredibilityVoting({
    ...parts,
    f: Math.max(f, LEAST_F),
    q: CREDIBILITY_CHECK_RATE,
    epsilon: CREDIBILITY_EPSILON,
  }),
});

export const SCHEMES: Readonly<Record<SchemeName, Scheme>> = {
  'ours-standard': { policy: OPEN_HANDED },
  'ours-strict': {
    policy: { ...audited(10, { wholeFloor: 0.02, wholeTrust: 260, settleRate: 0.06 }), maturityTasks: 500 },
  },
  quorum2: { policy: COMPARED, rival: () => ({ rule: agreementOf(2) }) },
  'boinc-adaptive': { policy: COMPARED, rival: boinc },
  'boinc-adaptive-leaks': { policy: COMPARED, rival: boinc },
  'spot-check': { policy: spotChecking(SPOT_CHECK_RATE) },
  credibility: { policy: COMPARED, rival: credibility },
};

/** Ours without the re-runs that precede a posting by time. */
export const unsettled = ({ policy }: Scheme): Scheme => ({
  policy: { ...policy, audit: { ...policy.audit, settleRate: 0 } },
});
