import { Trans } from '@lingui/react/macro';
import type { Problem } from '../../data/api.ts';
import { Icon } from '../../ui/Icon.tsx';

/** Why an invite did not become an account, beside the field: what failed, and the next step. */
export function JoinProblem({ problem }: { readonly problem: Problem }) {
  return (
    <div className="err">
      <Icon name="octagon-x" size="s" />
      <p>
        <b>
          <What problem={problem} />
        </b>
        <span>
          <Next problem={problem} />
        </span>
      </p>
    </div>
  );
}

function What({ problem }: { readonly problem: Problem }) {
  if (problem.kind === 'unreached') return <Trans>No answer from us</Trans>;
  if (problem.kind === 'broken') return <Trans>Something is broken on our side</Trans>;
  switch (problem.code) {
    case 'invite_unknown':
      return <Trans>This invite does not exist, or has run out.</Trans>;
    case 'invite_used':
      return <Trans>This invite has been used already.</Trans>;
    case 'bad_name':
      return <Trans>This cannot be a name.</Trans>;
    default:
      return <>{problem.message}</>;
  }
}

function Next({ problem }: { readonly problem: Problem }) {
  if (problem.kind !== 'refused') return <Trans>Your invite is as good as before. Try again in a moment.</Trans>;
  if (problem.code === 'bad_name') return <Trans>Write 1 to 24 letters, without control characters.</Trans>;
  return <Trans>Ask whoever invited you for a new one.</Trans>;
}
