import { Trans } from '@lingui/react/macro';
import { type FormEvent, useId, useState } from 'react';
import type { Result } from '../../../shared/result.ts';
import type { PasskeyProblem } from '../../data/passkeys.ts';
import { Icon } from '../../ui/Icon.tsx';
import { focusFirst } from './focus-first.ts';
import FormProblem from './FormProblem.tsx';

interface CodeFormProps {
  /** Known already: it is not asked for. */
  readonly email?: string | undefined;
  /** Nobody is signed in: whether the address is anybody's is not said. */
  readonly isSigningIn?: boolean;
  /** Passkeys may be offered where the address is typed. */
  readonly offersPasskeys?: boolean;
  /** The form has come where something was tapped. */
  readonly takesFocus?: boolean;
  readonly send: (email: string) => Promise<Result<unknown, PasskeyProblem>>;
  /** What the right code does is whoever shows this form's. */
  readonly prove: (email: string, code: string) => Promise<Result<unknown, PasskeyProblem>>;
}

/** Seen here already, before anybody is asked. */
type Slip = 'no_address' | 'no_digits';

const isAddress = (text: string): boolean => /^\S+@\S+\.\S+$/.test(text);

/** An address, then the six digits that were sent there. */
export default function CodeForm(props: CodeFormProps) {
  const { email: known, isSigningIn, offersPasskeys = false, takesFocus, send, prove } = props;
  const [email, setEmail] = useState(known ?? '');
  const [code, setCode] = useState('');
  const [isSent, setSent] = useState(false);
  const [isAgain, setAgain] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<PasskeyProblem | Slip>();
  const field = useId();
  const address = email.trim();
  const digits = code.replaceAll(/\s/g, '');

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    if (isSent ? !/^\d{6}$/.test(digits) : !isAddress(address)) {
      setProblem(isSent ? 'no_digits' : 'no_address');
      return document.getElementById(isSent ? `${field}-code` : field)?.focus();
    }
    setBusy(true);
    setProblem(undefined);
    const reply = isSent ? await prove(address, digits) : await send(address);
    setBusy(false);
    if (!reply.ok) setProblem(reply.error);
    else setSent(true);
  }

  function askAgain(): void {
    setSent(false);
    setAgain(true);
    setCode('');
    setProblem(undefined);
  }

  return (
    <form className="joinform" onSubmit={(event) => void submit(event)} noValidate>
      {isSent ? (
        <div className="field" key="code">
          <label htmlFor={`${field}-code`}>
            <Trans>Code</Trans>
          </label>
          <input
            ref={focusFirst}
            id={`${field}-code`}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            aria-invalid={problem === 'no_digits'}
            aria-describedby={`${field}-sent`}
          />
          <p className="meta" id={`${field}-sent`} role="status">
            {isSigningIn ? (
              <Trans>If {address} belongs to an account here, six digits are on their way to it.</Trans>
            ) : (
              <Trans>Six digits are on their way to {address}.</Trans>
            )}{' '}
            <Trans>They are good for ten minutes. Nothing there? Look among unwanted mail.</Trans>
          </p>
        </div>
      ) : (
        known === undefined && (
          <div className="field" key="email">
            <label htmlFor={field}>
              <Trans>Email</Trans>
            </label>
            <input
              ref={takesFocus || isAgain ? focusFirst : undefined}
              id={field}
              type="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              autoComplete={offersPasskeys ? 'username webauthn' : 'email'}
              aria-invalid={problem === 'no_address'}
            />
          </div>
        )
      )}
      {typeof problem === 'string' ? <SlipText slip={problem} /> : problem && <FormProblem problem={problem} />}
      <button type="submit" className="btn btn--line" aria-disabled={isBusy}>
        {isSent ? <Trans>Continue</Trans> : <Trans>Send me a code</Trans>}
      </button>
      {isSent && (
        <button type="button" className="btn btn--text" onClick={askAgain}>
          <Trans>Send another code</Trans>
        </button>
      )}
    </form>
  );
}

function SlipText({ slip }: { readonly slip: Slip }) {
  return (
    <div className="field" role="alert">
      <div className="err">
        <Icon name="octagon-x" size="s" />
        <p>
          <b>
            {slip === 'no_address' ? (
              <Trans>Write your email address, like name@example.com.</Trans>
            ) : (
              <Trans>Write the six digits of the message.</Trans>
            )}
          </b>
        </p>
      </div>
    </div>
  );
}
