import { msg } from '@lingui/core/macro';
import type { MessageDescriptor } from '@lingui/core';
import { Trans, useLingui } from '@lingui/react/macro';
import type { AskFailed } from '../../hooks/useAsking.ts';
import type { LocalFailure } from '../../local/messages.ts';
import { Icon } from '../../ui/Icon.tsx';
import { Failure } from '../../ui/states.tsx';

interface AskFailureProps {
  readonly failure: AskFailed;
  readonly onRetry: () => void;
  readonly onToPool: () => void;
}

/** The stops stay in the field whatever failed; the one next step stands below. */
export function AskFailure({ failure, onRetry, onToPool }: AskFailureProps) {
  if (failure.where === 'phone') return <PhoneFailure reason={failure.reason} onRetry={onRetry} onToPool={onToPool} />;
  const { problem } = failure;
  return (
    <Failure problem={problem} onRetry={onRetry}>
      {problem.kind === 'unreached' ? (
        <Trans>Your stops are still here. Sent again, they are one request, never two.</Trans>
      ) : (
        <Trans>Your stops are still here.</Trans>
      )}
    </Failure>
  );
}

const WHY: Readonly<Record<LocalFailure, MessageDescriptor>> = {
  no_kernel: msg`What this phone needs to compute it did not load.`,
  kernel_differs: msg`What loaded is not what we published, so none of it was run.`,
  cannot_run: msg`This browser cannot compute it.`,
};

interface PhoneFailureProps {
  readonly reason: LocalFailure;
  readonly onRetry: () => void;
  readonly onToPool: () => void;
}

function PhoneFailure({ reason, onRetry, onToPool }: PhoneFailureProps) {
  const { i18n } = useLingui();
  return (
    <section className="card state" role="alert">
      <p className="t">
        <Icon name="octagon-x" />
        <Trans>No answer on this phone</Trans>
      </p>
      <p className="meta">
        {i18n._(WHY[reason])} <Trans>Your stops are still here, and went nowhere.</Trans>
      </p>
      {reason === 'no_kernel' ? (
        <button type="button" className="btn btn--line btn--sm" onClick={onRetry}>
          <Trans>Try again</Trans>
        </button>
      ) : (
        <button type="button" className="btn btn--line btn--sm" onClick={onToPool}>
          <Trans>Ask the pool instead</Trans>
        </button>
      )}
    </section>
  );
}
