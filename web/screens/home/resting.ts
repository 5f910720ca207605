import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/Sign.tsx';

interface Resting {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: MessageDescriptor;
  readonly sentence: MessageDescriptor;
  readonly more?: MessageDescriptor;
}

const byRule = (icon: IconName, sentence: MessageDescriptor, more?: MessageDescriptor): Resting => ({
  tone: 'rest',
  icon,
  word: msg`Resting`,
  sentence,
  ...(more && { more }),
});

const byUs = (sentence: MessageDescriptor, more: MessageDescriptor): Resting => ({
  tone: 'off',
  icon: 'power',
  word: msg`Off here`,
  sentence,
  more,
});

/** The governor's reason codes, each with its sentence and what ends it. */
const RESTING: Readonly<Record<string, Resting>> = {
  not_in_rollout: byUs(msg`Shared Compute is not open to you yet.`, msg`We turn it on here as soon as it is.`),
  programme_off: byUs(msg`We stopped everything for now.`, msg`You need do nothing. Your credits stay as they are.`),
  not_in_front: byRule('eye', msg`ZeusDrive was not in front.`, msg`Back now.`),
  battery_low: byRule('battery-low', msg`The battery is low.`, msg`Back when it has charged.`),
  low_power: byRule('leaf', msg`Low-power mode is on.`, msg`Back when it is off.`),
  hot: byRule('thermometer', msg`Phone seems warm (estimated).`, msg`Back when it has cooled.`),
  in_use: byRule('hand', msg`You are using it.`, msg`Back after a few seconds of quiet.`),
  weak_network: byRule('signal-high', msg`Weak signal.`, msg`Holding the finished part until it improves.`),
  data_cap: byRule('arrow-down-up', msg`Today’s data is used.`, msg`Back at midnight.`),
  wifi_only: byRule('wifi', msg`Wi-Fi only is on.`, msg`Back on Wi-Fi.`),
  charging_only: byRule('battery-medium', msg`Charging only is on.`, msg`Back when it charges.`),
  outside_hours: byRule('clock', msg`Outside your hours.`, msg`Back when they begin.`),
  paused_by_you: {
    tone: 'you',
    icon: 'pause',
    word: msg`Paused by you`,
    sentence: msg`Nothing runs.`,
    more: msg`Resume any time.`,
  },
};

/** A code this version does not know is still a rest, and still ends by itself. */
const OTHER = byRule('moon', msg`Resting by a rule.`, msg`Back by itself.`);

export const restingOf = (reason: string | undefined): Resting => RESTING[reason ?? ''] ?? OTHER;
