import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { useLocation } from 'wouter';
import type { Me } from '../../../shared/protocol/app.ts';
import { useP2pCompute } from '../../hooks/useP2pCompute.ts';
import { Failure } from '../../ui/states.tsx';

export interface Enabling {
  readonly isBusy: boolean;
  readonly enable: () => void;
  readonly notNow: () => void;
  /** What went wrong the last time, as a card; Shared Compute is still off then. */
  readonly failure: ReactNode;
}

export function useEnabling({ programme: { consentVersion } }: Me): Enabling {
  const [, navigate] = useLocation();
  const { isTurningOn, problem, turnOn } = useP2pCompute();
  const enable = (): void => {
    if (isTurningOn) return;
    void turnOn(consentVersion).then((isOn) => {
      if (isOn) navigate('/');
    });
  };
  const failure = problem && (
    <Failure problem={problem} onRetry={enable}>
      <Trans>Shared Compute is still off. Nothing runs.</Trans>
    </Failure>
  );
  // Not now is an answer: nothing is stored, nothing asks again.
  return { isBusy: isTurningOn, enable, notNow: () => navigate('/'), failure };
}

/** Two answers of one size. */
export function EnableOrNot({ enabling: { isBusy, enable, notNow } }: { readonly enabling: Enabling }) {
  return (
    <>
      <button type="button" className="btn btn--cta" aria-disabled={isBusy} onClick={enable}>
        <Trans>Enable</Trans>
      </button>
      <button type="button" className="btn btn--line" onClick={notNow}>
        <Trans>Not Now</Trans>
      </button>
    </>
  );
}
