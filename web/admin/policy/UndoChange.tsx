import { Trans } from '@lingui/react/macro';
import type { PolicyBody, PolicyChangeView, PolicyView } from '../../../shared/protocol/rest.ts';
import { Dialog, WhyField } from '../Dialog.tsx';
import { whyFrom } from './ChangeField.tsx';
import { Changed } from './Changed.tsx';
import { changeConsequences } from './Consequences.tsx';
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
  return (
    <Dialog
      title={<Trans>Set it back?</Trans>}
      consequences={[{ key: 'back', line: <Changed changes={changes} /> }, ...changeConsequences(isMoney)]}
      keep={<Trans>Keep it</Trans>}
      act={isMoney ? <Trans>Propose</Trans> : <Trans>Set it back</Trans>}
      onAct={(fields) => onPropose({ changes, reason: whyFrom(fields) })}
      onClose={onClose}
    >
      <WhyField />
    </Dialog>
  );
}
