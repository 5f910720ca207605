import { Trans, useLingui } from '@lingui/react/macro';
import type { ProgrammeChangeView } from '../../../shared/protocol/rest.ts';
import { when } from '../../ui/format.ts';
import { fineShare } from '../figures.ts';
import { useDesk } from '../desk.ts';

interface LeverHistoryProps {
  /** Newest first. */
  readonly changes: readonly ProgrammeChangeView[];
  readonly onUndo: (change: ProgrammeChangeView) => void;
}

/** Shown; older ones are in the audit log. */
const SHOWN = 5;

/** Who pulled the levers, and why. The newest can be undone: those before it no longer hold. */
export function LeverHistory({ changes, onUndo }: LeverHistoryProps) {
  const { t } = useLingui();
  const { nameOf } = useDesk();
  if (changes.length === 0)
    return (
      <p className="meta">
        <Trans>Nobody has touched it.</Trans>
      </p>
    );
  return (
    <ol className="lever-history" aria-label={t`Changes of the levers`}>
      {changes.slice(0, SHOWN).map((change, i) => {
        const { version, isOn, targetPercent, at, authorId, reason } = change;
        const [target, time] = [fineShare(targetPercent), when(at)];
        const by = authorId === null ? undefined : nameOf(authorId);
        return (
          <li key={version}>
            <span>
              <b>{isOn ? <Trans>On, target {target}</Trans> : <Trans>Off, target {target}</Trans>}</b>
              <bdi className="desk-text">{reason}</bdi>
              <small>
                {time}
                {by !== undefined && (
                  <>
                    , <bdi>{by}</bdi>
                  </>
                )}
              </small>
            </span>
            {i === 0 && (
              <button
                type="button"
                className="deskbtn"
                aria-label={t`Undo the change of the lever`}
                onClick={() => onUndo(change)}
              >
                <Trans>Undo</Trans>
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}
