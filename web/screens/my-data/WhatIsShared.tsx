import type { MessageDescriptor } from '@lingui/core';
import { msg } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import { TOPICS, type Kept, type Topic, type Viewer } from '../../../shared/privacy/topics.ts';
import { Screen } from '../../ui/Screen.tsx';

const TITLES: Readonly<Record<Topic, MessageDescriptor>> = {
  person: msg`Your name, and how you came in`,
  way_in: msg`How you sign in, and where you are signed in`,
  phone: msg`This phone: a key, its cores, its speed`,
  day: msg`Today’s bytes, your time zone, why it rests`,
  consent: msg`What you agreed to, and when`,
  request: msg`What you ask, and the answer`,
  task: msg`The same, blinded: moved, turned and shuffled`,
  work: msg`What this phone computed, and how it was checked`,
  money: msg`Credits`,
  feedback: msg`What you write to us`,
  link: msg`How the line opens and ends`,
  house: msg`The programme’s own settings`,
};

const VIEWERS: Readonly<Record<Viewer, MessageDescriptor>> = {
  you: msg`you`,
  phones: msg`phones of others that compute it`,
  admins: msg`admins of the programme`,
};

const KEPT: Readonly<Record<Kept, MessageDescriptor>> = {
  while_you_are_here: msg`Kept until you erase it.`,
  in_the_books: msg`Kept in the books; once you erase your data it leads to nobody.`,
  not_kept: msg`Not kept.`,
  about_nobody: msg`About nobody.`,
};

/** Drawn from the list that the database and the wire are held against. */
export function WhatIsShared() {
  const { t, i18n } = useLingui();
  return (
    <Screen title={t`What is shared`} back="/settings" layout="one">
      <section className="card list">
        <ul className="rows">
          {(Object.keys(TOPICS) as Topic[]).map((topic) => {
            const { seenBy, kept } = TOPICS[topic];
            const viewers = new Intl.ListFormat(i18n.locale).format(seenBy.map((one) => i18n._(VIEWERS[one])));
            return (
              <li key={topic}>
                <span className="m">
                  {i18n._(TITLES[topic])}
                  <small>
                    <Trans>Seen by {viewers}.</Trans> {i18n._(KEPT[kept])}
                  </small>
                </span>
              </li>
            );
          })}
        </ul>
      </section>
      <p className="meta pad">
        <Trans>
          Never kept: your place, your contacts, the battery level, the phone’s model. Of the browser only its name is,
          to show you where you are signed in. Blinding hides who and where from a casual look; a determined peer could
          still learn how your stops lie to each other.
        </Trans>
      </p>
    </Screen>
  );
}
