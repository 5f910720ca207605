import { Plural, Trans } from '@lingui/react/macro';
import { type FormEvent, useId, useRef, useState } from 'react';
import type { AccountView } from '../../../shared/protocol/account.ts';
import type { EraseRequest, ErasureView, Me } from '../../../shared/protocol/app.ts';
import { useApp } from '../../app-context.ts';
import { beginAnew } from '../../boot/begin-anew.ts';
import type { PasskeyProblem } from '../../data/passkeys.ts';
import { ERASED, leaving } from '../../data/signed-out.ts';
import { money } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { useProof } from '../account/useProof.tsx';
import FormProblem from '../sign-in/FormProblem.tsx';
import { clearPhone } from './clear-phone.ts';
import '../join/join.css';
import '../account/account.css';

interface EraseCardProps {
  readonly me: Me;
  readonly what: ErasureView;
}

/** What would go, in numbers; then, in a dialog, the name typed. */
export function EraseCard({ me, what }: EraseCardProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = (): void => {
    dialog.current?.showModal();
    // What it takes is read before the keyboard comes up over it.
    dialog.current?.querySelector('h2')?.focus();
  };
  return (
    <section className="card mine">
      <h2>
        <Trans>Erase it</Trans>
      </h2>
      <Consequences what={what} />
      <button type="button" className="btn btn--line" onClick={open}>
        <Trans>Erase my data</Trans>
      </button>
      <EraseDialog me={me} what={what} dialog={dialog} />
    </section>
  );
}

/** Credits first: nobody loses money without having read the amount. */
function Consequences({ what: { devices, jobs, pendingMicros, postedMicros } }: { readonly what: ErasureView }) {
  const lost = money(pendingMicros + postedMicros);
  const pending = money(pendingMicros);
  return (
    <ul className="erase-list">
      <li>
        <Icon name="wallet" />
        {pendingMicros + postedMicros === 0 ? (
          <Trans>You have no credits to lose.</Trans>
        ) : (
          <Trans>
            You lose {lost} in credits, {pending} of it pending. They go back to the programme.
          </Trans>
        )}
      </li>
      {devices > 0 && (
        <li>
          <Icon name="smartphone" />
          <Plural value={devices} one="# phone stops at once" other="# phones stop at once" />
        </li>
      )}
      {jobs > 0 && (
        <li>
          <Icon name="route" />
          <Plural value={jobs} one="# request with its answer goes" other="# requests with their answers go" />
        </li>
      )}
      <li>
        <Icon name="power" />
        <Trans>You are signed out everywhere, and nothing leads back to this account.</Trans>
      </li>
      <li>
        <Icon name="clock" />
        <span>
          <Trans>Parts that phones are computing right now are gone within half an hour.</Trans>
        </span>
      </li>
      <li>
        <Icon name="receipt-text" />
        <span>
          <Trans>What was moved stays in the books under a number that leads to nobody.</Trans>
        </span>
      </li>
    </ul>
  );
}

/** As the server would say it. */
const OTHER_NAME: PasskeyProblem = { kind: 'refused', status: 422, code: 'name_differs', message: '' };

interface EraseDialogProps extends EraseCardProps {
  readonly dialog: React.RefObject<HTMLDialogElement | null>;
}

/** Esc and Keep leave everything as it is; the focus goes back to the button. */
function EraseDialog({ me: { name }, what, dialog }: EraseDialogProps) {
  const { api, compute } = useApp();
  const [typed, setTyped] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<PasskeyProblem>();
  const [account, setAccount] = useState<AccountView>();
  const proof = useProof(account, () => undefined);
  const field = useId();
  const isMatching =
    typed
      .normalize('NFKC')
      .replaceAll(/[\uFE0E\uFE0F]/g, '')
      .trim() === name; // as the server keeps names

  async function erase(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isSending) return;
    if (!isMatching) {
      setProblem(OTHER_NAME);
      return document.getElementById(field)?.focus();
    }
    setSending(true);
    setProblem(undefined);
    const stay = leaving();
    const body: EraseRequest = { name: typed.trim() };
    const own = await api.get<AccountView>('/api/account'); // how a proof can be given, if one is wanted
    if (own.ok) setAccount(own.value.body);
    const reply = own.ok ? await proof.attempt(() => api.post<ErasureView>('/api/me/erase', { body })) : own;
    if (!reply.ok && !(reply.error.kind === 'refused' && reply.error.status === 401)) {
      stay();
      setSending(false);
      return setProblem(reply.error);
    }
    // Signed out already: an erasure whose answer was lost. Nothing of this page may write to the phone any more.
    await compute.disable().catch(() => undefined);
    await clearPhone();
    beginAnew(`/?${ERASED}`);
  }

  function forget(): void {
    setTyped('');
    setProblem(undefined);
  }

  return (
    <dialog ref={dialog} className="erase-dialog" aria-labelledby={`${field}-title`} onClose={forget}>
      <h2 id={`${field}-title`} tabIndex={-1}>
        <Trans>Erase for good?</Trans>
      </h2>
      {proof.proof}
      <form onSubmit={(event) => void erase(event)} noValidate hidden={Boolean(proof.proof)}>
        <Consequences what={what} />
        <div className="field">
          <label htmlFor={field}>
            <Trans>Type your name, {name}, to erase</Trans>
          </label>
          <input
            id={field}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            autoComplete="off"
            aria-describedby={`${field}-problem`}
          />
        </div>
        <div id={`${field}-problem`}>
          {problem && (
            <FormProblem problem={problem}>
              <Trans>It could not be erased just now. Nothing is lost: try again.</Trans>
            </FormProblem>
          )}
        </div>
        <button type="submit" className="btn btn--danger" aria-disabled={isSending || !isMatching}>
          {isSending ? <Trans>Erasing</Trans> : <Trans>Erase everything</Trans>}
        </button>
        <button type="button" className="btn btn--line" onClick={() => dialog.current?.close()}>
          <Trans>Keep it</Trans>
        </button>
      </form>
    </dialog>
  );
}
