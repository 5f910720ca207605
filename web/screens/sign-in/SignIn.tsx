import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useCallback, useEffect, useId, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { SignInWays } from '../../../shared/protocol/account.ts';
import { ok } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import { endOffer, knowsPasskeys, offerPasskeys, signInByPasskey } from '../../data/passkeys.ts';
import { ERASED, SIGNED_OUT } from '../../data/signed-out.ts';
import { useLoaded } from '../../hooks/useLoaded.ts';
import { Screen } from '../../ui/Screen.tsx';
import { Sign } from '../../ui/Sign.tsx';
import { Failure, Loading } from '../../ui/states.tsx';
import CodeForm from './CodeForm.tsx';
import { PasskeysElsewhere, WhatAPasskeyIs } from './passkey-words.tsx';
import PasskeyButton from './PasskeyButton.tsx';
import '../account/account.css';
import '../join/join.css';

/** A new page knows nothing of whoever was here before: no figures of theirs, and no work in their name. */
const startOver = (): void => location.replace('/');

/** Nobody is signed in here: back in by what was kept, or in for the first time by an invite. */
export default function SignIn() {
  const { t } = useLingui();
  const { api } = useApp();
  const load = useCallback(async () => {
    const reply = await api.get<SignInWays>('/api/sign-in');
    return reply.ok ? ok(reply.value.body) : reply;
  }, [api]);
  const { loaded, refresh } = useLoaded(load);

  return (
    <Screen title={t`Sign in`} hideTitle tabs={false}>
      <Sign tone="off" icon="power" word={t`Not signed in`}>
        <Why />
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

/** Why it is this screen: what has just ended, or what to do. */
function Why() {
  const search = new URLSearchParams(useSearch());
  if (search.has(SIGNED_OUT)) {
    return (
      <>
        <p className="sign-big">
          <Trans>This phone was signed out.</Trans>
        </p>
        <p className="sign-more">
          <Trans>From another phone, or because its time was over. Nothing runs here. Your credits stay yours.</Trans>
        </p>
      </>
    );
  }
  if (search.has(ERASED)) {
    return (
      <>
        <p className="sign-big">
          <Trans>Your data is erased.</Trans>
        </p>
        <p className="sign-more">
          <Trans>Your account is gone, and this phone keeps nothing of it. To come again, ask for an invite.</Trans>
        </p>
      </>
    );
  }
  return (
    <>
      <p className="sign-big">
        <Trans>Sign in, or come in with an invite.</Trans>
      </p>
      <p className="sign-more">
        <Trans>Lost your phone? Sign in here: your account and its credits are as you left them.</Trans>
      </p>
    </>
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
        <h2 className="title">
          <Trans>Been here before</Trans>
        </h2>
        {hasPasskeys ? (
          <>
            <PasskeyButton ask={() => signInByPasskey(api)} onDone={startOver}>
              <Trans>Sign in with a passkey</Trans>
            </PasskeyButton>
            <WhatAPasskeyIs />
          </>
        ) : (
          <PasskeysElsewhere host={passkeyHost} />
        )}
        {email ? (
          <CodeForm
            isSigningIn
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
            <Trans>
              This server sends no email, so there are no codes here. Without your passkey only a new invite opens
              ZeusDrive, with a new account.
            </Trans>
          </p>
        )}
      </div>
    </section>
  );
}

function InviteForm() {
  const [, navigate] = useLocation();
  const [code, setCode] = useState('');
  const [isEmpty, setEmpty] = useState(false);
  const field = useId();
  const open = (event: FormEvent): void => {
    event.preventDefault();
    const invite = codeOf(code);
    setEmpty(invite === '');
    if (invite === '') document.getElementById(field)?.focus();
    else navigate(`/join/${encodeURIComponent(invite)}`);
  };
  return (
    <section className="card account-part">
      <form className="joinform" onSubmit={open}>
        <h2 className="title">
          <Trans>New here</Trans>
        </h2>
        <div className="field">
          <label htmlFor={field}>
            <Trans>Invite link or code</Trans>
          </label>
          <input
            id={field}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            autoComplete="off"
            aria-invalid={isEmpty}
            aria-describedby={`${field}-about`}
          />
          <p className={isEmpty ? 'err' : 'meta'} id={`${field}-about`}>
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
  const code =
    invite ??
    text
      .trim()
      .split('/')
      .findLast((part) => part !== '') ??
    '';
  try {
    return decodeURIComponent(code);
  } catch {
    return code; // a stray % is no escape: the server says that there is no such invite
  }
}
