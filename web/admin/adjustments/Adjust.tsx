import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { AdjustmentBody, AdjustmentsView } from '../../../shared/protocol/rest.ts';
import { readDollars } from '../../../shared/read-dollars.ts';
import { money } from '../../ui/format.ts';
import { Segment } from '../../ui/Segment.tsx';
import { useDesk } from '../desk.ts';
import { Dialog } from '../Dialog.tsx';
import { NewBalance } from './NewBalance.tsx';
import { usePosted } from './posted.ts';
import { WhoDoesIt } from './WhoDoesIt.tsx';

interface AdjustProps {
  readonly accountId: number;
  readonly limits: AdjustmentsView['limits'] | undefined;
  readonly onAdjust: (body: AdjustmentBody) => void;
  readonly onClose: () => void;
}

/** How much, which way and why; with what it comes to, while it is written. */
export function Adjust({ accountId, limits, onAdjust, onClose }: AdjustProps) {
  const { t } = useLingui();
  const { me, nameOf } = useDesk();
  const [way, setWay] = useState<'give' | 'take'>('give');
  const [text, setText] = useState('');
  const posted = usePosted(accountId);
  const size = readDollars(text) || undefined; // nothing is no amount either
  const micros = size && (way === 'give' ? size : -size);
  const name = nameOf(accountId);
  const most = limits && money(limits.mostMicros);
  return (
    <Dialog
      title={<Trans>Adjust the credits of {name}?</Trans>}
      consequences={[
        { key: 'balance', line: <NewBalance posted={posted} micros={micros} /> },
        {
          key: 'who',
          line: <WhoDoesIt limits={limits} size={size} isOwn={accountId === me.accountId} />,
        },
        {
          key: 'budget',
          line:
            way === 'give' ? (
              <Trans>It comes out of the budget. What is pending stays as it is.</Trans>
            ) : (
              <Trans>It goes back into the budget. What is pending stays as it is.</Trans>
            ),
        },
      ]}
      undo={<Trans>To undo it, adjust it the other way round.</Trans>}
      keep={<Trans>Keep the credits</Trans>}
      act={way === 'give' ? <Trans>Give credits</Trans> : <Trans>Take credits</Trans>}
      onAct={(fields) => {
        if (micros !== undefined) onAdjust({ accountId, micros, reason: reasonFrom(fields) });
      }}
      onClose={onClose}
    >
      <Segment
        label={t`Which way`}
        value={way}
        options={[
          { value: 'give', text: t`Give` },
          { value: 'take', text: t`Take` },
        ]}
        onChange={setWay}
      />
      <div className="desk-field">
        <label htmlFor="dollars">{most ? <Trans>Dollars, at most {most}</Trans> : <Trans>Dollars</Trans>}</label>
        <input
          id="dollars"
          inputMode="decimal"
          autoComplete="off"
          required
          pattern="\s*\d{1,7}(\.\d{1,6})?\s*"
          title={t`Dollars such as 5 or 5.25`}
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
      </div>
      <div className="desk-field">
        <label htmlFor="reason">
          <Trans>Why; {name} reads it</Trans>
        </label>
        <input id="reason" name="reason" required maxLength={300} pattern=".*\S.*" autoComplete="off" />
      </div>
    </Dialog>
  );
}

const reasonFrom = (fields: FormData): string => {
  const reason = fields.get('reason');
  return typeof reason === 'string' ? reason : '';
};
