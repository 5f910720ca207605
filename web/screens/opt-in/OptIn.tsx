import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { Me } from '../../../shared/protocol/app.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { LaneArt } from '../../ui/LaneArt.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { EnableOrNot, useEnabling } from './EnableOrNot.tsx';
import { EnglishFirst, TranslationNote } from './EnglishFirst.tsx';
import './opt-in.css';

/** The founding text, word for word; version 1 of what a driver consents to. Off unless [Enable] is tapped. */
export default function OptIn({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const enabling = useEnabling(me);
  return (
    <>
      <LaneArt />
      <Screen
        title={t`Shared Compute (Optional)`}
        tabs={false}
        dock={
          <div className="opt-dock">
            <EnableOrNot enabling={enabling} />
            <Link className="btn btn--text" href="/opt-in/more">
              <Trans>Learn More</Trans>
            </Link>
          </div>
        }
      >
        <div className="opt">
          <p className="lead">
            <EnglishFirst>
              <Trans>Help speed up AI for everyone!</Trans>
            </EnglishFirst>
          </p>
          <TranslationNote />
          {enabling.failure}
          <h2>
            <EnglishFirst>
              <Trans>When you opt-in:</Trans>
            </EnglishFirst>
          </h2>
          <ul>
            <Point icon="gauge">
              <Trans>ZeusDrive uses 1-2% of your phone's CPU when idle</Trans>
            </Point>
            <Point icon="timer">
              <Trans>You get faster AI responses</Trans>
            </Point>
            <Point icon="wallet">
              <Trans>Earn compute credits</Trans>
            </Point>
            <Point icon="arrow-down-up">
              <Trans>Uses ~0.5MB data per day</Trans>
            </Point>
          </ul>
          <h2>
            <EnglishFirst>
              <Trans>Your privacy is protected:</Trans>
            </EnglishFirst>
          </h2>
          <ul>
            <Point icon="cpu">
              <Trans>Only CPU processing shared</Trans>
            </Point>
            <Point icon="eye-off">
              <Trans>No personal data collected</Trans>
            </Point>
            <Point icon="shield-check">
              <Trans>Throttles automatically</Trans>
            </Point>
          </ul>
        </div>
      </Screen>
    </>
  );
}

function Point({ icon, children }: { readonly icon: IconName; readonly children: ReactNode }) {
  return (
    <li>
      <Icon name={icon} />
      <span>
        <EnglishFirst>{children}</EnglishFirst>
      </span>
    </li>
  );
}
