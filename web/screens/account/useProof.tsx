import { Trans } from '@lingui/react/macro';
import { type ReactNode, useRef, useState } from 'react';
import type { AccountView } from '../../../shared/protocol/account.ts';
import { refuse, type Result } from '../../../shared/result.ts';
import { useApp } from '../../app-context.ts';
import { knowsPasskeys, type PasskeyProblem, signInByPasskey } from '../../data/passkeys.ts';
import CodeForm from '../sign-in/CodeForm.tsx';
import { focusFirst } from '../sign-in/focus-first.ts';
import PasskeyButton from '../sign-in/PasskeyButton.tsx';

type Outcome = Result<unknown, PasskeyProblem>;
type Act = () => Promise<Outcome>;

export interface Proof {
  /** Does it, and says what became of it: after a proof, if one was needed; `left`, if none was given. */
  readonly attempt: (act: Act) => Promise<Outcome>;
  /** The same; what went wrong is `problem`, and what it did is `done`. */
  readonly run: (act: Act, done: ReactNode) => Promise<void>;
  /** Asks for the proof that something waits for. */
  readonly proof: ReactNode;
  readonly problem: PasskeyProblem | undefined;
  readonly done: ReactNode;
}

interface Waiting {
  readonly act: Act;
  readonly settle: (outcome: Outcome) => void;
}

/** Does what the server may want a fresh proof for, asks for one if it does, and then does it again. */
export function useProof(account: AccountView | undefined, onDone: () => void): Proof {
  const [waiting, setWaiting] = useState<Waiting>();
  const [problem, setProblem] = useState<PasskeyProblem>();
  const [done, setDone] = useState<ReactNode>();
  const tapped = useRef<Element>(undefined);

  async function attempt(act: Act): Promise<Outcome> {
    setProblem(undefined);
    setDone(undefined);
    tapped.current = document.activeElement ?? undefined;
    const outcome = await act();
    const needsProof = !outcome.ok && outcome.error.kind === 'refused' && outcome.error.code === 'step_up_needed';
    if (!needsProof) return outcome;
    return new Promise((settle) => setWaiting({ act, settle }));
  }

  async function run(act: Act, what: ReactNode): Promise<void> {
    const outcome = await attempt(act);
    if (outcome.ok) {
      setDone(what);
      onDone();
    } else if (outcome.error.kind !== 'left') setProblem(outcome.error);
  }

  const proof = waiting && account && (
    <AskForProof
      account={account}
      onProven={() => {
        setWaiting(undefined);
        void attempt(waiting.act).then(waiting.settle);
      }}
      onCancel={() => {
        setWaiting(undefined);
        waiting.settle(refuse({ kind: 'left' }));
        if (tapped.current instanceof HTMLElement) tapped.current.focus();
      }}
    />
  );
  return { attempt, run, proof, problem, done };
}

interface AskForProofProps {
  readonly account: AccountView;
  readonly onProven: () => void;
  readonly onCancel: () => void;
}

/** It comes above what was tapped, perhaps out of sight: so it takes the focus. */
function AskForProof({ account: { email, passkeys, ways }, onProven, onCancel }: AskForProofProps) {
  const { api } = useApp();
  return (
    <section className="card account-part">
      <h2 ref={focusFirst} tabIndex={-1} className="title">
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
