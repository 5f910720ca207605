import { Trans, useLingui } from '@lingui/react/macro';
import type { PolicyBody, PolicyFieldView } from '../../../shared/protocol/rest.ts';
import { useState } from 'react';
import { Dialog, WhyField, whyFrom } from '../Dialog.tsx';
import { consequenceLines } from './Consequences.tsx';
import { shown, wordsOf } from './field-words.ts';
import { usePreview } from './preview.ts';

interface ChangeFieldProps {
  readonly field: PolicyFieldView;
  readonly onPropose: (body: PolicyBody) => void;
  readonly onClose: () => void;
}

export function ChangeField({ field, onPropose, onClose }: ChangeFieldProps) {
  const { i18n } = useLingui();
  const [typed, setTyped] = useState(String(field.value));
  const value = Number(typed);
  const isFine = typed !== '' && Number.isInteger(value) && value >= field.least && value <= field.most;
  const preview = usePreview(isFine && value !== field.value ? { [field.name]: value } : undefined);
  const words = wordsOf(field.name);
  const name = words ? i18n._(words.name) : field.name;
  const [now, least, most] = [field.value, field.least, field.most].map((value) => shown(field.name, value));
  return (
    <Dialog
      title={<Trans>Change: {name}?</Trans>}
      consequences={[
        {
          key: 'now',
          line: (
            <Trans>
              Now {now}. It may be {least} to {most}.
            </Trans>
          ),
        },
        ...consequenceLines(preview, field.isMoney),
      ]}
      undo={<Trans>To undo it, press Undo in the history: the old value is proposed again.</Trans>}
      keep={<Trans>Keep it</Trans>}
      isWaiting={preview.state === 'asked'}
      act={field.isMoney ? <Trans>Propose</Trans> : <Trans>Change</Trans>}
      onAct={(fields) => onPropose({ changes: { [field.name]: Number(fields.get('value')) }, reason: whyFrom(fields) })}
      onClose={onClose}
    >
      <div className="desk-field">
        <label htmlFor="new-value">
          <Trans>New value</Trans>
          {words && ` (${i18n._(words.unit)})`}
        </label>
        <input
          id="new-value"
          name="value"
          type="number"
          inputMode="numeric"
          step={1}
          min={field.least}
          max={field.most}
          value={typed}
          onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          required
        />
      </div>
      <WhyField />
    </Dialog>
  );
}
