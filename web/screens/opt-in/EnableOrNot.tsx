import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { Me } from '../../../shared/protocol/app.ts';
import { useP2pCompute } from '../../hooks/useP2pCompute.ts';
import TurnOnFailure from './TurnOnFailure.tsx';

export interface Enabling {
  readonly isBusy: boolean;
  /** How far the self-test has come, 0 … 1. */
  readonly testing: number | undefined;
  readonly enable: () => void;
  readonly notNow: () => void;
  /** What went wrong the last time, as a card; Shared Compute is still off then. */
  readonly failure: ReactNode;
}

export function useEnabling({ programme: { consentVersion } }: Me): Enabling {
  const [, navigate] = useLocation();
  const { isTurningOn, testing, problem, turnOn } = useP2pCompute();
  const leaving = useRef<AbortController>(undefined);
  // Whoever leaves this screen before it is done has not agreed.
  useEffect(() => {
    const controller = new AbortController();
    leaving.current = controller;
    return () => controller.abort();
  }, []);
  const enable = (): void => {
    if (isTurningOn) return;
    // The text was read: all it covers is agreed to, at any hour, on any network.
    void turnOn(consentVersion, leaving.current?.signal, 'all').then((isOn) => {
      if (isOn) navigate('/');
    });
  };
  const failure = problem && <TurnOnFailure problem={problem} onRetry={enable} />;
  // Not now is an answer: nothing is stored, nothing asks again.
  return { isBusy: isTurningOn, testing, enable, notNow: () => navigate('/'), failure };
}

/** Two answers of one size; above them, once Enable is tapped, the second in which this phone is tested. */
export function EnableOrNot({ enabling: { isBusy, testing, enable, notNow } }: { readonly enabling: Enabling }) {
  return (
    <>
      {testing !== undefined && <Testing share={testing} />}
      <button type="button" className="btn btn--cta" aria-disabled={isBusy} onClick={enable}>
        <Trans>Enable</Trans>
      </button>
      <button type="button" className="btn btn--line" onClick={notNow}>
        <Trans>Not Now</Trans>
      </button>
    </>
  );
}

function Testing({ share }: { readonly share: number }) {
  const { t } = useLingui();
  const done = Math.round(100 * share);
  return (
    <div className="testing">
      <p role="status">
        <Trans>Testing whether this phone computes exactly. It takes a second, at full speed.</Trans>
      </p>
      <div
        className="bar"
        role="progressbar"
        aria-valuenow={done}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-label={t`The test`}
      >
        <i style={{ width: `${done}%` }} />
      </div>
    </div>
  );
}
