import { Trans } from '@lingui/react/macro';
import type { PasskeyProblem } from '../../data/passkeys.ts';
import { Icon } from '../../ui/Icon.tsx';

/** Why somebody is not in, or a way in was not added: what failed, and the next step. */
export default function SignInProblem({ problem }: { readonly problem: PasskeyProblem }) {
  return (
    <div className="field" role="alert">
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
    </div>
  );
}

function What({ problem }: { readonly problem: PasskeyProblem }) {
  if (problem.kind === 'declined') return <Trans>No passkey was shown.</Trans>;
  if (problem.kind === 'unreached') return <Trans>No answer from us</Trans>;
  if (problem.kind === 'broken') return <Trans>Something is broken on our side</Trans>;
  switch (problem.code) {
    case 'bad_passkey':
      return <Trans>This passkey was not accepted.</Trans>;
    case 'bad_code':
      return <Trans>This code is wrong, used or has run out.</Trans>;
    case 'bad_email':
    case 'bad_request':
      return <Trans>This cannot be an email address with a code.</Trans>;
    case 'too_many_attempts':
      return <Trans>Too many attempts.</Trans>;
    case 'last_way_in':
      return <Trans>This is the only way back to your account.</Trans>;
    default:
      return <>{problem.message}</>;
  }
}

function Next({ problem }: { readonly problem: PasskeyProblem }) {
  if (problem.kind === 'declined') return <Trans>Try again, or use another way in.</Trans>;
  if (problem.kind !== 'refused') return <Trans>Nothing was changed. Try again in a moment.</Trans>;
  switch (problem.code) {
    case 'bad_passkey':
      return <Trans>It may belong to an account that is closed. Use another way in.</Trans>;
    case 'bad_code':
      return <Trans>Look at the newest message, or ask for another code.</Trans>;
    case 'bad_email':
    case 'bad_request':
      return <Trans>Look at it again: name@example.com, and six digits.</Trans>;
    case 'too_many_attempts':
      return <Trans>Wait ten minutes, then try again.</Trans>;
    case 'last_way_in':
      return <Trans>Add another one first.</Trans>;
    default:
      return <Trans>Nothing was changed.</Trans>;
  }
}
