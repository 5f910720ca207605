import { Trans } from '@lingui/react/macro';

/** Over everything while this page computes at full speed: nobody should take it for a phone that keeps its promise. */
export function BenchBadge() {
  return (
    <p className="benchbadge" role="note">
      <Trans>Bench duty: full speed, for tests</Trans>
    </p>
  );
}
