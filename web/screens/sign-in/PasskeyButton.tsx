import { Trans } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { Result } from '../../../shared/result.ts';
import type { PasskeyProblem } from '../../data/passkeys.ts';
import { Icon } from '../../ui/Icon.tsx';
import FormProblem from './FormProblem.tsx';

interface PasskeyButtonProps {
  readonly ask: () => Promise<Result<unknown, PasskeyProblem>>;
  readonly onDone: () => void;
  readonly children: ReactNode;
}

/** Asks the browser for a passkey, or for a new one; what went wrong stands below. */
export default function PasskeyButton({ ask, onDone, children }: PasskeyButtonProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<PasskeyProblem>();
  async function press(): Promise<void> {
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    const reply = await ask();
    setBusy(false);
    if (reply.ok) onDone();
    else setProblem(reply.error);
  }
  return (
    <>
      <button type="button" className="btn btn--cta" aria-disabled={isBusy} onClick={() => void press()}>
        <Icon name="smartphone" />
        {isBusy ? <Trans>Asking your phone</Trans> : children}
      </button>
      {problem && <FormProblem problem={problem} />}
    </>
  );
}
