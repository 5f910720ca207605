import { Trans, useLingui } from '@lingui/react/macro';
import { type FormEvent, useId, useState } from 'react';
import type { FeedbackRequest, Me } from '../../../shared/protocol/app.ts';
import { useApp } from '../../app-context.ts';
import type { Problem } from '../../data/api.ts';
import { deviceState } from '../../data/device-state.ts';
import { useObservable } from '../../hooks/useObservable.ts';
import { useP2pCompute } from '../../hooks/useP2pCompute.ts';
import { when, whole } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Screen } from '../../ui/Screen.tsx';
import { Segment } from '../../ui/Segment.tsx';
import { Empty, Failure } from '../../ui/states.tsx';
import { Attached } from './Attached.tsx';
import { keepDraft, readDraft } from './draft.ts';
import './feedback.css';

/** As the server takes it, by its policy. */
const MOST_LETTERS = 2_000;

type Sending = 'writing' | 'sending' | { readonly sentAs: number } | Problem;

/** A text, and what goes along with it in plain sight. What could not be sent stays, here and on the phone. */
export default function Feedback({ me }: { readonly me: Me }) {
  const { t } = useLingui();
  const { api, connection: connectionState } = useApp();
  const connection = useObservable(connectionState);
  const { view } = useP2pCompute();
  const [draft, setDraft] = useState(() => readDraft(me.accountId));
  const [sending, setSending] = useState<Sending>('writing');
  const id = useId();
  const letters = Array.from(draft.text.trim()).length;
  const isTooLong = letters > MOST_LETTERS;
  const attached = deviceState(view, connection.isOnline);
  const isSending = sending === 'sending';

  function change(changed: Partial<typeof draft>): void {
    const next = { ...draft, ...changed };
    setDraft(next);
    setSending('writing');
    keepDraft(next);
  }

  async function send(): Promise<void> {
    if (isSending) return;
    if (letters === 0 || isTooLong) return document.getElementById(id)?.focus();
    setSending('sending');
    const body: FeedbackRequest = { kind: draft.kind, text: draft.text, attached };
    const reply = await api.post<{ readonly feedbackId: number }>('/api/feedback', { body });
    if (!reply.ok) return setSending(reply.error);
    const empty = { ...draft, text: '' };
    setDraft(empty);
    keepDraft(empty);
    setSending({ sentAs: reply.value.body.feedbackId });
  }

  const [length, most] = [whole(letters), whole(MOST_LETTERS)];
  const since = when(connection.isOnline ? 0 : connection.since);
  return (
    <Screen
      title={t`Feedback`}
      back="/settings"
      layout="one"
      dock={
        <button type="submit" form={`${id}-form`} className="btn btn--cta" aria-disabled={isSending}>
          {isSending ? <Trans>Sending</Trans> : <Trans>Send</Trans>}
        </button>
      }
    >
      {typeof sending === 'object' && 'sentAs' in sending && <Sent number={sending.sentAs} />}
      {typeof sending === 'object' && 'kind' in sending && (
        <Failure problem={sending} onRetry={() => void send()}>
          <Trans>It is not sent. Your text is kept here, also when you close the app.</Trans>
        </Failure>
      )}
      {!connection.isOnline && (
        <p className="meta pad" role="status">
          <Trans>Offline since {since}. Write now and send later: the text is kept on this phone.</Trans>
        </p>
      )}
      <Segment
        label={t`What it is`}
        value={draft.kind}
        options={[
          { value: 'problem', text: t`A problem` },
          { value: 'idea', text: t`An idea` },
          { value: 'other', text: t`Other` },
        ]}
        onChange={(kind) => change({ kind })}
      />
      <form
        id={`${id}-form`}
        className="field feedback"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void send();
        }}
      >
        <label htmlFor={id}>
          <Trans>What should we know?</Trans>
        </label>
        <textarea
          id={id}
          value={draft.text}
          onChange={({ target }) => change({ text: target.value })}
          dir="auto"
          aria-invalid={isTooLong}
          aria-describedby={`${id}-length`}
        />
        <p id={`${id}-length`} className={isTooLong ? 'err' : 'meta'} aria-live={isTooLong ? 'polite' : 'off'}>
          {isTooLong ? (
            <>
              <Icon name="octagon-x" size="s" />
              <Trans>
                This is too long: {length} characters, and we take {most}. Nothing is cut; shorten it yourself.
              </Trans>
            </>
          ) : (
            <Trans>
              {length} of {most} characters
            </Trans>
          )}
        </p>
      </form>
      <Attached state={attached} />
    </Screen>
  );
}

function Sent({ number }: { readonly number: number }) {
  return (
    <div role="status">
      <Empty title={<Trans>Sent. Thank you</Trans>}>
        <Trans>It is message {number}, and a person reads it. We cannot answer here yet.</Trans>
      </Empty>
    </div>
  );
}
