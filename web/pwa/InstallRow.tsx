import { Trans, useLingui } from '@lingui/react/macro';
import { useRef, useState } from 'react';
import { useObservable } from '../hooks/useObservable.ts';
import { Icon } from '../ui/Icon.tsx';
import { installPrompt } from './app-state.ts';
import { dismissInstall, firstAnswer, isInstallDismissed } from './install-memory.ts';
import { installWay, type InstallWay } from './install-way.ts';
import { InstallSteps } from './InstallSteps.tsx';
import './pwa.css';

/** Opened from the home screen: as the standard says it, and as iOS does. */
const isInstalled = (): boolean =>
  matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true;

/** One offer to keep the app, as a row. Dismissed, it is gone for good; where nothing can be installed there is none. */
export default function InstallRow() {
  const prompt = useObservable(installPrompt);
  const [isDismissed, setDismissed] = useState(isInstallDismissed);
  const { userAgent, maxTouchPoints } = navigator;
  const way = installWay({ userAgent, maxTouchPoints, isInstalled: isInstalled(), hasPrompt: prompt !== undefined });
  if (isDismissed || way === 'none') return undefined;
  const dismiss = (): void => {
    dismissInstall();
    setDismissed(true);
  };
  async function ask(): Promise<void> {
    await prompt?.prompt();
    const choice = await prompt?.userChoice;
    installPrompt.write(undefined); // it asks once
    if (choice?.outcome === 'dismissed') dismiss();
  }
  return (
    <Offer way={way} onInstall={() => void ask().catch(() => installPrompt.write(undefined))} onDismiss={dismiss} />
  );
}

/** Below an answer: once, the first time. */
export function InstallAfterAnswer() {
  const [isFirst] = useState(firstAnswer);
  return isFirst ? <InstallRow /> : undefined;
}

interface OfferProps {
  readonly way: Exclude<InstallWay, 'none'>;
  readonly onInstall: () => void;
  readonly onDismiss: () => void;
}

function Offer({ way, onInstall, onDismiss }: OfferProps) {
  const { t } = useLingui();
  const steps = useRef<HTMLDialogElement>(null);
  return (
    <section className="card offer">
      <Icon name="smartphone" />
      <p className="m">
        <Trans>Keep ZeusDrive on your home screen</Trans>
        <small>
          <Why way={way} />
        </small>
      </p>
      <button type="button" className="iconbtn" aria-label={t`Do not offer this again`} onClick={onDismiss}>
        <Icon name="x" />
      </button>
      {way === 'prompt' && (
        <button type="button" className="btn btn--line btn--sm" onClick={onInstall}>
          <Trans>Install</Trans>
        </button>
      )}
      {way === 'steps' && (
        <button type="button" className="btn btn--line btn--sm" onClick={() => steps.current?.showModal()}>
          <Trans>Show how</Trans>
        </button>
      )}
      {(way === 'leave_for_safari' || way === 'leave_for_chrome') && <CopyLink />}
      {way === 'steps' && <InstallSteps sheet={steps} />}
    </section>
  );
}

function Why({ way }: Pick<OfferProps, 'way'>) {
  switch (way) {
    case 'leave_for_safari':
      return <Trans>Open in Safari: inside another app it cannot stay.</Trans>;
    case 'leave_for_chrome':
      return <Trans>Open in Chrome: inside another app it cannot stay.</Trans>;
    case 'steps':
      return <Trans>Parked screen and notifications work only from there.</Trans>;
    case 'prompt':
      return <Trans>It opens full screen, and without a network too.</Trans>;
  }
}

function CopyLink() {
  const { t } = useLingui();
  const [said, setSaid] = useState<'idle' | 'copied' | 'refused'>('idle');
  const copy = (): void =>
    void navigator.clipboard.writeText(location.origin).then(
      () => setSaid('copied'),
      () => setSaid('refused'),
    );
  const words = { idle: t`Copy the link`, copied: t`Copied`, refused: location.host }[said];
  return (
    <button type="button" className="btn btn--line btn--sm" onClick={copy}>
      <span aria-live="polite">{words}</span>
    </button>
  );
}
