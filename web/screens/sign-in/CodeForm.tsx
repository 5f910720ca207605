import { Trans } from '@lingui/react/macro';
import { type FormEvent, useId, useState } from 'react';
import type { Result } from '../../../shared/result.ts';
import type { PasskeyProblem } from '../../data/passkeys.ts';
import SignInProblem from './SignInProblem.tsx';

interface CodeFormProps {
  /** Known already: it is not asked for. */
  readonly email?: string | undefined;
  /** Passkeys may be offered where the address is typed. */
  readonly offersPasskeys?: boolean;
  readonly send: (email: string) => Promise<Result<unknown, PasskeyProblem>>;
  /** What the right code does is whoever shows this form's. */
  readonly prove: (email: string, code: string) => Promise<Result<unknown, PasskeyProblem>>;
}

/** An address, then the six digits that were sent there. */
export default function CodeForm({ email: known, offersPasskeys = false, send, prove }: CodeFormProps) {
  const [email, setEmail] = useState(known ?? '');
  const [code, setCode] = useState('');
  const [isSent, setSent] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<PasskeyProblem>();
  const field = useId();

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    const address = email.trim();
    const reply = isSent ? await prove(address, code.replaceAll(/\s/g, '')) : await send(address);
    setBusy(false);
    if (!reply.ok) setProblem(reply.error);
    else setSent(true);
  }

  return (
    <form className="joinform" onSubmit={(event) => void submit(event)} noValidate>
      {isSent ? (
        <div className="field" key="code">
          <label htmlFor={`${field}-code`}>
            <Trans>Code</Trans>
          </label>
          <input
            id={`${field}-code`}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={12}
            aria-describedby={`${field}-sent`}
          />
          <p className="meta" id={`${field}-sent`} role="status">
            <Trans>If {email} may have one, six digits are on their way. They are good for ten minutes.</Trans>
          </p>
        </div>
      ) : (
        known === undefined && (
          <div className="field" key="email">
            <label htmlFor={field}>
              <Trans>Email</Trans>
            </label>
            <input
              id={field}
              type="email"
              value={email}
              onChange={(event) => setEmail(event.target.value)}
              autoComplete={offersPasskeys ? 'username webauthn' : 'email'}
            />
          </div>
        )
      )}
      {problem && <SignInProblem problem={problem} />}
      <button type="submit" className="btn btn--line" aria-disabled={isBusy}>
        {isSent ? <Trans>Continue</Trans> : <Trans>Send me a code</Trans>}
      </button>
      {isSent && (
        <button
          type="button"
          className="btn btn--text"
          onClick={() => {
            setSent(false);
            setCode('');
            setProblem(undefined);
          }}
        >
          <Trans>Send another code</Trans>
        </button>
      )}
    </form>
  );
}
