import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { AccountView } from '../../../shared/protocol/account.ts';
import { useApp } from '../../app-context.ts';
import { addPasskey, knowsPasskeys } from '../../data/passkeys.ts';
import { dayAndMonth } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import CodeForm from '../sign-in/CodeForm.tsx';
import { PasskeysElsewhere, WhatAPasskeyIs } from '../sign-in/passkey-words.tsx';
import EmailAddress from './EmailAddress.tsx';
import type { Proof } from './useProof.tsx';

interface WaysInCardProps {
  readonly account: AccountView;
  readonly proof: Proof;
}

/** Passkeys and the address: what there is, how to add and how to remove. */
export default function WaysInCard({ account, proof }: WaysInCardProps) {
  const { api } = useApp();
  const { t } = useLingui();
  const { email, passkeys, ways } = account;
  const { passkeyHost } = ways;
  const [isAddingEmail, setAddingEmail] = useState(false);
  const isKept = passkeys.length > 0 || email !== null;
  return (
    <>
      <h2 className="h2 sec">
        <Trans>Ways back in</Trans>
      </h2>
      <section className="card list">
        <ul className="rows">
          {passkeys.map(({ id, name, createdAt }) => {
            const date = dayAndMonth(createdAt);
            return (
              <li key={id}>
                <Icon name="shield-check" />
                <span className="m">
                  {name}
                  <small>
                    <Trans>Added on {date}</Trans>
                  </small>
                </span>
                <button
                  type="button"
                  className="btn btn--line btn--sm"
                  aria-label={t`Remove the passkey ${name}`}
                  onClick={() =>
                    void proof.run(
                      () => api.delete(`/api/account/passkeys/${encodeURIComponent(id)}`),
                      <Trans>The passkey opens nothing now.</Trans>,
                    )
                  }
                >
                  <Trans>Remove</Trans>
                </button>
              </li>
            );
          })}
          {email !== null && (
            <li>
              <Icon name="mail" />
              <span className="m account-email">
                <EmailAddress address={email} />
                <small>
                  <Trans>A code to this address signs you in</Trans>
                </small>
              </span>
              <button
                type="button"
                className="btn btn--line btn--sm"
                aria-label={t`Remove the email address`}
                onClick={() =>
                  void proof.run(
                    () => api.delete('/api/account/email'),
                    <Trans>The email address opens nothing now.</Trans>,
                  )
                }
              >
                <Trans>Remove</Trans>
              </button>
            </li>
          )}
          {!isKept && (
            <li>
              <span className="m">
                <Trans>None yet</Trans>
                <small>
                  <Trans>Your name and your invite do not lead back here.</Trans>
                </small>
              </span>
            </li>
          )}
        </ul>
      </section>
      {knowsPasskeys(passkeyHost) ? (
        <>
          {passkeys.length === 0 && <WhatAPasskeyIs />}
          <button
            type="button"
            className={`btn ${isKept ? 'btn--line' : 'btn--cta'} account-act`}
            onClick={() =>
              void proof.run(
                () => addPasskey(api, passkeyName(passkeys.length + 1, t`Passkey`)),
                <Trans>The passkey is kept: with it you come back.</Trans>,
              )
            }
          >
            <Icon name="shield-check" />
            <Trans>Add a passkey</Trans>
          </button>
        </>
      ) : (
        <PasskeysElsewhere host={passkeyHost} />
      )}
      {ways.email && !isAddingEmail && (
        <button type="button" className="btn btn--line account-act" onClick={() => setAddingEmail(true)}>
          {email === null ? <Trans>Add an email address</Trans> : <Trans>Change the email address</Trans>}
        </button>
      )}
      {ways.email && isAddingEmail && (
        <section className="card account-part">
          <CodeForm
            takesFocus
            send={(address) => proof.attempt(() => api.post('/api/account/email', { body: { email: address } }))}
            prove={async (address, code) => {
              const reply = await proof.attempt(() =>
                api.put('/api/account/email', { body: { email: address, code } }),
              );
              if (!reply.ok) return reply;
              setAddingEmail(false);
              await proof.run(
                () => Promise.resolve(reply),
                <Trans>The email address is kept: a code to it brings you back.</Trans>,
              );
              return reply;
            }}
          />
          <button type="button" className="btn btn--text" onClick={() => setAddingEmail(false)}>
            <Trans>Leave it as it is</Trans>
          </button>
        </section>
      )}
      {!ways.email && (
        <p className="meta pad">
          <Trans>This server sends no email, so an address is no way back here.</Trans>
        </p>
      )}
    </>
  );
}

/** Enough to tell them apart; the phone's own list of passkeys says more. */
const passkeyName = (number: number, word: string): string => (number === 1 ? word : `${word} ${number}`);
