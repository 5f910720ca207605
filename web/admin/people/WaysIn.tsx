import { Plural, Trans } from '@lingui/react/macro';
import type { PersonView } from '../../../shared/protocol/account.ts';

/** How somebody comes back: never which address. */
export function WaysIn({ passkeys, hasEmail }: Pick<PersonView, 'passkeys' | 'hasEmail'>) {
  if (passkeys === 0 && !hasEmail) return <Trans>none</Trans>;
  return (
    <span>
      {passkeys > 0 && <Plural value={passkeys} one="# passkey" other="# passkeys" />}
      {passkeys > 0 && hasEmail && ', '}
      {hasEmail && <Trans>email</Trans>}
    </span>
  );
}
