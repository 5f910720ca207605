import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { EarlierAnswers } from './EarlierAnswers.tsx';
import { OffersArt, RouteArt, WeekArt, ZonesArt } from './tile-art.tsx';
import './ask.css';

/** What can be asked. What is not built yet is drawn, so that its place is known, and is no button. */
export default function Ask() {
  const { t } = useLingui();
  return (
    <Screen title={t`Ask`}>
      <div className="tiles">
        <Link className="tile" href="/ask/route">
          <RouteArt />
          <b>
            <Trans>Plan my route</Trans>
          </b>
          <small>
            <Trans>Best order for my stops</Trans>
          </small>
          <em>
            <Icon name="smartphone" size="s" />
            <Trans>small ones at once</Trans>
          </em>
        </Link>
        <NotYet art={<WeekArt />} name={<Trans>Forecast my earnings</Trans>} />
        <NotYet art={<OffersArt />} name={<Trans>Rank these offers</Trans>} />
        <NotYet art={<ZonesArt />} name={<Trans>Hot zones</Trans>} />
      </div>
      <EarlierAnswers />
    </Screen>
  );
}

function NotYet({ art, name }: { readonly art: ReactNode; readonly name: ReactNode }) {
  return (
    <div className="tile tile--not">
      {art}
      <b>{name}</b>
      <em>
        <Trans>Not built yet</Trans>
      </em>
    </div>
  );
}
