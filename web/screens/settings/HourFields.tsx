import { Trans } from '@lingui/react/macro';
import type { Hours } from '../../../shared/model/hours.ts';
import './hour-fields.css';

interface HourFieldsProps {
  readonly hours: Hours;
  readonly onChange: (hours: Hours) => void;
}

/** From when to when, on the driver's clock. A half-typed time changes nothing. */
export function HourFields({ hours, onChange }: HourFieldsProps) {
  const set = (end: 'from' | 'to', value: string): void => {
    const [hour, minute] = value.split(':').map(Number);
    if (hour !== undefined && minute !== undefined) onChange({ ...hours, [end]: hour * 60 + minute });
  };
  return (
    <>
      <label>
        <Trans>From</Trans>
        <input
          type="time"
          required
          value={nameOf(hours.from)}
          onChange={({ target: { value } }) => set('from', value)}
        />
      </label>
      <label>
        <Trans>To</Trans>
        <input type="time" required value={nameOf(hours.to)} onChange={({ target: { value } }) => set('to', value)} />
      </label>
    </>
  );
}

/** What is shown first where there were none. */
export const DAYTIME: Hours = { from: 6 * 60, to: 23 * 60 };

/** As the field takes it. */
const nameOf = (minutes: number): string => `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
const pad = (value: number): string => String(value).padStart(2, '0');
