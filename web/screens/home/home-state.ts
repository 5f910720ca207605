import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { ComputeView } from '../../compute/view.ts';
import type { ConnectionView } from '../../data/connection.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/Sign.tsx';
import { type Big, restWords } from './rest-words.ts';
import { isStopped } from './stopped.ts';
import { unsupportedSentence } from './unsupported.ts';

/** What Home's sign says. Everything else on the screen follows from it. */
export interface HomeState {
  readonly name: ComputeView['state'];
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: MessageDescriptor;
  readonly sentence: MessageDescriptor;
  /** What ends it, or what it means. */
  readonly more?: MessageDescriptor;
  readonly big?: Big;
  readonly isByUs?: true;
  readonly since: number;
}

/** One glance: the state as a sign. A link that is down counts as offline only where something would run. */
export function homeState(view: ComputeView, since: number, connection: ConnectionView): HomeState {
  const isCut = !connection.isOnline && (view.state === 'ready' || view.state === 'connecting');
  const name = isCut ? 'offline' : view.state;
  const from = name === 'offline' && !connection.isOnline ? connection.since : since;
  return { name, since: from, ...signOf(name, view) };
}

function signOf(name: HomeState['name'], view: ComputeView): Omit<HomeState, 'name' | 'since'> {
  const { reason } = view;
  switch (name) {
    case 'computing': {
      const less = restWords().lessOf(view);
      return {
        tone: 'go',
        icon: 'activity',
        word: msg`Computing`,
        sentence: msg`of this phone’s CPU, last 60 s`,
        ...(less && { more: less }),
      };
    }
    case 'ready':
      return {
        tone: 'go',
        icon: 'hourglass',
        word: msg`Ready`,
        sentence: msg`Nothing to do right now.`,
        more: msg`Work comes by itself when a driver asks.`,
      };
    case 'resting':
      return restWords().restingOf(view);
    case 'connecting':
      return {
        tone: 'off',
        icon: 'wifi',
        word: msg`Connecting`,
        sentence: msg`Opening the line to us.`,
        more: msg`Nothing runs until it is open.`,
      };
    case 'offline':
      return { tone: 'off', icon: 'wifi-off', word: msg`Offline`, sentence: msg`Nothing is lost.` };
    case 'other_tab':
      return {
        tone: 'off',
        icon: 'smartphone',
        word: msg`In another tab`,
        sentence: msg`Another tab of this browser computes.`,
        more: msg`Close it, and this one takes over.`,
      };
    case 'unsupported':
      return {
        tone: 'off',
        icon: 'octagon-x',
        word: msg`Not on this phone`,
        sentence: msg`This browser cannot compute for others.`,
        more: unsupportedSentence(reason),
      };
    case 'off':
      if (isStopped({ state: name, reason })) return STOPPED;
      return { tone: 'off', icon: 'power', word: msg`Off`, sentence: msg`Shared Compute is off. Nothing runs.` };
  }
}

/** Plainly, and without a charge: the phone may not know, and we may be wrong. */
const STOPPED = {
  tone: 'stop',
  icon: 'octagon-x',
  word: msg`Stopped`,
  sentence: msg`This phone’s results did not match ours.`,
  more: msg`It gets no work now. What you can do stands below.`,
  isByUs: true,
} as const;
