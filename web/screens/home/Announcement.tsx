import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { ComputeView } from '../../compute/view.ts';
import type { HomeState } from './home-state.ts';

interface AnnouncementProps {
  readonly state: HomeState;
  readonly ends: ComputeView['ends'];
}

/**
 * Read aloud once for each change of state; a countdown at its start, in its last minute and, as the next state, at its
 * end. The numbers, which change all the time, never: the ids of sentences tell them apart from what they say.
 */
export function Announcement({ state: { name, since, word, sentence, more }, ends }: AnnouncementProps) {
  const { i18n } = useLingui();
  const isLastMinute = ends.some((end) => end.when === 'time' && end.seconds <= 60);
  const said = [word, name !== 'computing' && sentence, more].map((message) => (message ? i18n._(message) : ''));
  return (
    <p className="vh" role="status">
      <Once key={[i18n.locale, since, sentence.id, more?.id, isLastMinute].join()} text={said.join(' ')} />
    </p>
  );
}

/** What it was given first. */
const Once = ({ text }: { readonly text: string }) => useState(text)[0];
