import { Trans } from '@lingui/react/macro';
import type { AdjustmentsView } from '../../../shared/protocol/rest.ts';
import { money } from '../../ui/format.ts';

interface WhoDoesItProps {
  readonly limits: AdjustmentsView['limits'] | undefined;
  /** Without its sign. */
  readonly size: number | undefined;
  readonly isOwn: boolean;
}

/** Whether it is done at once or waits. What this admin did before counts too: how much that was, the server knows. */
export function WhoDoesIt({ limits, size = 0, isOwn }: WhoDoesItProps) {
  if (isOwn) return <Trans>These are your own credits: another admin has to approve, within 24 hours.</Trans>;
  if (limits && size > limits.aloneMicros)
    return <Trans>Nothing moves until another admin approves, within 24 hours.</Trans>;
  if (!limits) return <Trans>Small amounts hold at once, larger ones wait for another admin.</Trans>;
  const [alone, inAll] = [money(limits.aloneMicros), money(limits.aloneInAllMicros)];
  return (
    <Trans>
      It holds at once. Past {alone} a day for one account, or {inAll} for all, it waits for another admin.
    </Trans>
  );
}
