import { Trans, useLingui } from '@lingui/react/macro';
import type { AccountView } from '../../../shared/protocol/account.ts';
import { useApp } from '../../app-context.ts';
import { when } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import type { Proof } from './useProof.tsx';

interface SessionsCardProps {
  readonly account: AccountView;
  readonly proof: Proof;
}

/** Browsers that are signed in, and keys of scripts: each can be ended from here. */
export default function SessionsCard({ account: { sessions, keys }, proof }: SessionsCardProps) {
  const { api } = useApp();
  const { t } = useLingui();
  return (
    <>
      <h2 className="h2 sec">
        <Trans>Signed in on</Trans>
      </h2>
      <section className="card list">
        <ul className="rows">
          {sessions.map(({ id, browser, createdAt, isThis }) => {
            const date = when(createdAt);
            const name = browser === '' ? t`A browser` : browser;
            return (
              <li key={id}>
                <Icon name="smartphone" />
                <span className="m">
                  {name}
                  <small>{isThis ? <Trans>This one, since {date}</Trans> : <Trans>Since {date}</Trans>}</small>
                </span>
                {!isThis && (
                  <button
                    type="button"
                    className="btn btn--line btn--sm"
                    aria-label={t`Sign out ${name}`}
                    onClick={() =>
                      void proof.run(
                        () => api.delete(`/api/account/sessions/${encodeURIComponent(id)}`),
                        <Trans>Signed out there.</Trans>,
                      )
                    }
                  >
                    <Trans>Sign out</Trans>
                  </button>
                )}
              </li>
            );
          })}
          {keys.map(({ id, name, prefix }) => (
            <li key={`key-${id}`}>
              <Icon name="cpu" />
              <span className="m">
                {name}
                <small>
                  <Trans>
                    Key for scripts, <span className="mono">{prefix}…</span>
                  </Trans>
                </small>
              </span>
              <button
                type="button"
                className="btn btn--line btn--sm"
                aria-label={t`Revoke the key ${name}`}
                onClick={() =>
                  void proof.run(() => api.delete(`/api/account/keys/${id}`), <Trans>The key opens nothing now.</Trans>)
                }
              >
                <Trans>Revoke</Trans>
              </button>
            </li>
          ))}
        </ul>
      </section>
      {sessions.length > 1 && (
        <button
          type="button"
          className="btn btn--line account-act"
          onClick={() =>
            void proof.run(
              () => api.delete('/api/account/sessions'),
              <Trans>Signed out everywhere else. Shared Compute stops there, too.</Trans>,
            )
          }
        >
          <Trans>Sign out everywhere else</Trans>
        </button>
      )}
    </>
  );
}
