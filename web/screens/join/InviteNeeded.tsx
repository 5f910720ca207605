import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useId, useState } from 'react';
import { useLocation } from 'wouter';
import { Screen } from '../../ui/Screen.tsx';
import { Sign } from '../../ui/Sign.tsx';
import './join.css';

/** Nobody is signed in here, and without an invite nobody can be. */
export default function InviteNeeded() {
  const { t } = useLingui();
  const [, navigate] = useLocation();
  const [code, setCode] = useState('');
  const field = useId();
  const open = (event: FormEvent): void => {
    event.preventDefault();
    const invite = codeOf(code);
    if (invite !== '') navigate(`/join/${encodeURIComponent(invite)}`);
  };
  return (
    <Screen title={t`An invite is needed`} hideTitle tabs={false}>
      <Sign tone="off" icon="power" word={t`Not signed in`}>
        <p className="sign-big">
          <Trans>ZeusDrive opens with an invite.</Trans>
        </p>
        <p className="sign-more">
          <Trans>Open the link you were sent, or paste its code here.</Trans>
        </p>
      </Sign>
      <form className="joinform" onSubmit={open}>
        <div className="field">
          <label htmlFor={field}>
            <Trans>Invite link or code</Trans>
          </label>
          <input id={field} value={code} onChange={(event) => setCode(event.target.value)} autoComplete="off" />
        </div>
        <button type="submit" className="btn btn--cta">
          <Trans>Continue</Trans>
        </button>
      </form>
    </Screen>
  );
}

/** The last part of a link, or the code itself. */
function codeOf(text: string): string {
  const [, invite] = /[?&]invite=([^&\s]+)/.exec(text) ?? [];
  return decodeURIComponent(invite ?? text.trim().split('/').at(-1) ?? '');
}
