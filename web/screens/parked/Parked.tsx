import { Trans, useLingui } from '@lingui/react/macro';
import { type CSSProperties, useEffect, useRef, useState } from 'react';
import { Redirect, useLocation } from 'wouter';
import type { Me } from '../../../shared/protocol/app.ts';
import { useApp } from '../../app-context.ts';
import { limitsHere } from '../../data/limits-here.ts';
import { midnightAfter } from '../../data/limits.ts';
import { valueOf } from '../../data/resource.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { useP2pCompute } from '../../hooks/useP2pCompute.ts';
import { money, percent, tenths, timeOfDay, whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { ShareStrip } from '../../ui/ShareStrip.tsx';
import { Announcement } from '../home/Announcement.tsx';
import PauseButton from '../home/PauseButton.tsx';
import { homeState } from '../home/home-state.ts';
import { isStopped } from '../home/stopped.ts';
import { driftAt, untilNextStep } from './drift.ts';
import { holdScreen } from './wake-lock.ts';
import './parked.css';

/** How long a tap shows the buttons; how long a hold is before it pauses; how long the line about both is shown. */
const AWAKE_MS = 6_000;
const HOLD_MS = 800;
const HINT_MS = 60_000;

/** For the car mount while it charges: black, one large number, the screen stays on. */
export default function Parked({ me }: { readonly me: Me }) {
  const { t, i18n } = useLingui();
  const { credits: creditsResource, connection: connectionState } = useApp();
  const [, navigate] = useLocation();
  const { view, since } = useP2pCompute();
  const { battery } = view;
  const credits = valueOf(useObservable(creditsResource));
  const connection = useObservable(connectionState);
  const at = useMinute();
  const isHeld = useScreenOn(battery === undefined || battery.isCharging);
  const [isAwake, wake] = useAwake();
  const hasHint = useHint();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${t`Parked`} · ZeusDrive`;
    heading.current?.focus({ preventScroll: true });
    void creditsResource.refresh();
  }, [t, creditsResource]);
  useEffect(() => onTouches(wake, pauseForToday, () => navigate('/')), [navigate, wake]);

  if (view.state === 'off' || view.state === 'unsupported' || isStopped(view)) return <Redirect to="/" />;

  const state = homeState(view, since, connection);
  const isGoing = state.name === 'computing' || state.name === 'ready';
  const { x, y, isMirrored } = driftAt(at);
  const level = battery && percent(battery.percent);
  const share = `${tenths(view.share)}\u00A0%`;
  return (
    <main className="pk" data-theme="parked" data-mirrored={isMirrored}>
      <h1 ref={heading} tabIndex={-1} className="vh">
        <Trans>Parked screen</Trans>
      </h1>
      <div className="drift" style={{ '--x': `${x}px`, '--y': `${y}px` } as CSSProperties}>
        <p className="clock">
          {timeOfDay(at)}
          {level !== undefined && (
            <span>
              <Icon name="battery-medium" /> {level}
            </span>
          )}
        </p>
        <div className="mid">
          {credits && (
            <>
              <p className="num mega">{whole(credits.unitsToday)}</p>
              <p className="lab">
                <Trans>units verified today</Trans>
              </p>
              <div className="mon">
                <p>
                  <b>{money(credits.postedMicros)}</b>
                  <Trans>posted</Trans>
                </p>
                <p>
                  <b>{money(credits.pendingMicros)}</b>
                  <Trans>pending</Trans>
                </p>
              </div>
            </>
          )}
        </div>
        <Announcement state={state} ends={view.ends} />
        <div className="state">
          {isGoing ? (
            <p className="ft">
              {i18n._(state.word)} {share}
            </p>
          ) : (
            <p className="rest">
              <b>{i18n._(state.word)}</b>
              {i18n._(state.sentence)} {state.more && i18n._(state.more)}
            </p>
          )}
        </div>
        {isGoing && (
          <ShareStrip shares={view.shares} ceiling={me.programme.ceilingPercent} isQuiet={state.name === 'ready'} />
        )}
        <p className="hold">
          {hasHint && <Trans>Tap to wake. Hold to pause.</Trans>}
          {!isHeld && (
            <span role="status">
              <Trans>The screen may sleep.</Trans>
            </span>
          )}
        </p>
        <div className={isAwake ? 'chrome is-awake' : 'chrome'}>
          <PauseButton isPaused={view.isPaused} />
          <button type="button" className="btn btn--line" onClick={() => navigate('/')}>
            <Icon name="house" />
            <Trans>Leave</Trans>
          </button>
        </div>
      </div>
    </main>
  );
}

const pauseForToday = (): void => void limitsHere.change({ pausedUntil: midnightAfter(Date.now()) });

/** Anywhere on the screen, since nobody aims in a car: a touch or key, a hold, Escape. Returns how to stop. */
function onTouches(touched: () => void, heldDown: () => void, escaped: () => void): () => void {
  let holding: ReturnType<typeof setTimeout> | undefined;
  const letGo = (): void => clearTimeout(holding);
  const press = ({ target }: Event): void => {
    touched();
    letGo();
    // A slow tap on “Leave” is no pause.
    if (!(target instanceof Element && target.closest('button'))) holding = setTimeout(heldDown, HOLD_MS);
  };
  const typed = (event: Event): void => ((event as KeyboardEvent).key === 'Escape' ? escaped() : touched());
  const listeners: readonly (readonly [string, (event: Event) => void])[] = [
    ['pointerdown', press],
    ['pointerup', letGo],
    ['pointercancel', letGo],
    ['blur', letGo],
    ['keydown', typed],
    ['contextmenu', (event) => event.preventDefault()], // what a long press opens on a phone
  ];
  for (const [type, listener] of listeners) addEventListener(type, listener);
  return () => {
    letGo();
    for (const [type, listener] of listeners) removeEventListener(type, listener);
  };
}

/** The start of this minute: the clock and the drift step with it, and nothing else moves by itself. */
function useMinute(): number {
  const [at, setAt] = useState(() => Date.now());
  useEffect(() => {
    const timer = setTimeout(() => setAt(Date.now()), untilNextStep(at));
    return () => clearTimeout(timer);
  }, [at]);
  return at;
}

/** Whether the screen stays on. Assumed until a browser refuses: no warning flashes up at the start. */
function useScreenOn(isWanted: boolean): boolean {
  const [isHeld, setHeld] = useState(true);
  useEffect(() => (isWanted ? holdScreen(setHeld) : undefined), [isWanted]);
  return isHeld && isWanted;
}

function useAwake(): readonly [boolean, () => void] {
  const [taps, setTaps] = useState(0);
  useEffect(() => {
    if (taps === 0) return undefined;
    const timer = setTimeout(() => setTaps(0), AWAKE_MS);
    return () => clearTimeout(timer);
  }, [taps]);
  const [wake] = useState(() => (): void => setTaps((count) => count + 1));
  return [taps > 0, wake];
}

function useHint(): boolean {
  const [isShown, setShown] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setShown(false), HINT_MS);
    return () => clearTimeout(timer);
  }, []);
  return isShown;
}
