import { Trans } from '@lingui/react/macro';
import type { PolicyChangeView } from '../../../shared/protocol/rest.ts';
import { useDesk } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { Changed } from './Changed.tsx';

interface ApproveChangeProps {
  readonly change: PolicyChangeView;
  readonly onApprove: () => void;
  readonly onClose: () => void;
}

/** The second admin's yes. */
export function ApproveChange({ change: { authorId, changes }, onApprove, onClose }: ApproveChangeProps) {
  const { nameOf } = useDesk();
  const by = nameOf(authorId);
  return (
    <Dialog
      title={<Trans>Approve what {by} proposed?</Trans>}
      consequences={[
        { key: 'what', line: <Changed changes={changes} /> },
        { key: 'once', line: <Trans>It holds at once, for new work. What is pending or posted stays as it is.</Trans> },
        { key: 'log', line: <Trans>The audit log names both of you.</Trans> },
      ]}
      undo={<Trans>To undo it, press Undo in the history: the old value is proposed again.</Trans>}
      keep={<Trans>Let it wait</Trans>}
      act={<Trans>Approve</Trans>}
      onAct={onApprove}
      onClose={onClose}
    />
  );
}
