import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { AccountView } from '../../../shared/protocol/account.ts';
import { useApp } from '../../app-context.ts';
import { addPasskey, knowsPasskeys } from '../../data/passkeys.ts';
import { dayAndMonth } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import CodeForm from '../sign-in/CodeForm.tsx';
import type { Proof } from './useProof.tsx';

interface WaysInCardProps {
  readonly account: AccountView;
  readonly proof: Proof;
  readonly onChange: () => void;
}

/** Passkeys and the address: what there is, how to add and how to remove. */
export default function WaysInCard({ account, proof, onChange }: WaysInCardProps) {
  const { api } = useApp();
  const { t } = useLingui();
  const { email, passkeys, ways } = account;
  const { passkeyHost } = ways;
  const [isAddingEmail, setAddingEmail] = useState(false);
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
                <Icon name="smartphone" />
                <span className="m">
                  {name}
                  <small>
                    <Trans>Passkey, added on {date}</Trans>
                  </small>
                </span>
                <button
                  type="button"
                  className="btn btn--line btn--sm"
                  aria-label={t`Remove the passkey ${name}`}
                  onClick={() => void proof.run(() => api.delete(`/api/account/passkeys/${encodeURIComponent(id)}`))}
                >
                  <Trans>Remove</Trans>
                </button>
              </li>
            );
          })}
          {email !== null && (
            <li>
              <Icon name="receipt-text" />
              <span className="m account-email">
                {email}
                <small>
                  <Trans>A code to this address signs you in</Trans>
                </small>
              </span>
              <button
                type="button"
                className="btn btn--line btn--sm"
                aria-label={t`Remove the email address`}
                onClick={() => void proof.run(() => api.delete('/api/account/email'))}
              >
                <Trans>Remove</Trans>
              </button>
            </li>
          )}
          {passkeys.length === 0 && email === null && (
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
        <button
          type="button"
          className="btn btn--cta account-act"
          onClick={() => void proof.run(() => addPasskey(api, passkeyName(passkeys.length + 1, t`Passkey`)))}
        >
          <Icon name="shield-check" />
          <Trans>Add a passkey</Trans>
        </button>
      ) : (
        <p className="meta pad">
          <Trans>Passkeys work in a browser that knows them, at {passkeyHost}.</Trans>
        </p>
      )}
      {ways.email && !isAddingEmail && (
        <button type="button" className="btn btn--line account-act" onClick={() => setAddingEmail(true)}>
          {email === null ? <Trans>Add an email address</Trans> : <Trans>Change the email address</Trans>}
        </button>
      )}
      {ways.email && isAddingEmail && (
        <section className="card account-part">
          <CodeForm
            send={(address) => proof.attempt(() => api.post('/api/account/email', { body: { email: address } }))}
            prove={async (address, code) => {
              const reply = await proof.attempt(() =>
                api.put('/api/account/email', { body: { email: address, code } }),
              );
              if (reply.ok) {
                setAddingEmail(false);
                onChange();
              }
              return reply;
            }}
          />
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
