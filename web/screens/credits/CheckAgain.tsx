import { Trans } from '@lingui/react/macro';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { AppealOutcome, AppealReply, EvidenceView } from '../../../shared/protocol/app.ts';
import { useApp } from '../../app-context.ts';
import type { Problem } from '../../data/api.ts';
import { money, when } from '../../ui/format.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Failure } from '../../ui/states.tsx';

interface CheckAgainProps {
  readonly evidence: EvidenceView;
  /** It has been decided: what was shown of it is old. */
  readonly onDecided: () => void;
}

/** One tap, once: the piece is computed again, from nothing, and what comes out stands. */
export function CheckAgain({ evidence, onDecided }: CheckAgainProps) {
  const { api, credits } = useApp();
  const [isChecking, setChecking] = useState(false);
  const [outcome, setOutcome] = useState<AppealOutcome>();
  const [problem, setProblem] = useState<Problem>();

  async function check(): Promise<void> {
    if (isChecking) return;
    setChecking(true);
    setProblem(undefined);
    const reply = await api.post<AppealReply>(`/api/evidence/${evidence.evidenceId}/appeal`, {});
    setChecking(false);
    // From another tab, or a tap whose reply was lost: what was decided then is shown.
    const isDecided = reply.ok || (reply.error.kind === 'refused' && reply.error.code === 'already_appealed');
    if (reply.ok) setOutcome(reply.value.body.outcome);
    if (!isDecided) return setProblem(reply.error);
    void credits.refresh();
    onDecided();
  }

  const decided = outcome ?? evidence.appeal?.outcome;
  if (decided) return <Decided outcome={decided} evidence={evidence} />;
  if (evidence.kernelUrl === null) return <CannotBeChecked />;
  if (problem) {
    return (
      <Failure problem={problem} onRetry={() => void check()}>
        <Trans>Nothing was decided. You can still have it checked.</Trans>
      </Failure>
    );
  }
  return (
    <section className="card state" aria-busy={isChecking}>
      <p className="t">
        <Trans>Do you think we are wrong?</Trans>
      </p>
      <p className="meta" role="status">
        {isChecking ? (
          <Trans>Computing that piece once more, from nothing.</Trans>
        ) : (
          <Trans>
            We compute that piece once more, from nothing, while you wait. It takes a second, it can be done once, and
            asking never counts against you.
          </Trans>
        )}
      </p>
      <button type="button" className="btn btn--cta btn--sm" aria-disabled={isChecking} onClick={() => void check()}>
        <Icon name="rotate-cw" />
        {isChecking ? <Trans>Checking</Trans> : <Trans>Check it again</Trans>}
      </button>
    </section>
  );
}

function Decided({ outcome, evidence }: { readonly outcome: AppealOutcome; readonly evidence: EvidenceView }) {
  const amount = money(evidence.voided.amountMicros);
  if (outcome === 'granted') {
    return (
      <Said evidence={evidence} title={<Trans>This phone was right</Trans>}>
        <Trans>We were wrong, and we are sorry. {amount} is posted.</Trans>
      </Said>
    );
  }
  return (
    <Said evidence={evidence} title={<Trans>The second look found the same</Trans>}>
      {evidence.ruling === 'fraud' ? (
        <Trans>So this phone stays stopped. Your account, your other phones and what is posted stay as they are.</Trans>
      ) : (
        <Trans>So it stays voided, and nothing else follows. The phone goes on as before.</Trans>
      )}
    </Said>
  );
}

interface SaidProps {
  readonly evidence: EvidenceView;
  readonly title: ReactNode;
  readonly children: ReactNode;
}

function Said({ evidence, title, children }: SaidProps) {
  const { appeal } = evidence;
  const time = appeal && when(appeal.at);
  return (
    <section className="card state" role="status">
      <p className="t">
        <Icon name="circle-check" />
        {title}
      </p>
      <p className="meta">{children}</p>
      {time && (
        <p className="meta">
          <Trans>Checked again {time}.</Trans>
        </p>
      )}
    </section>
  );
}

function CannotBeChecked() {
  return (
    <section className="card state">
      <p className="t">
        <Trans>It cannot be checked again by itself</Trans>
      </p>
      <p className="meta">
        <Trans>The program that computed it has been replaced since. Write to us, and a person looks at it.</Trans>
      </p>
      <Link className="textlink" href="/settings/feedback">
        <Trans>Write to us</Trans>
      </Link>
    </section>
  );
}
