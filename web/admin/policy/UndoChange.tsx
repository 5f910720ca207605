import { Trans } from '@lingui/react/macro';
import type { PolicyBody, PolicyChangeView, PolicyView } from '../../../shared/protocol/rest.ts';
import { Dialog, WhyField, whyFrom } from '../Dialog.tsx';
import { Changed } from './Changed.tsx';
import { consequenceLines } from './Consequences.tsx';
import { usePreview } from './preview.ts';
import { undoOf } from './undo.ts';

interface UndoChangeProps {
  readonly policy: PolicyView;
  readonly change: PolicyChangeView;
  readonly onPropose: (body: PolicyBody) => void;
  readonly onClose: () => void;
}

/** To undo a change is another change, under the same rule. */
export function UndoChange({ policy, change, onPropose, onClose }: UndoChangeProps) {
  const changes = undoOf(change, policy.changes);
  const isMoney = policy.fields.some((field) => field.isMoney && field.name in changes);
  const preview = usePreview(changes);
  return (
    <Dialog
      title={<Trans>Set it back?</Trans>}
      consequences={[{ key: 'back', line: <Changed changes={changes} /> }, ...consequenceLines(preview, isMoney)]}
      keep={<Trans>Keep it</Trans>}
      isWaiting={preview.state === 'asked'}
      act={isMoney ? <Trans>Propose</Trans> : <Trans>Set it back</Trans>}
      onAct={(fields) => onPropose({ changes, reason: whyFrom(fields) })}
      onClose={onClose}
    >
      <WhyField />
    </Dialog>
  );
}
