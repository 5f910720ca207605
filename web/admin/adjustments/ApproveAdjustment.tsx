import { Trans } from '@lingui/react/macro';
import type { AdjustmentView } from '../../../shared/protocol/rest.ts';
import { money } from '../../ui/format.ts';
import { useDesk } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { NewBalance } from './NewBalance.tsx';
import { usePosted } from './posted.ts';

interface ApproveAdjustmentProps {
  readonly adjustment: AdjustmentView;
  readonly onApprove: () => void;
  readonly onClose: () => void;
}

/** The second admin's yes. */
export function ApproveAdjustment({ adjustment, onApprove, onClose }: ApproveAdjustmentProps) {
  const { nameOf } = useDesk();
  const { accountId, authorId, micros, reason } = adjustment;
  const posted = usePosted(accountId);
  const [by, name, amount] = [nameOf(authorId), nameOf(accountId), money(Math.abs(micros))];
  return (
    <Dialog
      title={<Trans>Approve what {by} proposed?</Trans>}
      consequences={[
        {
          key: 'what',
          line:
            micros < 0 ? (
              <Trans>
                <b>{amount}</b> is taken from <bdi>{name}</bdi>.
              </Trans>
            ) : (
              <Trans>
                <b>{amount}</b> is given to <bdi>{name}</bdi>.
              </Trans>
            ),
        },
        { key: 'balance', line: <NewBalance posted={posted} micros={micros} /> },
        {
          key: 'why',
          line: (
            <Trans>
              {name} reads why: <bdi className="desk-text">{reason}</bdi>
            </Trans>
          ),
        },
        { key: 'log', line: <Trans>The audit log names both of you.</Trans> },
      ]}
      undo={<Trans>To undo it, adjust it the other way round.</Trans>}
      keep={<Trans>Let it wait</Trans>}
      act={<Trans>Approve</Trans>}
      onAct={onApprove}
      onClose={onClose}
    />
  );
}
