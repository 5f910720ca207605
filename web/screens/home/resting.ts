import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { ComputeView } from '../../compute/view.ts';
import { timeOfDay } from '../../ui/format.ts';
import type { IconName } from '../../ui/icons.ts';
import { countdown } from './countdown.ts';
import type { Resting, RestWords } from './rest-words.ts';

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
  isByUs: true,
});

/** The reason codes of the governor, and those the server refuses by, each with its sentence and what ends it. */
const RESTING: Readonly<Record<string, Resting>> = {
  not_in_rollout: byUs(msg`Shared Compute is not open to you yet.`, msg`We turn it on here as soon as it is.`),
  programme_off: {
    tone: 'stop',
    icon: 'octagon-x',
    word: msg`Stopped`,
    sentence: msg`We stopped everything for now.`,
    more: msg`You need do nothing. Your credits stay as they are.`,
    isByUs: true,
  },
  not_in_front: byRule('eye', msg`ZeusDrive was not in front.`, msg`Back now.`),
  low_power: byRule('leaf', msg`Low-power mode is on.`, msg`Back when it is off.`),
  hot: byRule('thermometer', msg`Phone seems warm (estimated): cooling.`),
  in_use: byRule('hand', msg`You are using it.`),
  weak_network: byRule('signal-high', msg`Weak signal.`, msg`Holding the finished part until it improves.`),
  data_cap: byRule('arrow-down-up', msg`Today’s data is used.`),
  wifi_only: byRule('wifi', msg`Wi-Fi only is on.`, msg`Back on Wi-Fi.`),
  charging_only: byRule('battery-medium', msg`Charging only is on.`, msg`Back when it charges.`),
  outside_hours: byRule('clock', msg`Outside your hours.`),
  measuring_battery: byRule('battery-medium', msg`Measuring the battery without it.`),
  budget_spent: {
    tone: 'off',
    icon: 'wallet',
    word: msg`No paid work`,
    sentence: msg`The pool of this phase is spent. Nothing runs until it is filled.`,
    more: msg`Your credits stay as they are. Asking works as before.`,
    isByUs: true,
  },
  day_full: byRule('hourglass', msg`This phone has done a whole day’s work.`, msg`Back at midnight.`),
  paused_by_us: byRule('clock', msg`It asked for work while it was to rest.`, msg`Back within the hour, by itself.`),
  paused_by_you: {
    tone: 'you',
    icon: 'pause',
    word: msg`Paused by you`,
    sentence: msg`Nothing runs.`,
    more: msg`Resume any time.`,
  },
};

/** The same rests, where what was agreed to is the bound: other limits of the driver's would not end them. */
const AGREED: Readonly<Record<string, Resting>> = {
  wifi_only: byRule('wifi', msg`You agreed to Wi-Fi only.`, msg`Back on Wi-Fi.`),
  outside_hours: byRule('clock', msg`Outside the hours you agreed to.`),
};

/** A code this version does not know is still a rest, and still ends by itself. */
const OTHER = byRule('moon', msg`Resting by a rule.`, msg`Back by itself.`);

/** Their end is a time of the day, not a while. */
const BY_THE_CLOCK: readonly string[] = ['data_cap', 'outside_hours', 'paused_by_you'];

/** With what ends it, as the governor says: a level, a countdown, a time of the day; that is the large figure. */
function restingOf(view: Pick<ComputeView, 'reason' | 'ends' | 'battery' | 'byConsent'>): Resting {
  const { reason, ends, byConsent } = view;
  if (reason === 'battery_low') return batteryRest(view);
  const resting = (byConsent && AGREED[reason ?? '']) || (RESTING[reason ?? ''] ?? OTHER);
  if (ends.some(({ when }) => when === 'other_hours'))
    return { ...resting, more: msg`Your limits and the hours you agreed to never meet.` };
  const seconds = ends.find((end) => end.when === 'time')?.seconds;
  if (seconds === undefined) return resting;
  if (!BY_THE_CLOCK.includes(reason ?? '')) {
    const time = lasting(seconds);
    return { ...resting, big: countdown(seconds), more: resting.more ?? msg`Back in ${time}.` };
  }
  const clock = timeOfDay(Date.now() + seconds * 1000);
  const [value = clock, ...half] = clock.split('\u00A0'); // “PM” stands small beside it: on a phone it had a line of its own
  return { ...resting, big: { value, unit: half.join(' ') }, more: resting.more ?? msg`Back at ${clock}.` };
}

/** With both its levels, as a driver would ask for them; what is left of the five minutes beneath. */
function batteryRest({ ends, battery }: Pick<ComputeView, 'ends' | 'battery'>): Resting {
  const until = ends.find((end) => end.when === 'battery')?.level;
  const seconds = ends.find((end) => end.when === 'time')?.seconds;
  const time = lasting(seconds ?? 0);
  if (battery === undefined || until === undefined) {
    const sentence = until === undefined ? msg`The battery was low.` : msg`The battery is low.`;
    if (seconds === undefined) return byRule('battery-low', sentence, until ? msg`Back at ${until} %.` : undefined);
    const more = until ? msg`Back at ${until} %, in ${time} at the soonest.` : msg`Back in ${time}.`;
    return { ...byRule('battery-low', sentence, more), big: countdown(seconds) };
  }
  const { percent } = battery;
  const sentence = msg`Battery ${percent} %: resting until ${until} %`;
  const more = seconds === undefined ? undefined : msg`In ${time} at the soonest.`;
  return { ...byRule('battery-low', sentence, more), big: { value: String(percent), unit: '%' } };
}

/** Seconds below two minutes, minutes below two hours: what changes while somebody looks. */
function lasting(seconds: number): string {
  if (seconds < 2 * 60) return `${seconds} s`;
  return seconds < 2 * 3_600 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3_600)} h`;
}

function lessOf({ half, unknown }: Pick<ComputeView, 'half' | 'unknown'>): MessageDescriptor | undefined {
  if (half.includes('warm')) return msg`Half speed: the phone seems warm (estimated).`;
  if (half.includes('losing_charge')) return msg`Half speed: it charges, and the battery falls.`;
  return unknown.length > 0 ? msg`1 % at most: this browser does not tell us everything.` : undefined;
}

export const REST_WORDS: RestWords = { restingOf, lessOf };
