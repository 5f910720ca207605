import { Plural, Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import type { QueueView } from '../../../shared/protocol/rest.ts';
import { useApp } from '../../app-context.ts';
import { valueOf } from '../../data/resource.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { when } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { LastAnswers } from './LastAnswers.tsx';
import { QueueCard, useQueue } from './QueueCard.tsx';
import { OffersArt, RouteArt, WeekArt, ZonesArt } from './tile-art.tsx';
import './ask.css';

/** What can be asked. What is not built yet is drawn, so that its place is known, and is no button. */
export default function Ask() {
  const { t } = useLingui();
  const connection = useObservable(useApp().connection);
  const { loaded, refresh } = useLoaded(useQueue());
  const queue = valueOf(loaded);
  return (
    <Screen
      title={t`Ask`}
      action={
        <Link className="iconbtn iconbtn--edge" href="/ask/earlier" aria-label={t`Earlier answers`}>
          <Icon name="history" />
        </Link>
      }
    >
      <QueueCard loaded={loaded} isOnline={connection.isOnline} onRetry={() => void refresh()} />
      <div className="tiles">
        <RouteTile queue={queue} isOnline={connection.isOnline} />
        <NotYet
          art={<WeekArt />}
          name={<Trans>Forecast my earnings</Trans>}
          what={<Trans>When to work, good weeks and bad</Trans>}
        />
        <NotYet art={<OffersArt />} name={<Trans>Rank these offers</Trans>} what={<Trans>Which to take now</Trans>} />
        <NotYet art={<ZonesArt />} name={<Trans>Hot zones</Trans>} what={<Trans>Where orders gather</Trans>} />
      </div>
      <LastAnswers />
    </Screen>
  );
}

/** Small routes are answered here, whatever the queue does: so it stays a button, and says what holds. */
function RouteTile({ queue, isOnline }: { readonly queue: QueueView | undefined; readonly isOnline: boolean }) {
  const isDim = !isOnline || queue?.closed != null;
  return (
    <Link className={isDim ? 'tile tile--dim' : 'tile'} href="/ask/route">
      <RouteArt />
      <b>
        <Trans>Plan my route</Trans>
      </b>
      <small>
        <Trans>Best order for my stops</Trans>
      </small>
      <em>
        <Icon name={isOnline ? (queue?.closed ? 'pause' : 'smartphone') : 'wifi-off'} size="s" />
        <span>
          <Standing queue={queue} isOnline={isOnline} />
        </span>
      </em>
    </Link>
  );
}

function Standing({ queue, isOnline }: { readonly queue: QueueView | undefined; readonly isOnline: boolean }) {
  if (!isOnline) return <Trans>Offline: small ones only, and large ones later</Trans>;
  const opens = when(queue?.dayEndsAt ?? 0);
  switch (queue?.closed) {
    case 'quota_exceeded':
      return <Trans>small ones at once; large ones again {opens}, today’s units are used</Trans>;
    case 'too_many_running':
      return <Trans>small ones at once; large ones when one of yours is answered</Trans>;
    case null:
      return (
        <Plural
          value={queue.waitingUnits}
          _0="small ones at once, large ones next"
          one="small ones at once, large ones after # part"
          other="small ones at once, large ones after # parts"
        />
      );
    default:
      return <Trans>small ones at once</Trans>;
  }
}

interface NotYetProps {
  readonly art: ReactNode;
  readonly name: ReactNode;
  readonly what: ReactNode;
}

function NotYet({ art, name, what }: NotYetProps) {
  return (
    <div className="tile tile--not">
      {art}
      <b>{name}</b>
      <small>{what}</small>
      <em>
        <Trans>Not built yet, so it cannot be asked</Trans>
      </em>
    </div>
  );
}
