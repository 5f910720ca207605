import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import type { ComputeView } from '../../compute/view.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/Sign.tsx';

export interface Resting {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: MessageDescriptor;
  readonly sentence: MessageDescriptor;
  readonly more?: MessageDescriptor;
  /** The figure to be read at arm's length: a level, a while, a time of the day. */
  readonly big?: Big;
  /** Not a rule and not the driver: us. */
  readonly isByUs?: true;
}

export interface Big {
  readonly value: string;
  /** Small beside it; may be empty. */
  readonly unit: string;
}

/** The governor's words for a screen. */
export interface RestWords {
  readonly restingOf: (view: Pick<ComputeView, 'reason' | 'ends' | 'battery' | 'byConsent'>) => Resting;
  /** Why it computes less than it might; nothing when it does not. */
  readonly lessOf: (view: Pick<ComputeView, 'half' | 'unknown'>) => MessageDescriptor | undefined;
}

/** What is said until the words are here. */
const WITHOUT: RestWords = {
  restingOf: () => ({ tone: 'rest', icon: 'moon', word: msg`Resting`, sentence: msg`Resting by a rule.` }),
  lessOf: () => undefined,
};
let words = WITHOUT;

/** The words come with the code that computes: a phone that never does has no use for them at its first paint. */
export const tellRests = (told: RestWords): void => void (words = told);
export const restWords = (): RestWords => words;
