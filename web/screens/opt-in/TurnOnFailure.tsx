import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { CannotTest, TurnOnProblem } from '../../data/device.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Failure } from '../../ui/states.tsx';
import { unsupportedSentence } from '../home/unsupported.ts';

interface TurnOnFailureProps {
  readonly problem: TurnOnProblem;
  readonly onRetry: () => void;
}

/** Why it is still off, what is safe, and one next step. Nobody is blamed: hardware and browsers differ. */
export default function TurnOnFailure({ problem, onRetry }: TurnOnFailureProps) {
  if (problem.kind === 'stopped') return undefined;
  if (problem.kind === 'phone') return <CannotTestHere reason={problem.reason} onRetry={onRetry} />;
  if (problem.kind === 'refused' && problem.code === 'self_test_failed')
    return <ComputesDifferently onRetry={onRetry} />;
  return (
    <Failure problem={problem} onRetry={onRetry}>
      <Trans>Shared Compute is still off. Nothing runs.</Trans>
    </Failure>
  );
}

function ComputesDifferently({ onRetry }: { readonly onRetry: () => void }) {
  return (
    <Card title={<Trans>This phone computes differently</Trans>} button={<Trans>Test again</Trans>} onRetry={onRetry}>
      <Trans>
        Its test gave other numbers than ours. So it gets no work, and no blame: some hardware and some browsers differ.
        A newer version of the browser may help. Asking works as before.
      </Trans>
    </Card>
  );
}

/** What this phone lacks has its sentence on Home already. */
const WHY: Readonly<
  Record<
    Exclude<CannotTest, 'insecure_context' | 'no_webassembly' | 'webassembly_refused' | 'no_worker' | 'no_storage'>,
    MessageDescriptor
  >
> = {
  wrong_kernel: msg`What loaded is not what we published, so none of it was run.`,
  bad_kernel: msg`This browser does not take the program that computes.`,
  worker_broken: msg`The test did not come to its end.`,
};

function CannotTestHere({ reason, onRetry }: { readonly reason: CannotTest; readonly onRetry: () => void }) {
  const { i18n } = useLingui();
  const why = reason in WHY ? WHY[reason as keyof typeof WHY] : unsupportedSentence(reason);
  return (
    <Card title={<Trans>This phone could not be tested</Trans>} button={<Trans>Try again</Trans>} onRetry={onRetry}>
      {i18n._(why)} <Trans>Shared Compute is still off. Asking works as before.</Trans>
    </Card>
  );
}

interface CardProps {
  readonly title: ReactNode;
  readonly button: ReactNode;
  readonly onRetry: () => void;
  readonly children: ReactNode;
}

function Card({ title, button, onRetry, children }: CardProps) {
  return (
    <section className="card state" role="alert">
      <p className="t">
        <Icon name="octagon-x" />
        {title}
      </p>
      <p className="meta">{children}</p>
      <button type="button" className="btn btn--line btn--sm" onClick={onRetry}>
        {button}
      </button>
    </section>
  );
}
