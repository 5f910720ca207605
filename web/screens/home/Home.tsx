import { Trans, useLingui } from '@lingui/react/macro';
import { Suspense, useEffect } from 'react';
import { useLocation } from 'wouter';
import type { Me } from '../../../shared/protocol/app.ts';
import { useApp } from '../../app-context.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { type P2pCompute, useP2pCompute } from '../../hooks/useP2pCompute.ts';
import { appUpdate } from '../../pwa/app-state.ts';
import { Figures } from '../../ui/Figures.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { laterPart } from '../later.ts';
import { Announcement } from './Announcement.tsx';
import { homeState } from './home-state.ts';
import { StateSign } from './StateSign.tsx';
import { isStopped } from './stopped.ts';

// Neither is the first glance: they come right after it.
const DetailCard = laterPart(() => import('./DetailCard.tsx'));
const PauseButton = laterPart(() => import('./PauseButton.tsx'));
const UpdateRow = laterPart(() => import('../../pwa/UpdateRow.tsx'));
const TurnOnFailure = laterPart(() => import('../opt-in/TurnOnFailure.tsx'));

/** The screen in the car mount: how it stands, in one glance; how to stop it, with one thumb. */
export function Home({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const { credits: creditsResource, connection: connectionState, device } = useApp();
  const p2p = useP2pCompute();
  const credits = useObservable(creditsResource);
  const connection = useObservable(connectionState);
  const decision = useObservable(device);
  const update = useObservable(appUpdate);
  const retry = (): void => void creditsResource.refresh();
  useEffect(() => void creditsResource.refresh(), [creditsResource]);

  const { view, since, problem } = p2p;
  const state = homeState(view, since, connection);
  const { consentVersion, ceilingPercent } = me.programme;
  const isOutdated = view.state === 'off' && decision?.isGranted === true && decision.version !== consentVersion;

  return (
    <Screen
      title={t`Home`}
      hideTitle
      layout="two"
      dock={<HomeDock p2p={p2p} needsText={decision?.version !== consentVersion} version={consentVersion} />}
    >
      <div className="signs">
        <StateSign state={state} view={view} ceiling={ceilingPercent} />
        <Announcement state={state} ends={view.ends} />
      </div>
      {problem && (
        <Suspense>
          <TurnOnFailure problem={problem} onRetry={() => void p2p.turnOn(consentVersion)} />
        </Suspense>
      )}
      <Figures credits={credits} connection={connection} onRetry={retry} />
      {update !== 'none' && (
        <Suspense fallback={<i hidden aria-busy="true" />}>
          <UpdateRow />
        </Suspense>
      )}
      <Suspense fallback={<i hidden aria-busy="true" />}>
        <DetailCard state={state} view={view} isOutdated={isOutdated} />
      </Suspense>
    </Screen>
  );
}

interface HomeDockProps {
  readonly p2p: P2pCompute;
  /** The driver has not read this version's text on this phone. */
  readonly needsText: boolean;
  readonly version: number;
}

function HomeDock({ p2p: { view, isTurningOn, testing, turnOn, turnOff }, needsText, version }: HomeDockProps) {
  const [, navigate] = useLocation();
  // Where nothing can run there is nothing to turn on; the detail says why.
  if (view.state === 'unsupported') return undefined;
  if (view.state !== 'off' || isStopped(view)) {
    return (
      <>
        {!isStopped(view) && (
          <Suspense fallback={<span className="btn btn--line" aria-busy="true" />}>
            <PauseButton isPaused={view.isPaused} />
          </Suspense>
        )}
        <button type="button" className="btn btn--cta" onClick={() => void turnOff()}>
          <Icon name="power" />
          {isStopped(view) ? <Trans>Turn off</Trans> : <Trans>Stop</Trans>}
        </button>
      </>
    );
  }
  const turnOnOrRead = (): void => {
    if (isTurningOn) return;
    if (needsText) navigate('/opt-in');
    else void turnOn(version);
  };
  return (
    <button type="button" className="btn btn--cta" aria-disabled={isTurningOn} onClick={turnOnOrRead}>
      <Icon name="power" />
      <TurnOn isTurningOn={isTurningOn} isTesting={testing !== undefined} />
    </button>
  );
}

function TurnOn({ isTurningOn, isTesting }: { readonly isTurningOn: boolean; readonly isTesting: boolean }) {
  if (isTesting) return <Trans>Testing this phone</Trans>;
  return isTurningOn ? <Trans>Turning on</Trans> : <Trans>Turn on</Trans>;
}
