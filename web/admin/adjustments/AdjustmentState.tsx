import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import { unreachable } from '../../../shared/assert.ts';
import type { AdjustmentView } from '../../../shared/protocol/rest.ts';
import { when } from '../../ui/format.ts';
import { useDesk } from '../desk.ts';

/** Where it stands, and whose word that was. */
export function AdjustmentState({ adjustment }: { readonly adjustment: AdjustmentView }) {
  const { nameOf } = useDesk();
  const { state, authorId, decidedBy, expiresAt } = adjustment;
  const by = nameOf(decidedBy);
  switch (state) {
    case 'proposed': {
      const until = when(expiresAt ?? 0);
      return (
        <Marked tone="pending" note={<Trans>until {until}</Trans>}>
          <Trans>Proposed</Trans>
        </Marked>
      );
    }
    case 'done':
      return (
        <Marked tone="posted" note={decidedBy === authorId ? <Trans>alone</Trans> : <Trans>with {by}</Trans>}>
          <Trans>Done</Trans>
        </Marked>
      );
    case 'rejected':
      return (
        <Marked tone="bad" note={<Trans>by {by}</Trans>}>
          <Trans>Rejected</Trans>
        </Marked>
      );
    case 'expired':
      return (
        <Marked tone="void">
          <Trans>Expired</Trans>
        </Marked>
      );
    default:
      return unreachable(state);
  }
}

interface MarkedProps {
  readonly tone: 'pending' | 'posted' | 'bad' | 'void';
  readonly note?: ReactNode;
  readonly children: ReactNode;
}

function Marked({ tone, note, children }: MarkedProps) {
  return (
    <span>
      <span className={`mk mk--${tone}`}>{children}</span>
      {note && <small>{note}</small>}
    </span>
  );
}
