import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { Link } from 'wouter';
import { useApp } from '../../app-context.ts';
import { beginAnew } from '../../boot/begin-anew.ts';
import type { Problem } from '../../data/api.ts';
import { leaving } from '../../data/signed-out.ts';
import { Failure } from '../../ui/states.tsx';
import { focusFirst } from '../sign-in/focus-first.ts';

/**
 * Computing stops first, then the session ends, then the page begins anew: nothing that was asked on it outlives it. The
 * phone's key stays, so that it is the same phone when its driver comes back; another driver's account makes its own.
 */
export function SignOut({ isKept }: { readonly isKept: boolean }) {
  const { api, compute } = useApp();
  const [state, setState] = useState<'idle' | 'asked' | 'leaving' | Problem>('idle');

  async function signOut(): Promise<void> {
    if (state === 'leaving') return;
    setState('leaving');
    const stay = leaving();
    const wasOn = compute.view().state !== 'off';
    await compute.disable();
    const reply = await api.delete('/api/session');
    // A session that is gone already is what was wanted.
    if (reply.ok || (reply.error.kind === 'refused' && reply.error.status === 401)) return beginAnew();
    stay();
    setState(reply.error);
    if (wasOn) await compute.enable();
  }

  if (typeof state === 'object') {
    return (
      <Failure problem={state} onRetry={() => void signOut()}>
        <Trans>You are still signed in, and everything is as it was.</Trans>
      </Failure>
    );
  }
  if (state === 'idle') {
    return (
      <button type="button" className="btn btn--line btn--sm" onClick={() => setState('asked')}>
        <Trans>Sign out</Trans>
      </button>
    );
  }
  return (
    <section className="card state" role="status">
      <p className="t">{isKept ? <Trans>Sign out on this phone?</Trans> : <Trans>You could not come back</Trans>}</p>
      <p className="meta">
        {isKept ? (
          <Trans>
            Shared Compute stops first. What is pending or posted stays yours. Answers of this page are forgotten. You
            have to sign in again to come back.
          </Trans>
        ) : (
          <Trans>
            There is no passkey and no email yet: signed out, you lose this account and its credits for good.
          </Trans>
        )}
      </p>
      {!isKept && (
        <Link className="btn btn--cta btn--sm" href="/settings/account">
          <Trans>Add a way back first</Trans>
        </Link>
      )}
      <div className="ways">
        {/* The button that was tapped is gone: the focus goes to the safe one. */}
        <button ref={focusFirst} type="button" className="btn btn--line btn--sm" onClick={() => setState('idle')}>
          <Trans>Stay</Trans>
        </button>
        <button
          type="button"
          className="btn btn--line btn--sm"
          aria-disabled={state === 'leaving'}
          onClick={() => void signOut()}
        >
          {state === 'leaving' ? (
            <Trans>Signing out</Trans>
          ) : isKept ? (
            <Trans>Sign out now</Trans>
          ) : (
            <Trans>Sign out and lose it</Trans>
          )}
        </button>
      </div>
    </section>
  );
}
