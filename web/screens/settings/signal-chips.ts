import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import {
  GOVERNOR_POLICY,
  type Fact,
  type NetworkFact,
  type RestCode,
  type Source,
} from '../../../shared/agent/governor/signals.ts';
import type { PhoneSignals } from '../../compute/view.ts';
import type { KeptLimits } from '../../data/limits.ts';
import { megabytes, percent, whole } from '../../ui/format.ts';
import type { IconName } from '../../ui/icons.ts';

/** One signal as the rules took it. */
export interface SignalChip {
  readonly icon: IconName;
  readonly name: MessageDescriptor;
  readonly says: MessageDescriptor;
  /** Unknown is neither: it lowers the share where the rules say so. */
  readonly state: 'ok' | 'bad' | 'unknown';
  readonly source: Source | undefined;
}

/**
 * What the phone tells us, in the order of the rules. Good and bad are the governor's own words (`failing`, `unknown`),
 * never a second opinion: a chip and a rest cannot disagree.
 */
export function signalChips(signals: PhoneSignals, limits: KeptLimits): readonly SignalChip[] {
  const { facts, decision, bytesToday, now } = signals;
  const { visible, battery, lowPower } = facts;
  const fails = (code: RestCode): boolean => decision.failing.includes(code);
  const chip = (
    [icon, name]: readonly [IconName, MessageDescriptor],
    code: RestCode,
    says: MessageDescriptor | undefined,
    source: Source | undefined,
  ): SignalChip => ({
    icon,
    name,
    says: says ?? msg`This phone does not say`,
    state: fails(code) ? 'bad' : says ? 'ok' : 'unknown',
    source: says && source,
  });
  const chips = [
    chip(['eye', msg`App in front`], 'not_in_front', visible && isInFrontText(facts), visible?.source),
    batteryChip(),
    chip(['leaf', msg`Low-power mode`], 'low_power', lowPower && onOrOff(lowPower), lowPower?.source),
    heatChip(),
    useChip(),
    chip(
      ['signal-high', msg`Network`],
      'weak_network',
      facts.network && networkText(facts.network),
      facts.network?.source,
    ),
    chip(['arrow-down-up', msg`Data today`], 'data_cap', dataText(bytesToday), 'measured'),
  ];
  if (limits.wifiOnly || limits.agreed.networks === 'wifi') {
    const type = facts.network?.value.type;
    const says = type && type !== 'unknown' ? typeText(type) : undefined;
    chips.push(chip(['wifi', msg`Wi-Fi only`], 'wifi_only', says, facts.network?.source));
  }
  if (limits.chargingOnly) {
    const says = battery && (battery.value.isCharging ? msg`Charging` : msg`Not charging`);
    chips.push(chip(['battery-medium', msg`Charging only`], 'charging_only', says, battery?.source));
  }
  return chips;

  function batteryChip(): SignalChip {
    const head = ['battery-medium', msg`Battery`] as const;
    if (!battery && !decision.unknown.includes('battery')) {
      return chip(head, 'battery_low', msg`Above 30 %, you said`, 'declared');
    }
    return chip(head, 'battery_low', battery && batteryText(battery), battery?.source);
  }

  function heatChip(): SignalChip {
    const head = ['thermometer', msg`Heat`] as const;
    const ratio = facts.heat?.value.at(-1);
    if (ratio !== undefined && !decision.unknown.includes('heat')) {
      const times = whole(Math.round(100 * ratio));
      return chip(head, 'hot', msg`${times} % of its cold time`, facts.heat?.source);
    }
    return chip(head, 'hot', facts.pressure && PRESSURE[facts.pressure.value], facts.pressure?.source);
  }

  function useChip(): SignalChip {
    const last = Math.max(facts.lastInputAt ?? -Infinity, facts.lastLongFrameAt ?? -Infinity);
    const seconds = whole(Math.max(0, Math.floor((now - last) / 1000)));
    const isQuiet = Number.isFinite(last);
    const says = facts.userActive?.value
      ? msg`Somebody uses it`
      : isQuiet
        ? msg`Quiet for ${seconds} s`
        : msg`Not touched yet`;
    return chip(['hand', msg`You using it`], 'in_use', says, 'measured');
  }
}

const isInFrontText = ({ visible, focused }: PhoneSignals['facts']): MessageDescriptor =>
  visible?.value === true && focused?.value === true ? msg`Yes` : msg`No`;

const onOrOff = ({ value }: Fact<boolean>): MessageDescriptor => (value ? msg`On` : msg`Off`);

function batteryText({ value }: NonNullable<PhoneSignals['facts']['battery']>): MessageDescriptor {
  const level = percent(Math.round(100 * value.level));
  return value.isCharging ? msg`${level}, charging` : msg`${level}`;
}

const PRESSURE = {
  nominal: msg`Calm`,
  fair: msg`Busy`,
  serious: msg`Very busy`,
  critical: msg`At its limit`,
};

function networkText({ value }: Fact<NetworkFact>): MessageDescriptor {
  if (!value.isOnline) return msg`Offline`;
  if (value.slowCalls > 0) return msg`Answers slowly`;
  return typeText(value.type);
}

function typeText(type: NetworkFact['type']): MessageDescriptor {
  switch (type) {
    case 'wifi':
      return msg`Wi-Fi`;
    case 'ethernet':
      return msg`Cable`;
    case 'cellular':
      return msg`Cellular`;
    case 'none':
      return msg`Offline`;
    case 'unknown':
      return msg`Online`;
  }
}

function dataText(bytes: number): MessageDescriptor {
  const [used, cap] = [megabytes(bytes), megabytes(GOVERNOR_POLICY.bytesADay)];
  return msg`${used} of ${cap}`;
}
