import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useLocation } from 'wouter';
import type { Me } from '../../shared/protocol/app.ts';
import { useApp } from '../app-context.ts';
import { useObservable } from '../hooks/useObservable.ts';
import { useP2pCompute } from '../hooks/useP2pCompute.ts';
import { dayAndMonth, money, percent } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import { Screen } from '../ui/Screen.tsx';
import { Switch } from '../ui/Switch.tsx';
import { limitsHere } from '../data/limits-here.ts';
import { valueOf } from '../data/resource.ts';
import StoppedCard from './credits/StoppedCard.tsx';
import { homeState } from './home/home-state.ts';
import PauseButton from './home/PauseButton.tsx';
import { isStopped } from './home/stopped.ts';
import TurnOnFailure from './opt-in/TurnOnFailure.tsx';
import CostCard from './settings/CostCard.tsx';
import LimitsCard from './settings/LimitsCard.tsx';
import SignalChips from './settings/SignalChips.tsx';
import './settings/settings.css';

/** Settings → AI & Performance → Shared Compute: the switch, and what was agreed to. */
export default function P2pSettings({ me }: { readonly me: Me }) {
  const { t, i18n } = useLingui();
  const { credits: creditsResource, connection: connectionState, device } = useApp();
  const [, navigate] = useLocation();
  const p2p = useP2pCompute();
  const connection = useObservable(connectionState);
  const decision = useObservable(device);
  const credits = valueOf(useObservable(creditsResource));
  const { view, since, isTurningOn, testing, problem } = p2p;
  const state = homeState(view, since, connection);
  const isBanned = isStopped(view);
  const isOn = view.state !== 'off' || isBanned;
  const { consentVersion, ceilingPercent, targetPercent, priceMicros } = me.programme;
  const toggle = (): void => {
    if (isTurningOn) return;
    if (isOn) void p2p.turnOff();
    else if (decision?.version === consentVersion) void p2p.turnOn(consentVersion);
    else navigate('/opt-in');
  };
  const version = decision?.version ?? consentVersion;
  const date = dayAndMonth(decision?.at ?? 0);
  const { lowerShare } = useObservable(limitsHere);
  const target = percent(Math.min(targetPercent, lowerShare ?? targetPercent));
  const ceiling = percent(ceilingPercent);
  const price = money(priceMicros);
  const posted = money(credits?.postedMicros ?? 0);

  return (
    <Screen
      title={t`Shared Compute`}
      back="/settings"
      layout="one"
      dock={isOn && !isBanned ? <PauseButton isPaused={view.isPaused} /> : undefined}
    >
      <p className="crumb">
        <Trans>Settings</Trans> <Icon name="chevron-right" size="s" /> <Trans>AI &amp; Performance</Trans>
      </p>
      <section className={`sign sign--${state.tone} main-sw`} data-sign={state.tone}>
        <p className="say">
          <b>{isBanned ? i18n._(state.word) : isOn ? <Trans>On</Trans> : <Trans>Off</Trans>}</b>
          <span>
            {isBanned ? (
              i18n._(state.sentence)
            ) : isOn ? (
              i18n._(state.name === 'resting' ? state.sentence : state.word)
            ) : (
              <NothingRuns isTesting={testing !== undefined} />
            )}
          </span>
        </p>
        <Switch label={t`Shared Compute`} isOn={isOn} isBusy={isTurningOn} onChange={toggle} />
      </section>
      {problem && <TurnOnFailure problem={problem} onRetry={toggle} />}
      {isBanned && <StoppedCard hasMeaning={false} />}
      {isOn && !isBanned && <SignalChips />}
      <LimitsCard target={targetPercent} />
      {isOn && !isBanned && <CostCard view={view} />}
      <section className="card list">
        <ul className="rows">
          <li>
            <Icon name="gauge" />
            <span className="m">
              <Trans>Share of CPU</Trans>
              <small>
                <Trans>
                  Aims at {target}, never above {ceiling}
                </Trans>
              </small>
            </span>
          </li>
          <li>
            <Icon name="wallet" />
            <span className="m">
              <Trans>{price} for each unit that passed its check</Trans>
              {credits && (
                <small>
                  <Trans>{posted} posted so far</Trans>
                </small>
              )}
            </span>
          </li>
          {isOn && !isBanned && (
            <li>
              <Link className="row" href="/parked">
                <Icon name="smartphone" />
                <span className="m">
                  <Trans>Parked screen</Trans>
                  <small>
                    <Trans>
                      Dim and large, stays awake while the phone charges. The display takes much more power than the
                      computing.
                    </Trans>
                  </small>
                </span>
                <Icon name="chevron-right" size="s" />
              </Link>
            </li>
          )}
          <li>
            <Link className="row" href={decision ? '/settings/data/agreed' : '/opt-in/more'}>
              <Icon name="file-check" />
              <span className="m">
                {decision ? <Trans>What you agreed to</Trans> : <Trans>What you would agree to</Trans>}
                {decision && (
                  <small>
                    {decision.isGranted ? (
                      <Trans>
                        Version {version}, since {date}
                      </Trans>
                    ) : (
                      <Trans>Turned off on {date}</Trans>
                    )}
                  </small>
                )}
              </span>
              <Icon name="chevron-right" size="s" />
            </Link>
          </li>
        </ul>
      </section>
      <p className="meta pad">
        <Trans>
          Turning it off stops everything at once. It never lowers your price, your rank or what is pending.
        </Trans>
      </p>
    </Screen>
  );
}

function NothingRuns({ isTesting }: { readonly isTesting: boolean }) {
  return isTesting ? <Trans>Testing whether this phone computes exactly</Trans> : <Trans>Nothing runs.</Trans>;
}
