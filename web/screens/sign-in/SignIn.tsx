import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useCallback, useEffect, useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { SignInWays } from '../../../shared/protocol/account.ts';
import { ok } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import { endOffer, knowsPasskeys, offerPasskeys, signInByPasskey } from '../../data/passkeys.ts';
import { valueOf } from '../../data/resource.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { Screen } from '../../ui/Screen.tsx';
import { Sign } from '../../ui/Sign.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import CodeForm from './CodeForm.tsx';
import PasskeyButton from './PasskeyButton.tsx';
import '../account/account.css';
import '../join/join.css';

/** A new page knows nothing of whoever was here before: no figures of theirs, and no work in their name. */
const startOver = (): void => location.replace('/');

/** Nobody is signed in here: back in by what was kept, or in for the first time by an invite. */
export default function SignIn() {
  const { t } = useLingui();
  const { api, credits } = useApp();
  const load = useCallback(async () => {
    const reply = await api.get<SignInWays>('/api/sign-in');
    return reply.ok ? ok(reply.value.body) : reply;
  }, [api]);
  const { loaded, refresh } = useLoaded(load);
  // Somebody was signed out while this page was open, from another phone perhaps.
  const isLeftOver = valueOf(credits.read()) !== undefined;
  useEffect(() => {
    if (isLeftOver) startOver();
  }, [isLeftOver]);

  return (
    <Screen title={t`Sign in`} hideTitle tabs={false}>
      <Sign tone="off" icon="power" word={t`Not signed in`}>
        <p className="sign-big">
          <Trans>ZeusDrive opens with an invite.</Trans>
        </p>
        <p className="sign-more">
          <Trans>Been here before? Come back with your passkey or your email.</Trans>
        </p>
      </Sign>
      {loaded.state === 'ready' && <WaysBack ways={loaded.value} />}
      {loaded.state === 'loading' && (
        <Loading onRetry={() => void refresh()}>
          <Trans>Asking which ways in there are</Trans>
        </Loading>
      )}
      {loaded.state === 'failed' && (
        <Failure problem={loaded.problem} onRetry={() => void refresh()}>
          <Trans>Your account and your credits are safe.</Trans>
        </Failure>
      )}
      <InviteForm />
    </Screen>
  );
}

function WaysBack({ ways }: { readonly ways: SignInWays }) {
  const { api } = useApp();
  const { email, passkeyHost } = ways;
  const hasPasskeys = knowsPasskeys(passkeyHost);
  useEffect(() => {
    if (!hasPasskeys || !email) return;
    void offerPasskeys(api).then((signedIn) => signedIn?.ok && startOver());
    return endOffer;
  }, [api, hasPasskeys, email]);
  return (
    <section className="card account-part">
      <div className="joinform">
        <h2 className="h2">
          <Trans>Sign in</Trans>
        </h2>
        {hasPasskeys ? (
          <PasskeyButton ask={() => signInByPasskey(api)} onDone={startOver}>
            <Trans>Sign in with a passkey</Trans>
          </PasskeyButton>
        ) : (
          <p className="meta">
            <Trans>Passkeys work in a browser that knows them, at {passkeyHost}.</Trans>
          </p>
        )}
        {email ? (
          <CodeForm
            offersPasskeys={hasPasskeys}
            send={(address) => api.post('/api/sign-in/code', { body: { email: address } })}
            prove={async (address, code) => {
              const reply = await api.post('/api/sign-in/code/proof', { body: { email: address, code } });
              if (reply.ok) startOver();
              return reply;
            }}
          />
        ) : (
          <p className="meta">
            <Trans>This server sends no email, so there are no codes here.</Trans>
          </p>
        )}
      </div>
    </section>
  );
}

function InviteForm() {
  const [, navigate] = useLocation();
  const [code, setCode] = useState('');
  const field = useId();
  const open = (event: FormEvent): void => {
    event.preventDefault();
    const invite = codeOf(code);
    if (invite !== '') navigate(`/join/${encodeURIComponent(invite)}`);
  };
  return (
    <section className="card account-part">
      <form className="joinform" onSubmit={open}>
        <h2 className="h2">
          <Trans>New here</Trans>
        </h2>
        <div className="field">
          <label htmlFor={field}>
            <Trans>Invite link or code</Trans>
          </label>
          <input id={field} value={code} onChange={(event) => setCode(event.target.value)} autoComplete="off" />
          <p className="meta">
            <Trans>Open the link you were sent, or paste its code here.</Trans>
          </p>
        </div>
        <button type="submit" className="btn btn--line">
          <Trans>Continue with an invite</Trans>
        </button>
      </form>
    </section>
  );
}

/** The last part of a link, or the code itself. */
function codeOf(text: string): string {
  const [, invite] = /[?&]invite=([^&\s]+)/.exec(text) ?? [];
  return decodeURIComponent(invite ?? text.trim().split('/').at(-1) ?? '');
}
