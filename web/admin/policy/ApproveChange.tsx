import { Trans } from '@lingui/react/macro';
import type { PolicyChangeView } from '../../../shared/protocol/rest.ts';
import { useDesk } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { Changed } from './Changed.tsx';
import { decisionLines } from './Consequences.tsx';
import { usePreview } from './preview.ts';

interface ApproveChangeProps {
  readonly change: PolicyChangeView;
  readonly onApprove: () => void;
  readonly onClose: () => void;
}

/** The second admin's yes. */
export function ApproveChange({ change: { authorId, changes, reason }, onApprove, onClose }: ApproveChangeProps) {
  const { nameOf } = useDesk();
  const by = nameOf(authorId);
  const preview = usePreview(changes);
  return (
    <Dialog
      title={<Trans>Approve what {by} proposed?</Trans>}
      consequences={[
        { key: 'what', line: <Changed changes={changes} /> },
        {
          key: 'why',
          line: (
            <Trans>
              Why: <bdi>{reason}</bdi>
            </Trans>
          ),
        },
        ...decisionLines(preview),
        { key: 'once', line: <Trans>It holds at once, for new work.</Trans> },
        { key: 'log', line: <Trans>The audit log names both of you.</Trans> },
      ]}
      undo={<Trans>To undo it, press Undo in the history: the old value is proposed again.</Trans>}
      keep={<Trans>Let it wait</Trans>}
      isWaiting={preview.state === 'asked'}
      act={<Trans>Approve</Trans>}
      onAct={onApprove}
      onClose={onClose}
    />
  );
}
