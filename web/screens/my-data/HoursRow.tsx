import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { areHoursWithin, type Hours } from '../../../shared/model/hours.ts';
import { DAYTIME, HourFields } from '../settings/HourFields.tsx';
import { hoursText } from '../settings/hours-text.ts';

interface HoursRowProps {
  /** Nothing = any hour. */
  readonly hours: Hours | null;
  readonly onNarrow: (hours: Hours) => void;
}

/**
 * The hours agreed to, and fewer of them. Two fields are typed into one after the other, so nothing holds before the button:
 * going back would take the text.
 */
export function HoursRow({ hours, onNarrow }: HoursRowProps) {
  const { t } = useLingui();
  const [draft, setDraft] = useState<Hours>();
  const fit = draft && fitOf(draft, hours);
  return (
    <>
      <li className="hours-now">
        <span className="m">
          <Trans>Hours</Trans>
          <small>{hours ? hoursText(hours) : <Trans>Any hour</Trans>}</small>
        </span>
        <button
          type="button"
          className="btn btn--line btn--sm"
          aria-expanded={draft !== undefined}
          onClick={() => setDraft(draft ? undefined : (hours ?? DAYTIME))}
        >
          {draft ? <Trans>Leave as it is</Trans> : hours ? <Trans>Fewer hours</Trans> : <Trans>Set hours</Trans>}
        </button>
      </li>
      {draft && (
        <li>
          <div className="hours" role="group" aria-label={t`Hours you agree to`}>
            <HourFields hours={draft} onChange={setDraft} />
            <p className="meta" role="status">
              {fit === 'more' ? (
                <Trans>That is more than you agreed to. More is agreed to by reading the text again.</Trans>
              ) : fit === 'same' ? (
                <Trans>That is what you agreed to already.</Trans>
              ) : (
                <Trans>
                  Outside them nothing runs and no work comes, until you read the text again and agree to more.
                </Trans>
              )}
            </p>
            <button
              type="button"
              className="btn btn--line"
              aria-disabled={fit !== 'fewer'}
              onClick={() => {
                if (fit !== 'fewer') return;
                setDraft(undefined);
                onNarrow(draft);
              }}
            >
              <Trans>Agree to these hours only</Trans>
            </button>
          </div>
        </li>
      )}
    </>
  );
}

/** Equal ends are all day. */
function fitOf(draft: Hours, agreed: Hours | null): 'fewer' | 'same' | 'more' {
  if (!agreed) return draft.from === draft.to ? 'same' : 'fewer';
  if (!areHoursWithin(draft, agreed)) return 'more';
  return areHoursWithin(agreed, draft) ? 'same' : 'fewer';
}
