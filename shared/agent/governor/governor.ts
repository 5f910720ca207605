import { type BatteryMemory, batteryRule } from './battery-rule.ts';
import { brokenByConsent, chargingOnlyRule, hoursRule, measuringRule, pausedRule } from './driver-rules.ts';
import { type Facts, factsOf } from './facts.ts';
import { type HeatMemory, heatRule, isWarm } from './heat-rule.ts';
import { type ChargeMemory, isLosingCharge, withLevel } from './losing-charge.ts';
import { LOW_POWER_OFF, type LowPowerMemory, lowPowerRule } from './low-power-rule.ts';
import { dataCapRule, weakNetworkRule, wifiOnlyRule } from './network-rules.ts';
import type { Rest } from './ruling.ts';
import {
  type Decision,
  type DriverLimits,
  type GovernorPolicy,
  type HalfCode,
  REST_CODES,
  type RestCode,
  type Signal,
  type Signals,
  type UnknownSignal,
} from './signals.ts';
import { UNUSED, type UseMemory, useRule } from './use-rule.ts';

/**
 * What the rules remember from call to call. Each stop has a rule that started it and names what ends it:
 *
 *     computing ── level < 20 % ──────────────────▶ batteryStoppedAt ── ≥ 30 % and 5 min since the stop ──▶ computing
 *     computing ── seen on twice, 5 s apart ──────▶ lowPower.isOn ───── seen off twice, 5 s apart ────────▶ computing
 *     computing ── 3 hot windows, or critical ────▶ hotAt ───────────── 10 min since it was last hot ─────▶ computing
 *     computing ── input or long frame, 3 s ──────▶ use.isResting ───── 5 s since the last one ───────────▶ computing
 *
 * All others are asked anew each time. A clock that jumps back makes a remembered time now at the latest, so that no rest
 * outlasts its own length; one that jumps ahead ends it.
 */
export interface GovernorState {
  readonly batteryStoppedAt: BatteryMemory;
  readonly chargeLevels: ChargeMemory;
  readonly lowPower: LowPowerMemory;
  readonly hotAt: HeatMemory;
  readonly use: UseMemory;
}

export const NEW_GOVERNOR: GovernorState = {
  batteryStoppedAt: undefined,
  chargeLevels: [],
  lowPower: LOW_POWER_OFF,
  hotAt: undefined,
  use: UNUSED,
};

export const NO_LIMITS: DriverLimits = {
  agreed: { hours: undefined, networks: 'any' },
  wifiOnly: false,
  chargingOnly: false,
  ignoreBatteryWhileCharging: false,
  hours: undefined,
  lowerShare: undefined,
  pausedUntil: undefined,
};

/** Any of these failing closes the link, whatever reason is shown. */
const CLOSING: readonly RestCode[] = [
  'not_opted_in',
  'not_in_rollout',
  'programme_off',
  'not_in_front',
  'data_cap',
  'measuring_battery', // the radio that an open link keeps awake is part of what lending takes
];
/** Any of these failing, and a link that closes, forbid a transfer. Wi-Fi only means the bytes, not only the computing. */
const WITHOUT_TRANSFER: readonly RestCode[] = ['weak_network', 'wifi_only'];

type Rests = Readonly<Record<RestCode, Rest>>;

/**
 * Whether the phone computes now, how much, and why not: product section 3. Pure; called at least once a second and at
 * every change of a signal.
 *
 * The reason is the first rule that fails, and `ends` what is still missing for that one. `weak_network` is a reason to
 * transfer nothing, not to rest: `share` stays what it would be without it, unless another rule fails as well. Then it is
 * 0, also where that rule comes later and `weak_network` is the reason shown.
 *
 * The share may be 0 without a reason: a driver's lower share of 0, or one that is no number.
 */
export function govern(
  state: GovernorState,
  signals: Signals,
  limits: DriverLimits,
  policy: GovernorPolicy,
  now: number,
): { readonly state: GovernorState; readonly decision: Decision } {
  const facts = factsOf(signals, policy, now);
  const battery = batteryRule(state.batteryStoppedAt, facts, limits, policy, now);
  const lowPower = lowPowerRule(state.lowPower, facts, policy, now);
  const heat = heatRule(state.hotAt, facts, policy, now);
  const use = useRule(state.use, signals, facts, policy, now);
  const chargeLevels = withLevel(state.chargeLevels, facts.battery, policy, now);
  const rests: Rests = {
    not_opted_in: consentRest(signals.optedIn),
    not_in_rollout: serverRest(signals.inRollout),
    programme_off: serverRest(signals.programmeOn),
    not_in_front: facts.isInFront ? undefined : [{ when: 'in_front' }],
    battery_low: battery.rest,
    low_power: lowPower.rest,
    hot: heat.rest,
    in_use: use.rest,
    weak_network: weakNetworkRule(facts, policy),
    data_cap: dataCapRule(signals, policy, now),
    wifi_only: wifiOnlyRule(facts, limits),
    charging_only: chargingOnlyRule(facts, limits),
    outside_hours: hoursRule(signals, limits, now),
    paused_by_you: pausedRule(limits, now),
    measuring_battery: measuringRule(signals, now),
  };
  return {
    state: {
      batteryStoppedAt: battery.memory,
      chargeLevels,
      lowPower: lowPower.memory,
      hotAt: heat.memory,
      use: use.memory,
    },
    decision: {
      ...decide(rests, halvedBy(facts, chargeLevels, policy), unknownOf(facts), limits, policy),
      byConsent: brokenByConsent(facts, signals, limits),
    },
  };
}

/** These three are pushed when they change, so their age says nothing; before the server was heard they stop. */
const serverRest = (allowed: Signal<boolean>): Rest => (allowed?.value === true ? undefined : [{ when: 'server' }]);

const consentRest = (optedIn: Signal<boolean>): Rest =>
  optedIn?.value === false ? [{ when: 'opt_in' }] : serverRest(optedIn);

function decide(
  rests: Rests,
  half: readonly HalfCode[],
  unknown: readonly UnknownSignal[],
  limits: DriverLimits,
  policy: GovernorPolicy,
): Omit<Decision, 'byConsent'> {
  const failing = REST_CODES.filter((code) => rests[code]);
  const [reason] = failing;
  const isResting = failing.some((code) => code !== 'weak_network');
  const link = CLOSING.some((code) => rests[code]) ? 'close' : 'keep';
  return {
    reason,
    failing,
    ends: (reason && rests[reason]) ?? [],
    endsOf: Object.fromEntries(failing.map((code) => [code, rests[code]])),
    half,
    unknown,
    share: isResting ? 0 : shareOf(half, unknown, limits, policy),
    link,
    mayTransfer: link === 'keep' && !WITHOUT_TRANSFER.some((code) => rests[code]),
  };
}

/** The smallest of all that lower it; none is multiplied with another. */
function shareOf(
  half: readonly HalfCode[],
  unknown: readonly UnknownSignal[],
  { lowerShare }: DriverLimits,
  { targetShare, unknownShare }: GovernorPolicy,
): number {
  const share = Math.min(
    targetShare,
    lowerShare ?? targetShare,
    unknown.length > 0 ? unknownShare : targetShare,
    half.length > 0 ? targetShare / 2 : targetShare,
  );
  return share > 0 ? share : 0; // NaN too
}

function halvedBy(facts: Facts, chargeLevels: ChargeMemory, policy: GovernorPolicy): readonly HalfCode[] {
  const half: HalfCode[] = [];
  if (isWarm(facts, policy)) half.push('warm');
  if (isLosingCharge(chargeLevels, facts.battery, policy)) half.push('losing_charge');
  return half;
}

function unknownOf({ battery, batteryDeclaredAt, heat, pressure, network }: Facts): readonly UnknownSignal[] {
  const unknown: UnknownSignal[] = [];
  if (!battery && batteryDeclaredAt === undefined) unknown.push('battery');
  if (!heat && !pressure) unknown.push('heat');
  if (!network) unknown.push('network');
  return unknown;
}
