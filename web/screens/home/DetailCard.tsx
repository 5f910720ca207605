import { Trans, useLingui } from '@lingui/react/macro';
import { Suspense } from 'react';
import { Link } from 'wouter';
import { unreachable } from '../../../shared/assert.ts';
import type { ComputeView } from '../../compute/view.ts';
import { whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { later } from '../later.ts';
import { Facts } from './Facts.tsx';
import type { HomeState } from './home-state.ts';
import { RestEnds } from './RestEnds.tsx';

interface DetailCardProps {
  readonly state: HomeState;
  readonly view: ComputeView;
  /** The driver agreed to an older text than the one in force. */
  readonly isOutdated: boolean;
}

/** Below the numbers: what it works on, or what the state means for the driver; and what it cost. */
export default function DetailCard(props: DetailCardProps) {
  const { view } = props;
  return (
    <>
      <Detail {...props} />
      {view.state !== 'off' && view.state !== 'unsupported' && <Facts view={view} />}
    </>
  );
}

function Detail({ state, view, isOutdated }: DetailCardProps) {
  switch (state.name) {
    case 'computing':
      return view.working ? <WorkingOn working={view.working} /> : undefined;
    case 'ready':
      return view.reason === undefined ? <Waiting /> : <NotRun reason={view.reason} />;
    case 'resting':
      return <NoPenalty isYours={state.tone === 'you'} view={view} />;
    case 'offline':
      return <WaitsForNetwork />;
    case 'off':
      if (state.tone === 'stop') return <Stopped />;
      if (isOutdated) return <Outdated />;
      return view.reason === undefined ? <WhatItIs /> : <Ended />;
    case 'connecting':
    case 'other_tab':
    case 'unsupported':
      return undefined;
    default:
      return unreachable(state.name);
  }
}

function WorkingOn({ working }: { readonly working: NonNullable<ComputeView['working']> }) {
  const { t } = useLingui();
  const done = Math.floor(100 * working.progress);
  const text = whole(done);
  return (
    <section className="card work">
      <h2>
        <Icon name="route" size="s" />
        <Trans>Working on</Trans>
        <span className="r">
          <Trans>{text} % of this part</Trans>
        </span>
      </h2>
      <p className="what">
        {working.kind === 'route-plan' ? (
          <Trans>A route for another driver</Trans>
        ) : (
          <Trans>A request of another driver</Trans>
        )}
      </p>
      <div
        className="bar"
        role="progressbar"
        aria-valuenow={done}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-label={t`This part`}
      >
        <i style={{ width: `${done}%` }} />
      </div>
      <p className="meta">
        <Trans>It carries no name, place or time.</Trans>
      </p>
    </section>
  );
}

/** The screen drivers see most: it says why nothing happens, that it is no fault, and what they could do with it. */
function Waiting() {
  return (
    <section className="card work">
      <p className="what">
        <Trans>Most of the time it waits</Trans>
      </p>
      <p className="meta">
        <Trans>There are more phones than work. Yours keeps its place in the line without computing.</Trans>
      </p>
      <Link href="/ask" className="textlink">
        <Trans>Ask something yourself</Trans>
      </Link>
    </section>
  );
}

function NoPenalty({ isYours, view }: { readonly isYours: boolean; readonly view: ComputeView }) {
  const neverMeet = view.ends.some(({ when }) => when === 'other_hours');
  return (
    <section className="card work">
      <WhatEndsIt />
      {!isYours && <RestEnds view={view} />}
      <p className="meta">
        {isYours ? (
          <Trans>You do. A pause never lowers your price, your rank or what is pending.</Trans>
        ) : neverMeet ? (
          <Trans>You do, with other hours. Resting never lowers your price, your rank or what is pending.</Trans>
        ) : (
          <Trans>It ends by itself. Resting never lowers your price, your rank or what is pending.</Trans>
        )}
      </p>
      {neverMeet && (
        <Link href="/settings/ai-performance/shared-compute" className="textlink">
          <Trans>Your limits</Trans>
        </Link>
      )}
      {view.byConsent && (
        <Link href="/settings/data/agreed" className="textlink">
          <Trans>What you agreed to</Trans>
        </Link>
      )}
    </section>
  );
}

function WaitsForNetwork() {
  return (
    <section className="card work">
      <WhatEndsIt />
      <p className="meta">
        <Trans>The network. Your finished parts wait here while this page is open, and count when they arrive.</Trans>
      </p>
    </section>
  );
}

function WhatEndsIt() {
  return (
    <h2>
      <Trans>What ends it</Trans>
      <span className="r">
        <Trans>no penalty, ever</Trans>
      </span>
    </h2>
  );
}

function WhatItIs() {
  return (
    <section className="card work">
      <p className="what">
        <Trans>Asking works without it</Trans>
      </p>
      <p className="meta">
        <Trans>Turn it on to lend a little of this phone while it is idle. You can stop with one tap.</Trans>
      </p>
      <Link href="/opt-in/more" className="textlink">
        <Trans>What you would agree to</Trans>
      </Link>
    </section>
  );
}

/** The server and this phone no longer agree who it is: its key is gone there, or its consent was withdrawn elsewhere. */
function Ended() {
  return (
    <section className="card work">
      <p className="what">
        <Trans>This phone was signed off</Trans>
      </p>
      <p className="meta">
        <Trans>We no longer know it by its old key. Turn it on again, and it gets a new one; your credits stay.</Trans>
      </p>
    </section>
  );
}

/** A chunk of its own: nobody should ever see it. */
const StoppedCard = later(() => import('../credits/StoppedCard.tsx'));

const Stopped = () => (
  <Suspense>
    <StoppedCard hasMeaning />
  </Suspense>
);

const NotRunCard = later(() => import('../opt-in/NotRun.tsx'));

const NotRun = ({ reason }: { readonly reason: string }) => (
  <Suspense>
    <NotRunCard reason={reason} />
  </Suspense>
);

function Outdated() {
  return (
    <section className="card work">
      <p className="what">
        <Trans>The agreement has changed</Trans>
      </p>
      <p className="meta">
        <Trans>So nothing runs here until you have read it and decided again.</Trans>
      </p>
      <Link href="/opt-in" className="textlink">
        <Trans>Read it</Trans>
      </Link>
    </section>
  );
}
