import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { JoinRequest, Me } from '../../../shared/protocol/app.ts';
import { useApp } from '../../app-context.ts';
import type { Problem } from '../../data/api.ts';
import { keepsPasskeys } from '../../data/passkeys.ts';
import { Icon } from '../../ui/Icon.tsx';
import { LaneArt } from '../../ui/LaneArt.tsx';
import { Screen } from '../../ui/Screen.tsx';
import FormProblem from '../sign-in/FormProblem.tsx';
import './join.css';

const LONGEST_NAME = 24;

/** An invite becomes an account: one name, one tap. What follows is a way back to it, where the
 * phone can keep one, and the question about Shared Compute, once. */
export default function Join({ invite }: { readonly invite: string }) {
  const { t } = useLingui();
  const { api, me } = useApp();
  const [, navigate] = useLocation();
  const [name, setName] = useState('');
  const [isSending, setSending] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const field = useId();
  const isNameBad = problem?.kind === 'refused' && problem.code === 'bad_name';

  async function join(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isSending) return;
    setSending(true);
    setProblem(undefined);
    const body: JoinRequest = { invite, name: name.trim() };
    const reply = await api.post<Me>('/api/accounts', { body });
    setSending(false);
    if (!reply.ok) {
      if (reply.error.kind === 'refused' && reply.error.code === 'bad_name') document.getElementById(field)?.focus();
      return setProblem(reply.error);
    }
    const mayKeep = !reply.value.body.isKept && (await keepsPasskeys());
    navigate(mayKeep ? '/settings/account?new' : '/opt-in', { replace: true });
    me.put(reply.value.body);
  }

  return (
    <>
      <LaneArt />
      <Screen title={t`You are invited`} tabs={false} layout="one">
        <p className="lead">
          <Trans>ZeusDrive plans routes for drivers. Tell us what to call you, and you are in.</Trans>
        </p>
        <form className="joinform" onSubmit={(event) => void join(event)} noValidate>
          <div className="field">
            <label htmlFor={field}>
              <Trans>Your name</Trans>
            </label>
            <input
              id={field}
              value={name}
              onChange={(event) => setName(event.target.value)}
              autoComplete="name"
              maxLength={LONGEST_NAME * 2}
              aria-invalid={isNameBad}
              aria-describedby={`${field}-about ${field}-problem`}
            />
            <p className="meta" id={`${field}-about`}>
              <Trans>Up to 24 letters. Other phones never see it.</Trans>
            </p>
            <div id={`${field}-problem`}>
              {problem && (
                <FormProblem problem={problem}>
                  <Trans>Your invite is as good as before. Try again in a moment.</Trans>
                </FormProblem>
              )}
            </div>
          </div>
          <button type="submit" className="btn btn--cta" aria-disabled={isSending}>
            {isSending ? <Trans>Opening your account</Trans> : <Trans>Continue</Trans>}
            <Icon name="arrow-right" />
          </button>
        </form>
        {/* A page of its own: whoever opens an old link again on a new phone must not make a second account. */}
        <p className="joined">
          <Trans>Have you been here before?</Trans>{' '}
          <a className="textlink" href="/">
            <Trans>Sign in instead</Trans>
          </a>
        </p>
      </Screen>
    </>
  );
}
