import { Trans } from '@lingui/react/macro';
import { useCallback } from 'react';
import { Link } from 'wouter';
import type { EvidenceView } from '../../../shared/protocol/app.ts';
import { type Result, ok } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import type { Problem } from '../../data/api.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { Failure, Loading } from '../../ui/states.tsx';
import { CheckAgain } from './CheckAgain.tsx';
import { loadEvidence } from './load-evidence.ts';

interface Standing {
  readonly isBanned: boolean;
  /** What it was stopped for. */
  readonly evidence: EvidenceView | undefined;
}

interface StoppedCardProps {
  /** Home says what it means, too; Settings has its own list below. */
  readonly hasMeaning: boolean;
}

/** On Home and in Settings of a phone that we stopped: the one tap that may end it, and what it means. */
export default function StoppedCard({ hasMeaning }: StoppedCardProps) {
  const { api, compute, device } = useApp();
  const load = useCallback(async (): Promise<Result<Standing, Problem>> => {
    const view = await device.view();
    if (!view.ok) return view;
    const { isBanned, evidenceId } = view.value;
    if (evidenceId === null) return ok({ isBanned, evidence: undefined });
    const evidence = await loadEvidence(api, evidenceId);
    return evidence.ok ? ok({ isBanned, evidence: evidence.value }) : evidence;
  }, [api, device]);
  const { loaded, refresh } = useLoaded(load);
  const retry = (): void => void refresh();

  if (loaded.state === 'loading') {
    return (
      <Loading onRetry={retry}>
        <Trans>Getting what was found</Trans>
      </Loading>
    );
  }
  if (loaded.state === 'failed') {
    return (
      <Failure problem={loaded.problem} onRetry={retry}>
        <Trans>Why this phone was stopped did not load. What is pending stays as it is.</Trans>
      </Failure>
    );
  }
  const { isBanned, evidence } = loaded.value;
  return (
    <>
      {!isBanned && <MayGoOn onTurnOn={() => void compute.enable()} />}
      {evidence && <CheckAgain evidence={evidence} onDecided={retry} />}
      {isBanned && hasMeaning && <WhatItMeans evidence={evidence} />}
    </>
  );
}

function WhatItMeans({ evidence }: { readonly evidence: EvidenceView | undefined }) {
  return (
    <section className="card work">
      <p className="what">
        <Trans>It may be the hardware</Trans>
      </p>
      <p className="meta">
        <Trans>
          Chips and memory err, ours too. What this phone has pending is held; what is posted stays yours, and so do
          your account and your other phones. Asking works as before.
        </Trans>
      </p>
      {evidence && (
        <Link href={`/credits/finding/${evidence.evidenceId}`} className="textlink">
          <Trans>What was found</Trans>
        </Link>
      )}
    </section>
  );
}

function MayGoOn({ onTurnOn }: { readonly onTurnOn: () => void }) {
  return (
    <section className="card state">
      <p className="t">
        <Trans>This phone may work again</Trans>
      </p>
      <p className="meta">
        <Trans>What was held goes on towards its posting.</Trans>
      </p>
      <button type="button" className="btn btn--cta btn--sm" onClick={onTurnOn}>
        <Trans>Go on</Trans>
      </button>
    </section>
  );
}
