import { Trans } from '@lingui/react/macro';
import { money } from '../../ui/format.ts';

interface NewBalanceProps {
  readonly posted: number | undefined;
  /** Nothing while no amount is written. */
  readonly micros: number | undefined;
}

/** What is posted, and what it becomes: said before it is done. */
export function NewBalance({ posted, micros }: NewBalanceProps) {
  if (posted === undefined) return <Trans>Getting what is posted.</Trans>;
  const now = money(posted);
  if (micros === undefined) return <Trans>Posted now: {now}.</Trans>;
  const after = money(posted + micros);
  if (posted + micros < 0) return <Trans>Posted now: {now}. No more than that can be taken.</Trans>;
  return (
    <Trans>
      Posted now: {now}. Then: <b>{after}</b>.
    </Trans>
  );
}
