import { Trans } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import type { AccountView } from '../../../shared/protocol/account.ts';
import type { Result } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import { knowsPasskeys, type PasskeyProblem, signInByPasskey } from '../../data/passkeys.ts';
import CodeForm from '../sign-in/CodeForm.tsx';
import PasskeyButton from '../sign-in/PasskeyButton.tsx';

type Act = () => Promise<Result<unknown, PasskeyProblem>>;

/**
 * Does something the server may want a fresh proof for. If it does, `proof` asks for one, and the act is done again once it
 * was given; `problem` is why it could not be done otherwise.
 */
export function useProof(account: AccountView | undefined, onDone: () => void): Proof {
  const [waiting, setWaiting] = useState<Act>();
  const [problem, setProblem] = useState<PasskeyProblem>();
  async function run(act: Act): Promise<void> {
    setProblem(undefined);
    const reply = await act();
    const needsProof = !reply.ok && reply.error.kind === 'refused' && reply.error.code === 'step_up_needed';
    setWaiting(needsProof ? () => act : undefined);
    if (reply.ok) onDone();
    else if (!needsProof) setProblem(reply.error);
  }
  const proof =
    waiting && account ? (
      <AskForProof account={account} onProven={() => void run(waiting)} onCancel={() => setWaiting(undefined)} />
    ) : undefined;
  return { run, proof, problem };
}

export interface Proof {
  readonly run: (act: Act) => Promise<void>;
  readonly proof: ReactNode;
  readonly problem: PasskeyProblem | undefined;
}

interface AskForProofProps {
  readonly account: AccountView;
  readonly onProven: () => void;
  readonly onCancel: () => void;
}

function AskForProof({ account: { email, passkeys, ways }, onProven, onCancel }: AskForProofProps) {
  const { api } = useApp();
  return (
    <section className="card account-part" role="alert">
      <h2 className="h2">
        <Trans>Show that it is you</Trans>
      </h2>
      <p className="meta">
        <Trans>Whoever finds this phone open must not be able to change this.</Trans>
      </p>
      {passkeys.length > 0 && knowsPasskeys(ways.passkeyHost) && (
        <PasskeyButton ask={() => signInByPasskey(api)} onDone={onProven}>
          <Trans>Show my passkey</Trans>
        </PasskeyButton>
      )}
      {email !== null && (
        <CodeForm
          email={email}
          send={(address) => api.post('/api/sign-in/code', { body: { email: address } })}
          prove={async (address, code) => {
            const reply = await api.post('/api/sign-in/code/proof', { body: { email: address, code } });
            if (reply.ok) onProven();
            return reply;
          }}
        />
      )}
      <button type="button" className="btn btn--text" onClick={onCancel}>
        <Trans>Leave it as it is</Trans>
      </button>
    </section>
  );
}
