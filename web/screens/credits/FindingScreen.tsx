import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, useCallback } from 'react';
import { useApp } from '../../app-context.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { Screen } from '../../ui/Screen.tsx';
import { Empty, Failure, Loading, StaleLine } from '../../ui/states.tsx';
import { CheckAgain } from './CheckAgain.tsx';
import { loadEvidence } from './load-evidence.ts';
import { TechnicalDetails } from './TechnicalDetails.tsx';
import { WhatWasFound } from './WhatWasFound.tsx';
import './finding.css';

/** Why credits were voided: what was found, one tap to have it checked, and the evidence. */
export default function FindingScreen({ id }: { readonly id: number }) {
  const { t } = useLingui();
  const { api, connection: connectionState } = useApp();
  const connection = useObservable(connectionState);
  const { loaded, refresh } = useLoaded(useCallback(() => loadEvidence(api, id), [api, id]));
  const retry = (): void => void refresh();
  const title = t`Why it was voided`;

  if (loaded.state === 'loading') {
    return (
      <Framed title={title}>
        <Loading onRetry={retry}>
          <Trans>Getting what was found</Trans>
        </Loading>
      </Framed>
    );
  }
  if (loaded.state === 'failed') {
    const { problem } = loaded;
    return (
      <Framed title={title}>
        {problem.kind === 'refused' && problem.code === 'not_found' ? (
          <Empty title={<Trans>There is no such finding</Trans>}>
            <Trans>It may be about another account’s phone.</Trans>
          </Empty>
        ) : (
          <Failure problem={problem} onRetry={retry}>
            <Trans>What was found did not load. It is kept, and can still be checked again.</Trans>
          </Failure>
        )}
      </Framed>
    );
  }
  const evidence = loaded.value;
  const isStale = loaded.problem !== undefined || !connection.isOnline;
  return (
    <Framed title={title}>
      {isStale && <StaleLine at={loaded.at} isOnline={connection.isOnline} />}
      <WhatWasFound evidence={evidence} />
      <CheckAgain evidence={evidence} onDecided={retry} />
      <TechnicalDetails evidence={evidence} />
    </Framed>
  );
}

function Framed({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Screen title={title} back="/credits">
      {children}
    </Screen>
  );
}
