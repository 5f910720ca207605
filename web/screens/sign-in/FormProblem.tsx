import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { PasskeyProblem } from '../../data/passkeys.ts';
import { Icon } from '../../ui/Icon.tsx';
import { ProblemTitle } from '../../ui/states.tsx';

interface FormProblemProps {
  readonly problem: PasskeyProblem;
  /** What it means that the browser's question was closed. */
  readonly declined?: ReactNode;
  /** What is safe when nothing was heard from us. */
  readonly children?: ReactNode;
}

/** Why a form did not do what it was sent for, beside the field: what failed, and the next step. */
export default function FormProblem({ problem, declined, children }: FormProblemProps) {
  if (problem.kind === 'left') return undefined;
  return (
    <div className="field" role="alert">
      <div className="err">
        <Icon name="octagon-x" size="s" />
        <p>
          <b>
            {problem.kind === 'declined' ? (
              (declined ?? <Trans>No passkey was shown.</Trans>)
            ) : (
              <ProblemTitle problem={problem} />
            )}
          </b>
          {problem.kind === 'declined' && (
            <span>
              <Trans>Try again, or use another way in.</Trans>
            </span>
          )}
          {(problem.kind === 'unreached' || problem.kind === 'broken') && (
            <span>{children ?? <Trans>Nothing was changed. Try again in a moment.</Trans>}</span>
          )}
        </p>
      </div>
    </div>
  );
}
