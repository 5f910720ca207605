import { DAY, MINUTE } from '../../../time.ts';
import { govern, type GovernorState, NEW_GOVERNOR, NO_LIMITS } from '../governor.ts';
import {
  type BatteryFact,
  type Decision,
  type DriverLimits,
  type Fact,
  GOVERNOR_POLICY,
  type NetworkFact,
  type Signals,
} from '../signals.ts';

/** A noon, far from zero on either side. */
export const NOON = 20_000 * DAY + DAY / 2;

export const factAt = <T>(at: number, value: T): Fact<T> => ({ value, source: 'measured', at });

export const GOOD_BATTERY: BatteryFact = { level: 0.8, isCharging: false };

export const GOOD_NETWORK: NetworkFact = {
  isOnline: true,
  type: 'cellular',
  effectiveType: '4g',
  saveData: false,
  slowCalls: 0,
};

/** A phone that may compute, heard of right now, in UTC. */
export const goodSignals = (now: number, changes: Partial<Signals> = {}): Signals => ({
  optedIn: factAt(now, true),
  inRollout: factAt(now, true),
  programmeOn: factAt(now, true),
  visible: factAt(now, true),
  focused: factAt(now, true),
  battery: factAt(now, GOOD_BATTERY),
  lowPower: factAt(now, false),
  heat: factAt(now, [1, 1, 1]),
  pressure: undefined,
  userActive: undefined,
  lastInputAt: undefined,
  lastLongFrameAt: undefined,
  network: factAt(now, GOOD_NETWORK),
  bytesToday: 0,
  isCappedByServer: false,
  batteryDeclaredAt: undefined,
  minuteOfDay: Math.floor((now % DAY) / MINUTE),
  midnightAt: now - (now % DAY) + DAY,
  clockChange: undefined,
  measuringUntil: undefined,
  ...changes,
});

/** A governor that remembers, asked about a phone that is good but for some changes. */
export function newGovernor(
  limits: Partial<DriverLimits> = {},
): (now: number, changes?: Partial<Signals>, other?: Partial<DriverLimits>) => Decision {
  let state: GovernorState = NEW_GOVERNOR;
  return (now, changes = {}, other = {}) => {
    const asked = govern(state, goodSignals(now, changes), { ...NO_LIMITS, ...limits, ...other }, GOVERNOR_POLICY, now);
    state = asked.state;
    return asked.decision;
  };
}
