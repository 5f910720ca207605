import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { useApp } from '../../app-context.ts';
import type { PhoneSignals } from '../../compute/view.ts';
import { limitsHere } from '../../data/limits-here.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { IconName } from '../../ui/icons.ts';
import { type SignalChip, signalChips } from './signal-chips.ts';

/** Drawing counts in the share: nobody reads eight signals faster than this. */
const EVERY_MS = 5_000;

/** What this phone tells us, each signal with where it is from; and the one question that a driver can answer for it. */
export default function SignalChips() {
  const limits = useObservable(limitsHere);
  const signals = useSignals();
  if (!signals) return undefined;
  return (
    <>
      <h2 className="sec h2">
        <Trans>What this phone tells us</Trans>
        <span className="r">
          <Trans>the first “bad” stops it</Trans>
        </span>
      </h2>
      <ul className="sgs">
        {signalChips(signals, limits).map((chip) => (
          <Chip key={chip.icon + chip.name.id} chip={chip} />
        ))}
      </ul>
      <p className="note">
        <Icon name="circle-question-mark" size="s" />
        <Trans>Unknown never counts as ok. It lowers the share.</Trans>
      </p>
      {!signals.facts.battery && <BatteryQuestion isAnswered={!signals.decision.unknown.includes('battery')} />}
    </>
  );
}

function useSignals(): PhoneSignals | undefined {
  const { compute } = useApp();
  const [signals, setSignals] = useState(() => compute.signals());
  useEffect(() => {
    const look = (): void => void (document.hidden || setSignals(compute.signals()));
    const timer = setInterval(look, EVERY_MS);
    const unsubscribe = compute.subscribe(look);
    look();
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [compute]);
  return signals;
}

const MARK: Readonly<Record<SignalChip['state'], IconName>> = {
  ok: 'circle-check',
  bad: 'octagon-x',
  unknown: 'circle-question-mark',
};

function Chip({ chip: { icon, name, says, state, source } }: { readonly chip: SignalChip }) {
  const { i18n } = useLingui();
  return (
    <li className={`sg sg--${state}`}>
      <Icon name={icon} />
      <div>
        <b>{i18n._(name)}</b>
        <span>{i18n._(says)}</span>
      </div>
      <em>
        <Icon name={MARK[state]} size="s" />
        {state === 'ok' ? <Trans>ok</Trans> : state === 'bad' ? <Trans>bad</Trans> : <Trans>unknown</Trans>}
        <small>
          {source === 'measured' && <Trans>measured</Trans>}
          {source === 'estimated' && <Trans>estimated</Trans>}
          {source === 'declared' && <Trans>declared</Trans>}
        </small>
      </em>
    </li>
  );
}

/** Where the browser does not say. “No” takes back what was said: the share stays at what an unknown battery allows. */
function BatteryQuestion({ isAnswered }: { readonly isAnswered: boolean }) {
  const say = (batteryDeclaredAt: number | undefined): void => void limitsHere.change({ batteryDeclaredAt });
  return (
    <section className="card ask-battery">
      <p role="status">
        {isAnswered ? (
          <Trans>Above 30 %, you said. It holds for two hours.</Trans>
        ) : (
          <Trans>This phone hides its battery level. Above 30 %?</Trans>
        )}
      </p>
      <div className="two-btn">
        <button type="button" className="btn btn--line" onClick={() => say(Date.now())}>
          <Trans>Yes, for 2 hours</Trans>
        </button>
        <button type="button" className="btn btn--line" onClick={() => say(undefined)}>
          <Trans>No</Trans>
        </button>
      </div>
    </section>
  );
}
