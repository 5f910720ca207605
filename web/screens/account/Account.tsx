import { Trans, useLingui } from '@lingui/react/macro';
import { useCallback } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { AccountView } from '../../../shared/protocol/account.ts';
import { ok } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import { valueOf } from '../../data/resource.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { Screen } from '../../ui/Screen.tsx';
import { Failure, Loading, StaleLine } from '../../ui/states.tsx';
import SessionsCard from './SessionsCard.tsx';
import { useProof } from './useProof.tsx';
import WaysInCard from './WaysInCard.tsx';
import WhatCameOfIt from './WhatCameOfIt.tsx';
import '../join/join.css';
import './account.css';

/** Settings → Signing in: how I come back, and where I am signed in. Right after an invite: the offer to keep the account. */
export default function Account() {
  const { t } = useLingui();
  const { api, me, connection: connectionState } = useApp();
  const connection = useObservable(connectionState);
  const [, navigate] = useLocation();
  const isNew = new URLSearchParams(useSearch()).has('new');
  const load = useCallback(async () => {
    const reply = await api.get<AccountView>('/api/account');
    return reply.ok ? ok(reply.value.body) : reply;
  }, [api]);
  const { loaded, refresh } = useLoaded(load);
  const account = valueOf(loaded);
  const changed = (): void => {
    void refresh();
    void me.refresh();
  };
  const proof = useProof(account, changed);
  const isKept = account && (account.email !== null || account.passkeys.length > 0);
  const goOn = (
    <button
      type="button"
      className={isKept ? 'btn btn--cta' : 'btn btn--text'}
      onClick={() => navigate('/opt-in', { replace: true })}
    >
      {isKept ? <Trans>Continue</Trans> : <Trans>Not now</Trans>}
    </button>
  );

  return (
    <Screen
      title={isNew ? t`Keep this account` : t`Signing in`}
      tabs={!isNew}
      layout="one"
      {...(isNew ? { dock: goOn } : { back: '/settings' })}
    >
      {loaded.state === 'loading' && (
        <Loading onRetry={() => void refresh()}>
          <Trans>Loading how you sign in</Trans>
        </Loading>
      )}
      {loaded.state === 'failed' && (
        <Failure problem={loaded.problem} onRetry={() => void refresh()}>
          <Trans>You stay signed in here. Nothing was changed.</Trans>
        </Failure>
      )}
      {loaded.state === 'ready' && (loaded.problem !== undefined || !connection.isOnline) && (
        <StaleLine at={loaded.at} isOnline={connection.isOnline} />
      )}
      {account && (
        <>
          {isNew && !isKept && (
            <p className="lead">
              <Trans>You are in. Choose now how you come back if this phone is lost.</Trans>
            </p>
          )}
          {!isNew && !isKept && (
            <p className="account-warning">
              <Trans>
                There is no way back to this account yet. If this phone is lost, or you sign out, your account and its
                credits are lost.
              </Trans>
            </p>
          )}
          <WhatCameOfIt proof={proof} />
          <WaysInCard account={account} proof={proof} />
          {!isNew && <SessionsCard account={account} proof={proof} />}
        </>
      )}
    </Screen>
  );
}
